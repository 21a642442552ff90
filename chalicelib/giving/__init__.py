"""Money that people give. Start at `donation.py`: one gift, of whole minor units (cents) of a currency, as `money.py`
has it everywhere.

`give.py` begins a donation and leads to Stripe's page; `settle.py` writes down what became of it, whoever tells us to
look: Stripe's events (`hear.py`), our own reminder, a treasurer. `stripe_gateway/` alone talks to Stripe. What donors
must be asked, and may give, is in `terms.py`.
"""
