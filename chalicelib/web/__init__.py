"""Doors: who is asking. `public` for supporters, `console` for organizers.

A route reads, asks a room, and shows. `requests.py` reads; `responses.py` and `templates.py` show.
"""
