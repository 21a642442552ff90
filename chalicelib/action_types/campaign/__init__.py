"""Campaign pages: several actions under one heading, each a card that leads to its page."""

from chalicelib.action_types.campaign.campaign import Campaign

TYPE = Campaign()
