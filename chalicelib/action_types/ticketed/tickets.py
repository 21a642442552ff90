"""The kinds of tickets, as the editor's rows hold them and as they are kept."""

import re
from collections.abc import Mapping, Sequence

from chalicelib import clock
from chalicelib.action_types.event.settings import MOST as MOST_OF
from chalicelib.action_types.event.settings import Ticket
from chalicelib.actions.submission import Problem
from chalicelib.plain_text import clean

MOST = 20
# How many one person may have at once, where the organizer says nothing else and at most.
USUAL_EACH, MOST_EACH = 4, 20

_LONGEST = {"name": 60, "about": 200}
_FIELD = re.compile(r"ticket-(\d\d?)-(\w+)")
# Rows for new kinds, below those that there are.
_EMPTY = 2

Row = dict[str, str]
_NEW: Row = {"id": "", "name": "", "about": "", "capacity": "", "most": "", "comp": ""}


def rows(typed: Mapping[str, str]) -> dict[int, Row]:
    """What was typed, kind by kind, by their numbers in the form."""
    found: dict[int, Row] = {}
    for name, text in typed.items():
        if match := _FIELD.fullmatch(name):
            found.setdefault(int(match[1]), {})[match[2]] = text
    return {number: _NEW | found[number] for number in sorted(found)}


def typed(tickets: Sequence[Ticket]) -> dict[str, str]:
    """Kinds as fields of the editor, and below them some empty rows."""
    shown = [_row(ticket) for ticket in tickets if not ticket.gone]
    shown += [_NEW] * min(_EMPTY, MOST - len(shown))
    return {f"ticket-{number}-{name}": text for number, row in enumerate(shown) for name, text in row.items()}


def read(fields: Mapping[str, str], before: Sequence[Ticket]) -> list[Ticket] | list[Problem]:
    """The kinds as typed, in their order. One whose name was emptied is not offered any more; who holds it keeps it."""
    found: list[Ticket] = []
    problems: list[Problem] = []
    for number, row in rows(fields).items():
        words = {name: clean(row[name]) for name in _LONGEST}
        if words["name"]:
            ticket = _ticket(row, words, [one for one in before if one.id not in {each.id for each in found}])
            problems += _problems(number, words, ticket)
            found.append(ticket)
        elif any(clean(row[name]) for name in ("about", "capacity", "most")):
            problems.append(Problem(f"ticket-{number}-name", "missing"))
    if len(found) > MOST:
        problems.append(Problem("tickets", "too_many"))
    kept = {ticket.id for ticket in found}
    return problems or [*found, *(_gone(ticket) for ticket in before if ticket.id not in kept)]


def _problems(number: int, words: Mapping[str, str], ticket: Ticket) -> list[Problem]:
    wrong = [name for name, limit in (("capacity", ticket.capacity), ("most", ticket.most)) if limit < 0]
    return [
        *(Problem(f"ticket-{number}-{name}", "too_long") for name, most in _LONGEST.items() if len(words[name]) > most),
        *(Problem(f"ticket-{number}-{name}", "wrong") for name in wrong),
    ]


def _ticket(row: Row, words: Mapping[str, str], before: Sequence[Ticket]) -> Ticket:
    """A kind that there was keeps its id, and so its holders: told by the id, or, of a form sent twice, by the name."""
    known = {ticket.id for ticket in before} & {row["id"]} or {one.id for one in before if one.name == words["name"]}
    return Ticket(
        id=next(iter(known), "") or clock.new_id()[-8:],
        name=words["name"],
        about=words["about"],
        capacity=_number(row["capacity"], MOST_OF["capacity"]),
        most=_number(row["most"], MOST_EACH) or USUAL_EACH,
        comp="1" if row["comp"] else "",
    )


def _gone(ticket: Ticket) -> Ticket:
    return Ticket(id=ticket.id, name=ticket.name, about=ticket.about, capacity=ticket.capacity, most=0, gone="1")


def _number(text: str, most: int) -> int:
    """0 for nothing, -1 for what is no number that may be."""
    digits = text.replace(",", "").replace(" ", "")
    if not digits:
        return 0
    number = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 9 else -1
    return number if number <= most else -1


def _row(ticket: Ticket) -> Row:
    numbers = {"capacity": str(ticket.capacity or ""), "most": str(ticket.most or "")}
    return {"id": ticket.id, "name": ticket.name, "about": ticket.about, "comp": ticket.comp} | numbers
