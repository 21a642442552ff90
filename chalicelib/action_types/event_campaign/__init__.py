"""Event campaigns: many events under one heading, some of them held by volunteers, found by ZIP code.

Start at `event_campaign.py`. `offers.py` reads what volunteers offer and makes events of it; the rows of what a
campaign lists belong to the events (`event/listing.py`), which keep them true.
"""

from chalicelib.action_types.event_campaign.event_campaign import EventCampaign

TYPE = EventCampaign()
