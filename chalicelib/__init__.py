"""Muster: the mobilization stack a movement can own.

Rooms say what a line of code is about: `people`, `actions`, `audiences`, `mailings`, `network`.
Doors say who is asking: `web.public`, `web.console`. Start at `docs/map.md`.
"""
