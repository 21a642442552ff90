"""Who to reach: a query is a small tree of conditions; an audience is the people it found.

Start at `query.py`; `find.py` walks a group's list with it.
"""
