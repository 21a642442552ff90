"""The guard in front of everything that strangers may send: it raises risk, and asks for more where risk is high.

Nothing is refused here. Whoever looks risky is asked for a proof of work or to follow a link in an email, and what they
typed is kept. Start at `look.py`; the numbers stand in `budgets.py` and `risk.py`.
"""
