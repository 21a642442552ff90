"""Histories that never happened: the product's own handlers against an AWS that fails in every way it may.

Handlers, signing, retries and botocore's clients are the real ones. Replaced are what would go over the network (`wire.py`)
and the clock (`install.py`), so that one seed is one history, the same each time. `python -m simulation` runs many; start
at `world.py` for how time passes, `faults.py` for what goes wrong, `invariants.py` for what must hold all the same.
"""
