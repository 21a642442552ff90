"""What is wrong with an action page, in an organizer's words."""

from collections.abc import Iterable

from chalicelib import action_types
from chalicelib.actions.action_page import ActionPage
from chalicelib.actions.submission import Problem

_WORDS = {
    Problem("title", "missing"): "Write a title",
    Problem("slug", "taken"): "Another page has this address. Choose a different one",
    Problem("slug", "wrong"): "Use letters from a to z and digits, like save-the-library",
    Problem("slug", "unknown"): "Choose an address: none could be made of this title",
    Problem("picture", "wrong"): "Choose a PNG, JPEG or WebP picture",
    Problem("picture", "too_long"): "Choose a picture of 2 MB at most",
    Problem("picture_alt", "missing"): "Describe the picture for those who cannot see it",
    Problem("goal", "wrong"): "Write a whole number, like 5000",
    Problem("language", "wrong"): "Choose a language",
    Problem("opened", "changed"): "Someone else saved this page since you opened it",
    Problem("thanks_url", "wrong"): "Write an address that begins with https://",
    Problem("notify", "wrong"): "Write email addresses, separated by commas",
    Problem("notify", "too_many"): "Five addresses at most",
    Problem("tags", "too_many"): "Twenty tags at most, of 64 letters at most",
    Problem("questions", "missing"): "Add a question",
    Problem(
        "questions", "type_fixed"
    ): "A question whose answers are kept with the person keeps its kind: add a new one",
    Problem("questions", "too_many"): "A page asks 60 questions at most",
}
_OF_QUESTIONS = {
    "label-missing": "Write the question",
    "choices-missing": "Write at least two answers, one in a line",
    "choices-too_long": "Write 100 answers at most, of 150 letters at most",
}
_TOO_LONG = "Too long: shorten it"


def in_words(problems: Iterable[Problem], page: ActionPage) -> dict[str, str]:
    """By field, what to do about it."""
    known = {**_WORDS, **action_types.of(page.type).problem_words}
    return {problem.field: known.get(problem) or _of_question(problem) or _TOO_LONG for problem in problems}


def _of_question(problem: Problem) -> str:
    return _OF_QUESTIONS.get(f"{problem.field.rpartition('-')[2]}-{problem.reason}", "")
