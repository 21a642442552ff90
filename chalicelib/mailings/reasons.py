"""Why somebody met the end they met, in plain words; SES's own stay beside them, for whoever asks AWS."""

_WORDS = {
    # Refused, as a bulk call says it
    "MESSAGE_REJECTED": "Amazon SES rejected the email",
    "FAILED": "Amazon SES could not send the email",
    "INVALID_PARAMETER": "The address is not one that Amazon SES can send to",
    "INVALID_PARAMETER_VALUE": "The address is not one that Amazon SES can send to",
    # Refused, as an event says it
    "Reject": "Amazon SES found something dangerous in the email",
    "Rendering Failure": "Amazon SES could not fill in the merge fields",
    # Suppressed
    "unsubscribed": "Unsubscribed since it was counted",
    "outside": "Not on the list",
    "bounced": "The address bounced since it was counted",
    "complained": "Complained about a mailing since it was counted",
    "deleted": "Deleted since it was counted",
    "address bounced": "The address bounced in another mailing",
    "address complained": "Complained from this address about another mailing",
    "stopped": "The mailing was stopped before their turn",
    # Bounced
    "Permanent General": "There is no such address",
    "Permanent NoEmail": "There is no such address",
    "Permanent Suppressed": "The address bounced for other senders lately",
    "Permanent OnAccountSuppressionList": "The address bounced or complained before, so Amazon SES sent nothing",
    "Transient General": "The mailbox could not be reached for now",
    "Transient MailboxFull": "The mailbox is full",
    "Transient MessageTooLarge": "The email is too large for this mailbox",
    "Transient ContentRejected": "Their mail provider did not like what is in the email",
    "Transient AttachmentRejected": "Their mail provider did not like what is in the email",
    "Transient CustomTimeoutExceeded": "The mailbox could not be reached in time",
    "Undetermined Undetermined": "Their mail provider did not say why",
}


def in_words(why: str) -> str:
    """Plain words; for a code that is new to us its own, readable."""
    return _WORDS.get(why) or why.replace("_", " ").capitalize()
