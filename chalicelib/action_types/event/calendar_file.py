"""An event as calendars take it in: RFC 5545, in UTC. What only those who come may know does not stand in it."""

from datetime import UTC, datetime
from urllib.parse import urlsplit

from chalicelib.action_types.event.settings import Settings
from chalicelib.actions.action_page import ActionPage
from chalicelib.network.group import Group
from chalicelib.plain_text import clean

_FOLD = 75


def written(group: Group, page: ActionPage, settings: Settings, url: str) -> str:
    """`url`: the page's own address. The UID is the page's for ever, so a calendar that asks again mends its entry."""
    place = [settings.place, *settings.address.split("\n")] if settings.has_place else []
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Muster//Events//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{page.id}@{urlsplit(url).hostname}",
        f"DTSTAMP:{_moment(page.edited or page.created)}",
        f"LAST-MODIFIED:{_moment(page.edited or page.created)}",
        f"SEQUENCE:{int(max(page.edited - page.created, 0))}",
        f"DTSTART:{_moment(settings.starts)}",
        f"DTEND:{_moment(settings.ends)}",
        f"SUMMARY:{_text(page.title)}",
        f"DESCRIPTION:{_text(f'{group.name}: {url}')}",
        *([f"LOCATION:{_text(', '.join(part for part in place if part))}"] if any(place) else []),
        f"URL:{clean(url)}",
        f"STATUS:{'CANCELLED' if settings.called_off else 'CONFIRMED'}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _moment(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y%m%dT%H%M%SZ}"


def _text(words: str) -> str:
    plain = clean(words, lines=True).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return plain.replace("\n", "\\n")


def _folded(line: str) -> str:
    """No line is longer than 75 bytes; one that goes on begins with a space. No letter is cut in two."""
    parts: list[bytes] = []
    now = b""
    for letter in line:
        spelled = letter.encode()
        if len(now) + len(spelled) > _FOLD:
            parts, now = [*parts, now], b" "
        now += spelled
    return "\r\n".join(part.decode() for part in [*parts, now])
