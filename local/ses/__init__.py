"""Our double of Amazon SES v2: unmodified `sesv2` clients talk to it when AWS_ENDPOINT_URL_SESV2 names it.

The rules are pure and take the clock: `quota.py` (rate and day), `addresses.py` (who can be written to, and what comes
of it), `content.py` (what is said, and its holes), `accept.py` (the two send calls), `account.py` (everything else the
account knows), `events.py` (what SES tells afterwards). Around them: `api.py` (the wire), `inbox.py` (what was sent,
in SQLite), `publish.py` (events to SNS and S3), `pages.py` (the inbox to look at), `server.py` (all of it, running).

It imitates; it proves nothing about SES itself. Where SES's behaviour is not documented the code says which we chose.
"""
