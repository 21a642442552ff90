"""Letter campaigns: supporters write to those who decide where they live, each letter an email at a humane pace.

`letter.py` is the type. Whom a ZIP code leads to is in `target.py`, and `find_targets.py` looks it up; `upload.py`
takes an organizer's files. `write.py` is what a supporter sees before sending, `send.py` what follows, `report.py`
what came of it.
"""

from chalicelib.action_types.letter.letter import Letter

TYPE = Letter()
