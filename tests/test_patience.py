"""What AWS cannot take now is offered again; what it will never take is said at once, not offered for ever."""

from typing import Any

import pytest
from botocore.exceptions import ClientError
from cloud import answering

from chalicelib import clock, dynamo, queues
from chalicelib.mailings.outbox import ThankYou

PEOPLE = dynamo.Table("people", "gs", "id")


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Nobody waits; but after a hundred pauses it is clear that it never ends."""
    made: list[float] = []

    def sleep(seconds: float) -> None:
        made.append(seconds)
        assert len(made) < 100

    monkeypatch.setattr(clock, "sleep", sleep)
    return made


def people(number: int) -> list[dynamo.Item]:
    group = clock.new_id()
    return [{"gs": f"{group}#0{place}", "id": clock.new_id(), "e": "ada@example.org"} for place in range(number)]


def cancelled(*codes: str) -> dict[str, Any]:
    reasons = [{"Code": code} for code in codes]
    return {"Error": {"Code": "TransactionCanceledException", "Message": ""}, "CancellationReasons": reasons}


@pytest.mark.parametrize("code", ["TransactionConflict", "ProvisionedThroughputExceeded", "ThrottlingError"])
def test_people_are_written_after_a_rival_is_done(aws: Any, pauses: list[float], code: str) -> None:
    rows = people(2)
    with answering("dynamodb", "TransactWriteItems", cancelled("None", code), cancelled(code, "None")):
        assert dynamo.add_all_new(PEOPLE, rows) == set()
    assert len(pauses) == 2
    assert PEOPLE.get(rows[1]["gs"], rows[1]["id"], consistent=True) == rows[1]


@pytest.mark.parametrize("codes", [("None", "ValidationError"), ("ItemCollectionSizeLimitExceeded", "None"), ()])
def test_people_who_can_never_be_written_are_no_reason_to_wait(
    aws: Any, pauses: list[float], codes: tuple[str, ...]
) -> None:
    with (
        answering("dynamodb", "TransactWriteItems", *[cancelled(*codes)] * 200),
        pytest.raises(ClientError, match="TransactionCanceled"),
    ):
        dynamo.add_all_new(PEOPLE, people(2))
    assert pauses == []


def failed(place: int, *, ours: bool) -> dict[str, Any]:
    failure = {"Id": str(place), "Code": "InternalError", "SenderFault": ours}
    return {"Successful": [{"Id": str(1 - place)}], "Failed": [failure]}


def test_a_message_that_sqs_could_not_take_yet_is_offered_again(aws: Any, pauses: list[float]) -> None:
    emails = [ThankYou("g", "p", "ada"), ThankYou("g", "p", "grace")]
    with answering("sqs", "SendMessageBatch", failed(1, ours=False), {"Successful": [{"Id": "1"}]}):
        queues.send_many("mail", emails)
    assert sum(pause > 0 for pause in pauses) == 1


def test_a_message_that_sqs_never_takes_is_a_bug(aws: Any, pauses: list[float]) -> None:
    emails = [ThankYou("g", "p", "ada"), ThankYou("g", "p", "grace")]
    with answering("sqs", "SendMessageBatch", *[failed(1, ours=True)] * 200), pytest.raises(queues.NeverTaken):
        queues.send_many("mail", emails)
