"""Whether a mailing's sender is who it says: its domain verified with SES, and its mail signed in that name (DKIM)."""

from chalicelib.mailings import ses
from chalicelib.mailings.preflight import Finding, Level
from chalicelib.mailings.ses import Identity

# From so many a day on, Gmail, Yahoo and Outlook refuse mail that is not signed by the domain it comes from.
_MANY = 5000
# Their owners have everybody refuse mail in their name that does not come from them.
_FREE_MAIL = {"aol.com", "gmail.com", "gmx.com", "gmx.de", "googlemail.com", "hotmail.com", "icloud.com", "live.com"}
_FREE_MAIL |= {"msn.com", "outlook.com", "proton.me", "protonmail.com", "web.de", "yahoo.com", "yandex.com"}


def look(address: str, reachable: int) -> Finding:
    """Ask SES, once for the domain and, where it does not know that, for what stands above it and for the address."""
    try:
        return judge(address, ses.identity(address), reachable)
    except (ses.Throttled, ses.Refused, ses.InDoubt):
        words = (
            f"Amazon SES did not say whether it knows {_domain(address)}. If it does not, the mailing pauses itself."
        )
        return Finding(Level.WARN, "sender-unasked", words)


def judge(address: str, known: Identity | None, reachable: int) -> Finding:
    domain = _domain(address)
    if domain in _FREE_MAIL:
        words = f"Mail programs refuse mail from {domain} that {domain} has not sent. Send from a domain of your own."
        return Finding(Level.BLOCK, "free-mail", words)
    if known is None or not known.verified:
        words = f"Amazon SES would refuse every email: {domain} is not verified there. Whoever runs Muster can do that."
        return Finding(Level.BLOCK, "not-verified", words)
    if known.signed and "@" not in known.name:
        return Finding(Level.FINE, "sender", f"{domain} is verified, and its mail is signed (DKIM).")
    words = f"Mail from {domain} is not signed in its name (DKIM), so much of it lands among spam"
    if reachable >= _MANY:
        return Finding(
            Level.BLOCK, "not-signed", f"{words}. With so many recipients Gmail, Yahoo and Outlook refuse it."
        )
    return Finding(Level.WARN, "not-signed", f"{words}. Whoever runs Muster can add the DNS records.")


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower()
