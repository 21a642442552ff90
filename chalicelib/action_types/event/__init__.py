"""Events: something happens at a time, in a place or online, and people say that they come.

Start at `event.py`. `attend.py` takes seats and gives them back; `settings.py` is what an organizer sets.
"""

from chalicelib.action_types.event.event import Event

TYPE = Event()
