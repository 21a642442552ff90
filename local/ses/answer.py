"""What the double answers on the wire: a body, or one of SES's errors. Errors are values here; nothing raises them."""

from typing import Any, NamedTuple

from local.ses.addresses import Fate
from local.ses.content import Content, Header


class Refused(NamedTuple):
    """An error as SES names it; `status` is the HTTP status of its model."""

    status: int
    kind: str
    message: str


class Accepted(NamedTuple):
    """One message SES took. `number` counts all messages ever; `data` is the recipient's JSON as it came."""

    number: int
    message_id: str
    recipients: tuple[str, ...]
    content: Content
    data: str
    headers: tuple[Header, ...]
    tags: dict[str, str]
    configuration_set: str
    fate: Fate
    missing: str  # the variable that was not there, if the fate is NOT_RENDERED
    at: float  # epoch seconds


class Answer(NamedTuple):
    body: dict[str, Any]
    accepted: list[Accepted]


def bad_request(message: str) -> Refused:
    return Refused(400, "BadRequestException", message)


def not_found(message: str) -> Refused:
    return Refused(404, "NotFoundException", message)


def already_exists(message: str) -> Refused:
    return Refused(400, "AlreadyExistsException", message)


def message_rejected(message: str) -> Refused:
    return Refused(400, "MessageRejected", message)


def too_many_requests(message: str) -> Refused:
    return Refused(429, "TooManyRequestsException", message)
