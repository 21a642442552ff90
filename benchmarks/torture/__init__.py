"""A real send under attack: workers in processes of their own, killed, throttled, paused, while people leave.

`make torture` runs it and prints what became of everyone. `attack.py` says what happens to the send, `account.py` who
got what, `worker.py` is what is killed.
"""
