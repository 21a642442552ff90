"""Mutual aid: people say what they need and what they can give; organizers alone see it, and bring them together."""

from chalicelib.action_types.aid.aid import Aid

TYPE = Aid()
