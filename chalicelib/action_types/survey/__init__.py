"""Surveys: what people think, question by question, shown as charts."""

from collections.abc import Sequence

from chalicelib.actions.action_page import ActionPage, Ask
from chalicelib.actions.action_type import ActionType, NoSettings, Words
from chalicelib.actions.submission import Problem


class Survey(ActionType[NoSettings]):
    name = "survey"
    words = Words(
        one="survey",
        what="What people think, question by question, as charts",
        action="response",
        actions="responses",
        actors="people",
        act="answer",
        did="Answered",
    )
    settings = NoSettings
    asks = {"name": Ask.OPTIONAL, "zip_code": Ask.OPTIONAL}  # noqa: RUF012  (never written to)
    text_label = "Introduction"
    text_hint = "What it is for, and what happens with the answers"
    is_about_questions = True
    aims = False

    def not_ready(self, page: ActionPage) -> Sequence[Problem]:
        asked = any(not question.removed for question in page.questions)
        return () if asked else [Problem("questions", "missing")]


TYPE = Survey()
