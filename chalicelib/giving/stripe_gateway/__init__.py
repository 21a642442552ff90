"""The door to Stripe. `client.py` alone imports its SDK; the others ask for one kind of thing each.

Every answer becomes a value of ours, with only what we need. A call fails in three ways: `Later` (nobody knows, or not
now: the same call under the same key may be made again), `Refused` (Stripe will never do this), and anything else,
which is a bug or a wrong key. Every call that moves something carries a key that was written down before.
"""

from chalicelib.giving.stripe_gateway.client import LABEL, OWN, Later, Refused

__all__ = ["LABEL", "OWN", "Later", "Refused"]
