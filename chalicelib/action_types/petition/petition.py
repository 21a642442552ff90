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
    """`target`: who can decide it. `letter`: plain text, delivered with the signatures. `comments`: '1' to ask."""

    target: str = ""
    letter: str = ""
    comments: str = ""


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
        return problems or Settings(target, letter, "1" if fields.get("comments") else "")

    def questions(self, page: ActionPage) -> tuple[Question, ...]:
        asked = super().questions(page)
        if not self.settings_of(page).comments:
            return asked
        label = texts.say(page.language, "petition.comment")
        return (*asked, Question(id="comment", label=label, type=QuestionType.LONG))
