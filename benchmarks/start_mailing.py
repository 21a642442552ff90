"""Puts people on the list of a new group and starts a mailing to them, within a stack's environment.

`python -m benchmarks.start_mailing 5000 [group]`
"""

import sys

from benchmarks.lists import fill
from chalicelib import clock
from chalicelib.mailings import conduct, write_mailing
from chalicelib.network import store as network

slug = sys.argv[2] if sys.argv[2:] else f"g{clock.new_id()}"
group = network.create_group(slug, "Friends of the Library", postal_address="1 River Road")
assert group is not None
fill(group, int(sys.argv[1]))
draft = write_mailing.create(group.id)
body = '<p>Dear {{ first_name | default: "friend" }},</p>' + "<p>The library closes in the spring.</p>" * 20
write_mailing.save(group.id, draft.id, subject="Hello {{ first_name }}", preheader="", body=body)
# Released in the past: nobody waits for the minute of undoing.
conduct.UNDO_SECONDS = 0  # type: ignore[attr-defined]
conduct.send_now(group.id, draft.id)
