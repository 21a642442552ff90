"""Who a group knows: one person per email address, their subscription, tags and what we may send them.

Start at `person.py`; `store.py` writes people down, `subscription.py` changes whether they get mail.
"""
