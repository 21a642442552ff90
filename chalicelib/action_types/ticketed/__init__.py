"""Ticketed events: an event whose seats are of several kinds, each with a number of its own. Tickets are free for now.

What an event does, `event/` does. `tickets.py` is what an organizer sets of them, `order.py` takes and changes them.
"""

from chalicelib.action_types.ticketed.ticketed import TicketedEvent

TYPE = TicketedEvent()
