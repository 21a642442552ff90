"""Money that people give. Start at `money.py`: amounts are whole minor units (cents) of a currency, everywhere."""
