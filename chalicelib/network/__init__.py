"""Groups, the public names they claim, and the organizers who sign in to them.

Start at `group.py`; `sign_in.py` follows a person from an emailed link to a session.
"""
