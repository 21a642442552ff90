"""Fundraising pages. Until gifts are taken here, people pledge: they say what they will give, and no money moves."""

from chalicelib.action_types.fundraiser.fundraiser import Fundraiser

TYPE = Fundraiser()
