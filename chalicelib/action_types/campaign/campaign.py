"""A campaign page: which actions it shows. Nobody acts here; its numbers are the sums of theirs."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from chalicelib import action_types, counters
from chalicelib.actions import signers, store
from chalicelib.actions.action_page import ActionPage, goal_now
from chalicelib.actions.action_type import ActionType, Words
from chalicelib.actions.find_page import PublicPage
from chalicelib.actions.submission import Problem

MOST_PAGES = 30

_PAGE = "shows-"
_TICKED = re.compile(rf"{_PAGE}([0-9a-f]{{32}})")


class Settings(msgspec.Struct, frozen=True):
    """Ids of the pages it shows, in their order."""

    pages: tuple[str, ...] = ()


class Part(NamedTuple):
    """A page of the campaign, how many acted there, and how many of them are new to the list."""

    page: ActionPage
    words: Words
    actions: int
    new_people: int = 0


class Campaign(ActionType[Settings]):
    name = "campaign"
    words = Words(
        one="campaign page",
        what="Several actions under one heading",
        action="action",
        actions="actions",
        actors="people",
        act="see it",
    )
    settings = Settings
    takes_submissions = False
    aims = False
    title_hint = "What it is all about: “Save our libraries”"
    problem_words = {  # noqa: RUF012  (never written to)
        Problem("pages", "missing"): "Choose at least one action to show",
        Problem("pages", "too_many"): f"{MOST_PAGES} actions at most",
    }

    def read_settings(self, fields: Mapping[str, str], before: Settings) -> Settings | list[Problem]:
        """The pages ticked; those that were shown before keep their order."""
        ticked = [match[1] for name in fields if (match := _TICKED.fullmatch(name))]
        chosen = [page for page in before.pages if page in ticked]
        chosen += [page for page in dict.fromkeys(ticked) if page not in chosen]
        return Settings(tuple(chosen)) if len(chosen) <= MOST_PAGES else [Problem("pages", "too_many")]

    def typed(self, settings: Settings) -> dict[str, str]:
        return {f"{_PAGE}{page}": "1" for page in settings.pages}

    def not_ready(self, page: ActionPage) -> Sequence[Problem]:
        return () if self.settings_of(page).pages else [Problem("pages", "missing")]

    def editor_values(self, page: ActionPage) -> dict[str, Any]:
        others = [each for each in store.pages_of(page.group) if each.type != self.name and each.title]
        chosen = self.settings_of(page).pages
        return {"choices": sorted(others, key=lambda each: (each.id not in chosen, -each.created))}

    def page_values(self, public: PublicPage) -> dict[str, Any]:
        parts = [part for part in self._parts(public.page) if part.page.is_open]
        taken = sum(part.actions for part in parts)
        return {"parts": parts, "taken": taken, "goal": goal_now(public.page, taken)}

    def results(self, page: ActionPage) -> dict[str, Any]:
        parts = [part._replace(new_people=_new_people(part.page)) for part in self._parts(page)]
        totals = Counter(actions=sum(part.actions for part in parts), new_people=sum(part.new_people for part in parts))
        return {"parts": parts, "totals": totals, "goal": goal_now(page, totals["actions"])}

    def _parts(self, page: ActionPage) -> list[Part]:
        """What is shown there, in its order; a page of another group, or one that is gone, is not."""
        pages = store.find_pages(page.group, self.settings_of(page).pages)
        taken = signers.count(each.id for each in pages)
        return [Part(each, action_types.of(each.type).words, taken[each.id]) for each in pages]


def _new_people(page: ActionPage) -> int:
    return counters.read(f"page#{page.id}").get("new_people", 0)
