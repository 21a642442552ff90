"""A mutual-aid page: kinds of help that people need or can give, when, and a private list of who fits whom."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from chalicelib.action_types.aid import match_list
from chalicelib.actions.action_page import ActionPage, Ask
from chalicelib.actions.action_type import ActionType, Words
from chalicelib.actions.find_page import PublicPage
from chalicelib.actions.store import Action
from chalicelib.actions.submission import Fields, Problem, last
from chalicelib.plain_text import clean

MOST_KINDS, LONGEST_KIND = 20, 60

_LONGEST = {"when": 200, "note": 2000}
_USUAL = ("Food", "Transport", "Childcare", "Medicine", "Company", "A place to stay", "Money", "Something else")


class Settings(msgspec.Struct, frozen=True):
    """The kinds of help that the form names."""

    kinds: tuple[str, ...] = _USUAL


class Aid(ActionType[Settings]):
    name = "aid"
    words = Words(
        one="mutual-aid page",
        what="Who needs help, who can help, and a private list of who fits whom",
        action="reply",
        actions="replies",
        actors="people",
        act="reply",
        did="Replied to",
    )
    settings = Settings
    aims = False
    columns = ("needs", "can_give", "when", "note")
    title_hint = "What it is for: “Neighbours after the flood”"
    text_label = "About it"
    text_hint = "Who helps whom, and how you bring people together"
    asks = {"name": Ask.REQUIRED, "phone": Ask.OPTIONAL, "zip_code": Ask.REQUIRED}  # noqa: RUF012  (never written to)
    problem_words = {  # noqa: RUF012
        Problem("kinds", "missing"): "Write at least one kind of help",
        Problem("kinds", "too_many"): f"{MOST_KINDS} kinds at most, of {LONGEST_KIND} letters at most",
    }

    def read_settings(self, fields: Mapping[str, str], before: Settings) -> Settings | list[Problem]:
        if "kinds" not in fields:
            return before
        lines = map(clean, fields["kinds"].replace("\r", "\n").split("\n"))
        kinds = tuple(dict.fromkeys(line for line in lines if line))
        if not kinds:
            return [Problem("kinds", "missing")]
        fit = len(kinds) <= MOST_KINDS and all(len(kind) <= LONGEST_KIND for kind in kinds)
        return Settings(kinds) if fit else [Problem("kinds", "too_many")]

    def typed(self, settings: Settings) -> dict[str, str]:
        return {"kinds": "\n".join(settings.kinds)}

    def read_own(self, public: PublicPage, fields: Fields) -> Mapping[str, str] | list[Problem]:
        """What they need and give. Kinds that are not offered any more are taken: somebody ticked them just now."""
        needs, gives = _ticked(fields, "needs"), _ticked(fields, "gives")
        told = {name: clean(last(fields, name), lines=True) for name in _LONGEST}
        problems = [] if needs or gives else [Problem("needs", "aid_missing")]
        problems += [Problem(name, "too_long") for name, most in _LONGEST.items() if len(told[name]) > most]
        if any(len(kind) > LONGEST_KIND for kind in (*needs, *gives)) or len(needs) + len(gives) > 2 * MOST_KINDS:
            problems.append(Problem("needs", "aid_missing"))
        own = {
            "needs": "\n".join(needs),
            "gives": "\n".join(gives),
            "zip_code": clean(last(fields, "zip_code")).upper(),
        }
        return problems or own | told

    def counted(self, own: Mapping[str, str]) -> Mapping[str, int]:
        return {"need": int(bool(own.get("needs"))), "give": int(bool(own.get("gives")))}

    def results(self, page: ActionPage) -> dict[str, Any]:
        return {"list": match_list.look(page.group, page.id)}

    def cells(self, page: ActionPage) -> Callable[[Action], Sequence[str]]:
        return lambda action: _cells(action.own)


def _cells(own: Mapping[str, str]) -> Sequence[str]:
    lists = ("; ".join(own.get(name, "").split("\n")) for name in ("needs", "gives"))
    return (*lists, own.get("when", ""), own.get("note", ""))


def _ticked(fields: Fields, name: str) -> Sequence[str]:
    return tuple(dict.fromkeys(kind for kind in map(clean, fields.get(name, ())) if kind))
