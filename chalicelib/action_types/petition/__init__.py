"""Petitions: a demand, those who can meet it, and everyone who signs."""

from chalicelib.action_types.petition.petition import Petition

TYPE = Petition()
