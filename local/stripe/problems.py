"""How Stripe says no."""

from typing import Any


class Problem(Exception):
    """An answer that is an error. What was done before it stays done: a declined card is written down."""

    def __init__(self, status: int, kind: str, message: str, **more: Any) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"error": {"type": kind, "message": message} | more}


def wrong(message: str, param: str = "", code: str = "parameter_invalid_empty") -> Problem:
    return Problem(400, "invalid_request_error", message, param=param, code=code)


def missing(kind: str, known_as: str) -> Problem:
    return Problem(404, "invalid_request_error", f"No such {kind}: '{known_as}'", code="resource_missing", param="id")


def declined(code: str, decline_code: str, **more: Any) -> Problem:
    return Problem(402, "card_error", "Your card was declined.", code=code, decline_code=decline_code, **more)
