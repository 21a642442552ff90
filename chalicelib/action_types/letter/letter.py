"""A letter campaign: the list of those who decide, the versions of the letter, and how many a minute they can bear."""

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

import msgspec

from chalicelib.action_types.letter import report, store, version, write
from chalicelib.action_types.letter.store import TargetList
from chalicelib.action_types.letter.version import Version
from chalicelib.actions.action_page import ActionPage, Ask
from chalicelib.actions.action_type import ActionType, AskBack, Refused, Words
from chalicelib.actions.find_page import PublicPage
from chalicelib.actions.submission import Answers, Fields, Problem, Submission
from chalicelib.mailings import outbox
from chalicelib.plain_text import clean

_FASTEST = 600


class Settings(msgspec.Struct, frozen=True):
    """`targets` is the id of a target list. `pace`: letters a minute, at most, to each target."""

    targets: str = ""
    versions: tuple[Version, ...] = ()
    pace: int = 20


class Letter(ActionType[Settings]):
    name = "letter"
    words = Words(
        one="letter campaign",
        what="Supporters write to those who decide where they live",
        action="writer",
        actions="writers",
        actors="writers",
        act="write",
        did="Wrote letters at",
    )
    settings = Settings
    title_hint = "What they should decide, in one line: “Vote for the library”"
    asks = {  # noqa: RUF012  (never written to)
        "name": Ask.REQUIRED,
        "street": Ask.OPTIONAL,
        "city": Ask.OPTIONAL,
        "zip_code": Ask.REQUIRED,
    }
    # The letters say in which district it lies.
    asks_anew = ("zip_code",)
    problem_words = {
        Problem("targets", "missing"): "Choose the list of those whom it goes to",
        Problem("targets", "no_email"): "Nobody on this list has an email address, so no letter would arrive",
        Problem("targets", "no_places"): "Upload which ZIP codes are in which district: this list names districts only",
        Problem("pace", "wrong"): f"Write a whole number from 1 to {_FASTEST}",
    } | {
        Problem(f"letter-{number}-{part}", "missing"): words
        for number, (part, words) in product(
            range(version.MOST),
            (
                ("subject", "Write a subject"),
                ("text", "Write the letter"),
                ("which", "Write whom this letter goes to, one in a line"),
            ),
        )
    }

    def lists(self, group: str) -> list[TargetList]:
        """For the editor: the lists that a group has."""
        return store.lists_of(group)

    def rows(self, typed: Mapping[str, Any]) -> dict[int, version.Row]:
        """For the editor: the versions as they are typed."""
        return version.rows(typed)

    def read_settings(self, fields: Mapping[str, str], before: Settings) -> Settings | list[Problem]:
        versions, pace = version.read(fields), clean(fields.get("pace", "")) or str(Settings().pace)
        problems = [each for each in versions if isinstance(each, Problem)]
        if not (pace.isascii() and pace.isdigit() and len(pace) < 5 and 1 <= int(pace) <= _FASTEST):
            problems.append(Problem("pace", "wrong"))
        if problems:
            return problems
        written = tuple(each for each in versions if isinstance(each, Version))
        return Settings(clean(fields.get("targets", ""))[:32], written, int(pace))

    def typed(self, settings: Settings) -> dict[str, str]:
        return {"targets": settings.targets, "pace": str(settings.pace)} | version.typed(settings.versions)

    def not_ready(self, page: ActionPage) -> Sequence[Problem]:
        settings = self.settings_of(page)
        written = [
            Problem(f"letter-{number}-{part}", "missing")
            for number, each in enumerate(settings.versions or (Version(id=""),))
            for part in ("subject", "text")
            if not getattr(each, part)
        ]
        return [*_list_problems(store.find(page.group, settings.targets)), *written]

    def page_values(self, public: PublicPage) -> dict[str, Any]:
        language, first = public.page.language, next(iter(self.settings_of(public.page).versions), None)
        shown = (
            {name: version.in_words(getattr(first, name), language) for name in ("subject", "text")} if first else {}
        )
        return {"step": write.PARTICULARS, "shown": shown}

    def complete(self, public: PublicPage, answers: Answers, fields: Fields) -> Mapping[str, str] | AskBack | Refused:
        settings = self.settings_of(public.page)
        read = write.letters_of(public.group.id, settings.targets, settings.versions, answers, fields)
        return write.encode(read) if isinstance(read, list) else read

    def results(self, page: ActionPage) -> dict[str, Any]:
        lines = report.lines(page.id)
        return {"report": lines, "whole": report.total(lines), "pace": self.settings_of(page).pace}

    def recorded(self, submission: Submission) -> None:
        outbox.send_later(outbox.Letters(submission.group, submission.page, submission.person))


def _list_problems(target_list: TargetList | None) -> list[Problem]:
    if target_list is None or not target_list.size:
        return [Problem("targets", "missing")]
    if not target_list.with_email:
        return [Problem("targets", "no_email")]
    if not (target_list.placed or target_list.places):
        return [Problem("targets", "no_places")]
    return []
