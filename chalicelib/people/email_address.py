"""Email addresses: one spelling each, or a reason why not."""

import re

# What almost every address looks like; only the rest pays for importing the full validator.
_PLAIN = re.compile(
    r"[a-z0-9](?:[a-z0-9_+-]|\.(?=[a-z0-9_+-])){0,62}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}"
)


def normalise(text: str) -> str | None:
    """The one spelling under which a person is known, in lower case; None when it is not an address SES can mail."""
    address = text.strip().lower()
    if len(address) > 254:
        return None
    if _PLAIN.fullmatch(address):
        return address
    return _validate(address)


def _validate(address: str) -> str | None:
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415  (33 ms, needed for few)

    try:
        valid = validate_email(address, check_deliverability=False, allow_smtputf8=False, strict=True)
    except EmailNotValidError:
        return None
    # SES wants the domain in ASCII (punycode).
    return (valid.ascii_email or "").lower() or None


def mailbox(address: str) -> str:
    """Whose inbox a normalised address leads to, as far as outsiders know: for budgets, never for writing to."""
    name, _, domain = address.rpartition("@")
    name = name.partition("+")[0] or name
    if domain in ("gmail.com", "googlemail.com"):
        name, domain = name.replace(".", ""), "gmail.com"
    return f"{name}@{domain}"
