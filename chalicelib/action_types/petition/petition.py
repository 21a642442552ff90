"""A petition: whom it is addressed to, what is delivered to them, and whether signers may say something."""

from collections.abc import Mapping

import msgspec

from chalicelib import texts
from chalicelib.actions.action_page import ActionPage
from chalicelib.actions.action_type import ActionType, Words
from chalicelib.actions.question import Question, QuestionType
from chalicelib.actions.submission import Problem
from chalicelib.plain_text import clean

_LONGEST = {"target": 150, "letter": 20_000}


class Settings(msgspec.Struct, frozen=True):
    """`target`: who can decide it. `letter`: plain text, delivered with the signatures. `comments`: '1' to ask.

    `commented`: '1' where that was ever asked, so that what was said is in the export still.
    """

    target: str = ""
    letter: str = ""
    comments: str = ""
    commented: str = ""


class Petition(ActionType[Settings]):
    name = "petition"
    words = Words(
        one="petition",
        what="A demand, who can meet it, and everyone who signs",
        action="signature",
        actions="signatures",
        actors="signers",
        act="sign",
        did="Signed",
    )
    settings = Settings
    title_hint = "What should change, in one line: “Save the library”"

    def read_settings(self, fields: Mapping[str, str], before: Settings) -> Settings | list[Problem]:
        target, letter = clean(fields.get("target", "")), clean(fields.get("letter", ""), lines=True)
        typed = {"target": target, "letter": letter}
        problems = [Problem(name, "too_long") for name, text in typed.items() if len(text) > _LONGEST[name]]
        comments = "1" if fields.get("comments") else ""
        return problems or Settings(target, letter, comments, comments or before.comments or before.commented)

    def copied(self, settings: Settings) -> Settings:
        return msgspec.structs.replace(settings, commented=settings.comments)

    def questions(self, page: ActionPage) -> tuple[Question, ...]:
        asked, own = super().questions(page), self.settings_of(page)
        if not (own.comments or own.commented):
            return asked
        label = texts.say(page.language, "petition.comment")
        return (*asked, Question(id="comment", label=label, type=QuestionType.LONG, removed=not own.comments))
