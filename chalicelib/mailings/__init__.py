"""Email to many, and the single emails of our own.

Start at `mailing.py`. A mailing is planned (`plan.py`), sent chunk by chunk (`send.py`), watched over (`sweep.py`) and
settled by what SES tells us (`feedback.py`); its links lead through `follow_link.py`. Single emails are written in
`emails.py` and sent by `deliver.py`. `ses.py` is the only module that talks to SES.
"""
