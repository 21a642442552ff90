"""Those who decide, and the places that they decide for: who gets the letters of somebody who lives at a ZIP code.

A list is looked up by keys. A target stands under those of its place (`keys_of`), and a place asks for those of whoever
decides there (`keys_at`). So the targets of a ZIP code are found without reading the list.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple

import msgspec

# Nobody writes to more people at once than anybody would read the names of.
MOST_AT_ONCE = 50

EVERYWHERE = "*"

_PLUS_FOUR = re.compile(r"(\d{5})-?\d{4}")
_DIGITS = re.compile(r"\d{1,5}")
_AT_LARGE = frozenset(("AL", "AT LARGE", "AT-LARGE"))


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who decides. `form`: the address of a contact form of their own; '' for whatever the list left out."""

    id: str
    name: str
    email: str = ""
    title: str = ""
    party: str = ""
    state: str = ""
    district: str = ""
    form: str = ""

    @property
    def called(self) -> str:
        """`Senator Maria Cantwell`."""
        return f"{self.title} {self.name}".strip()

    @property
    def about(self) -> str:
        """`Democrat, WA-7`, '' where nothing is known."""
        return ", ".join(part for part in (self.party, place_name(f"{self.state}/{self.district}")) if part)


class Found(NamedTuple):
    """Who decides at a ZIP code: `always`, and by place (`MA/5`) who else, where that depends on the place."""

    always: list[Target]
    by_place: dict[str, list[Target]]

    def at(self, place: str) -> list[Target] | None:
        """Everyone whom somebody there writes to; None while it is not known where they live."""
        if not self.by_place:
            return self.always
        return _first([*self.always, *self.by_place[place]]) if place in self.by_place else None


def identify(name: str, email: str, *more: str) -> str:
    """The same for the same target, whatever else a later file says; 16 hex digits."""
    known = (name, email) if email else (name, *more)
    return sha256("\0".join(known).lower().encode()).hexdigest()[:16]


def zip_code(text: str) -> str:
    """A ZIP or postal code in the one spelling that we compare: without `+4`, with the zeros that spreadsheets drop."""
    plain = text.upper().replace(" ", "")
    if plus_four := _PLUS_FOUR.fullmatch(plain):
        return plus_four[1]
    return plain.zfill(5) if plain.isascii() and _DIGITS.fullmatch(plain) else plain


def district(text: str) -> str:
    """A district in one spelling: `05` is `5`, at large is `0`."""
    plain = " ".join(text.upper().split())
    if plain in _AT_LARGE:
        return "0"
    return plain.lstrip("0") or "0" if plain.isascii() and plain.isdigit() else plain


def place(state: str, of_district: str) -> str:
    return f"{' '.join(state.upper().split())}/{district(of_district) if of_district else ''}"


def place_name(of_place: str) -> str:
    """`MA/5` as people write it: `MA-5`."""
    return "-".join(part for part in of_place.split("/", 1) if part)


def keys_of(target: Target, zip_codes: Sequence[str]) -> list[str]:
    """Under which keys a target stands: its ZIP codes, else its district, else its state; else everywhere."""
    if zip_codes:
        return [f"zip:{code}" for code in dict.fromkeys(zip_codes)]
    if target.district:
        # Lists of districts often leave out the state, when there is but one.
        return [f"district:{target.state}/{target.district}", *([f"any:{target.district}"] if target.state else [])]
    return [f"state:{target.state}"] if target.state else [EVERYWHERE]


def keys_at(of_place: str) -> list[str]:
    """The keys of those who decide at a place."""
    state, _, of_district = of_place.partition("/")
    keys = [f"state:{state}"] if state else []
    if of_district:
        keys += [f"district:/{of_district}", f"district:{state}/{of_district}" if state else f"any:{of_district}"]
    return keys


def keys_for(code: str, places: Iterable[str]) -> list[str]:
    """Every key that somebody at this ZIP code (`zip_code`), which lies in these places, asks for."""
    at_places = (key for each in places for key in keys_at(each))
    return list(dict.fromkeys((EVERYWHERE, f"zip:{code}", *at_places)))


def find(code: str, places: Sequence[str], listed: Mapping[str, Sequence[Target]]) -> Found:
    """Put together what stood under `keys_for`; a place is only asked for where it makes a difference."""
    everyone = [target for key in (EVERYWHERE, f"zip:{code}") for target in listed.get(key, ())]
    there = {each: [target for key in keys_at(each) for target in listed.get(key, ())] for each in places}
    if len({frozenset(target.id for target in targets) for targets in there.values()}) <= 1:
        return Found(_first([*everyone, *next(iter(there.values()), [])]), {})
    common = set.intersection(*({target.id for target in targets} for targets in there.values()))
    shared = [target for target in next(iter(there.values())) if target.id in common]
    different = {each: [one for one in targets if one.id not in common] for each, targets in there.items()}
    return Found(_first([*everyone, *shared]), different)


def _first(targets: Iterable[Target]) -> list[Target]:
    """Nobody twice, and no more than can be written to."""
    return list({target.id: target for target in targets}.values())[:MOST_AT_ONCE]
