"""Taking tickets of several kinds at once: all that somebody asked for, or what they held before."""

from collections.abc import Mapping
from typing import NamedTuple

from chalicelib.action_types.event import attend
from chalicelib.action_types.event.attend import Held
from chalicelib.action_types.event.settings import Ticket, settings_of
from chalicelib.actions.action_page import ActionPage
from chalicelib.actions.seats import Standing


class Ordered(NamedTuple):
    """What somebody holds after asking, and why that is not what they asked for: `full`, `more` or `shut`."""

    held: list[Held]
    refused: str = ""


def order(page: ActionPage, person: str, wanted: Mapping[str, int]) -> Ordered:
    """Have a person hold so many of each kind (by id; kinds not named stay as they are).

    More is taken first: when there is not enough of one kind, what this call took is given back, and nobody holds less
    than before. Asking again for what one has changes nothing. Raises Crowded.
    """
    kinds = {kind.id: kind for kind in settings_of(page).kinds}
    before = {one.kind.id: _number(one) for one in attend.held(page, person)}
    more = [kinds[kind] for kind, number in wanted.items() if kind in kinds and number > before.get(kind, 0)]
    taken: list[Ticket] = []
    for kind in more:
        claimed = attend.claim(page, person, kind, wanted[kind.id])
        if claimed.refused:
            for one in taken:
                _hold(page, person, one, before.get(one.id, 0))
            return Ordered(attend.held(page, person), claimed.refused)
        taken.append(kind)
    for kind_id, number in wanted.items():
        if kind_id in kinds and number < before.get(kind_id, 0):
            _hold(page, person, kinds[kind_id], number)
    return Ordered(attend.held(page, person))


def _hold(page: ActionPage, person: str, kind: Ticket, number: int) -> None:
    """Fewer than they have."""
    if number:
        attend.claim(page, person, kind, number)
    else:
        attend.give_back(page, person, kind)


def _number(one: Held) -> int:
    return 0 if one.seat.standing == Standing.CANCELLED else one.seat.seats
