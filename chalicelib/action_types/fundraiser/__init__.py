"""Fundraising pages. As long as no account takes money people pledge: they say what they will give, and none moves."""

from chalicelib.action_types.fundraiser.fundraiser import Fundraiser

TYPE = Fundraiser()
