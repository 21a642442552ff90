"""A double of Stripe: stateful, with accounts that have a world each, Checkout, subscriptions, refunds, disputes and
signed events. Stripe's own SDK talks to it.

`world.py` is all of it without a wire: requests in, replies out, events in a list; time and ids come from outside.
`server.py` gives it an address, pages for people (`pages.py`) and a postman for events (`postman.py`).
"""
