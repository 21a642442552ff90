"""Ticketed events: an event whose seats are of several kinds, each with a number and a price of its own.

What an event does, `event/` does. `tickets.py` is what an organizer sets of them. An order of which nothing has a price
belongs to its person: `order.py` takes and changes it. Any other is a `basket.py` that `buy.py` sells, and stands.
"""

from chalicelib.action_types.ticketed.ticketed import TicketedEvent

TYPE = TicketedEvent()
