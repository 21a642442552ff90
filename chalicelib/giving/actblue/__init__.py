"""Gifts through ActBlue, which takes the money, sends the receipts and tells us by webhooks.

`access.py`: with which password, and what a group wants done with it. `told.py`: what ActBlue sends, read and checked.
`record.py` writes it down. ActBlue has a webhook of its own for each kind of news, so the address says the kind.
"""
