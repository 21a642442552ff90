"""The kinds of tickets, as the editor's rows hold them and as they are kept."""

import re
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from chalicelib import clock
from chalicelib.action_types.event.settings import MOST as MOST_OF
from chalicelib.action_types.event.settings import Ticket
from chalicelib.actions.submission import Problem
from chalicelib.giving import money
from chalicelib.plain_text import clean

MOST = 20
# How many one person may have at once, where the organizer says nothing else and at most.
USUAL_EACH, MOST_EACH = 4, 20

_LONGEST = {"name": 60, "about": 200}
_FIELD = re.compile(r"ticket-(\d\d?)-(\w+)")
# Rows for new kinds, below those that there are.
_EMPTY = 2

Row = dict[str, str]
_NEW: Row = {"id": "", "name": "", "about": "", "capacity": "", "most": "", "price": "", "comp": ""}
_UNREADABLE = -1


def rows(typed: Mapping[str, str]) -> dict[int, Row]:
    """What was typed, kind by kind, by their numbers in the form."""
    found: dict[int, Row] = {}
    for name, text in typed.items():
        if match := _FIELD.fullmatch(name):
            found.setdefault(int(match[1]), {})[match[2]] = text
    return {number: _NEW | found[number] for number in sorted(found)}


def typed(tickets: Sequence[Ticket], currency: str) -> dict[str, str]:
    """Kinds as fields of the editor, and below them some empty rows."""
    shown = [_row(ticket, currency) for ticket in tickets if not ticket.gone]
    shown += [_NEW] * min(_EMPTY, MOST - len(shown))
    return {f"ticket-{number}-{name}": text for number, row in enumerate(shown) for name, text in row.items()}


def read(fields: Mapping[str, str], before: Sequence[Ticket], currency: str) -> list[Ticket] | list[Problem]:
    """The kinds as typed, in their order. One whose name was emptied is not offered any more; who holds it keeps it."""
    found: list[Ticket] = []
    problems: list[Problem] = []
    for number, row in rows(fields).items():
        words = {name: clean(row[name]) for name in _LONGEST}
        if words["name"]:
            others = [one for one in before if one.id not in {each.id for each in found}]
            ticket = _ticket(row, words, others, currency)
            problems += _problems(number, words, ticket, currency)
            found.append(ticket)
        elif any(clean(row[name]) for name in ("about", "capacity", "most", "price")):
            problems.append(Problem(f"ticket-{number}-name", "missing"))
    if len(found) > MOST:
        problems.append(Problem("tickets", "too_many"))
    kept = {ticket.id for ticket in found}
    return problems or [*found, *(_gone(ticket) for ticket in before if ticket.id not in kept)]


def _problems(number: int, words: Mapping[str, str], ticket: Ticket, currency: str) -> list[Problem]:
    wrong = [name for name in ("capacity", "most", "price") if getattr(ticket, name) == _UNREADABLE]
    outside = ticket.price > 0 and not money.smallest(currency) <= ticket.price <= money.largest(currency)
    return [
        *(Problem(f"ticket-{number}-{name}", "too_long") for name, most in _LONGEST.items() if len(words[name]) > most),
        *(Problem(f"ticket-{number}-{name}", "wrong") for name in wrong),
        *([Problem(f"ticket-{number}-price", "outside")] if outside else []),
        *([Problem(f"ticket-{number}-price", "comp")] if ticket.price > 0 and ticket.comp else []),
    ]


def _ticket(row: Row, words: Mapping[str, str], before: Sequence[Ticket], currency: str) -> Ticket:
    """A kind that there was keeps its id, and so its holders: told by the id, or, of a form sent twice, by the name."""
    known = {ticket.id for ticket in before} & {row["id"]} or {one.id for one in before if one.name == words["name"]}
    return Ticket(
        id=next(iter(known), "") or clock.new_id()[-8:],
        name=words["name"],
        about=words["about"],
        capacity=_number(row["capacity"], MOST_OF["capacity"]),
        most=_number(row["most"], MOST_EACH) or USUAL_EACH,
        price=_price(clean(row["price"]), currency),
        comp="1" if row["comp"] else "",
    )


def _gone(ticket: Ticket) -> Ticket:
    return replace(ticket, most=0, comp="", gone="1")


def _price(text: str, currency: str) -> int:
    """0 for nothing."""
    amount = money.read(text, currency) if text else 0
    return _UNREADABLE if amount is None else amount


def _number(text: str, most: int) -> int:
    """0 for nothing."""
    digits = text.replace(",", "").replace(" ", "")
    if not digits:
        return 0
    number = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 9 else _UNREADABLE
    return number if number <= most else _UNREADABLE


def _row(ticket: Ticket, currency: str) -> Row:
    numbers = {"capacity": str(ticket.capacity or ""), "most": str(ticket.most or "")}
    numbers["price"] = money.plain(ticket.price, currency) if ticket.price else ""
    return {"id": ticket.id, "name": ticket.name, "about": ticket.about, "comp": ticket.comp} | numbers
