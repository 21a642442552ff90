"""The postman of Stripe's events: he signs, tries again, and by request dawdles, repeats, shuffles and drops."""

import asyncio
import json

import pytest
import stripe

from local.stripe import postman
from local.stripe.postman import Postman, signature

SECRET = "whsec_local"
EVENTS = [{"id": f"evt_{number}"} for number in range(3)]


class Door:
    """A webhook that answers with these statuses, one after another, and then 200."""

    def __init__(self, *statuses):
        self.statuses, self.got = list(statuses), []

    async def open(self):
        self.server = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        return f"http://127.0.0.1:{self.server.sockets[0].getsockname()[1]}/hooks/stripe"

    async def _answer(self, reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.partition("content-length: ")[2].split("\r\n")[0])
        signed = head.partition("stripe-signature: ")[2].split("\r\n")[0]
        self.got.append(((await reader.readexactly(length)).decode(), signed))
        status = self.statuses.pop(0) if self.statuses else 200
        writer.write(f"HTTP/1.1 {status} x\r\nContent-Length: 0\r\n\r\n".encode())
        writer.close()

    @property
    def ids(self):
        return [json.loads(body)["id"] for body, _ in self.got]


def brought(door, monkeypatch, **how):
    """What arrives of three events."""
    monkeypatch.setattr(postman, "_FIRST_PAUSE", 0.01)

    async def bring():
        him = Postman(await door.open(), SECRET, **how)
        him.send(EVENTS)
        await him.rest()
        door.server.close()
        return him

    return asyncio.run(bring())


def test_each_is_brought_once_and_signed_as_the_sdk_checks_it(monkeypatch):
    door = Door()
    him = brought(door, monkeypatch)
    assert sorted(door.ids) == ["evt_0", "evt_1", "evt_2"]
    for body, signed in door.got:
        assert stripe.WebhookSignature.verify_header(body, signed, SECRET, 300)
    assert him.delivered == {"evt_0": 200, "evt_1": 200, "evt_2": 200}


@pytest.mark.parametrize(
    ("body", "signed"),
    [
        ("{}", signature(b"{}", "whsec_other")),
        ('{"a": 1}', signature(b"{}", SECRET)),
        ("{}", signature(b"{}", SECRET, at=1_000_000_000)),
        ("{}", ""),
        ("{}", "t=now,v1=00"),
    ],
)
def test_what_he_did_not_sign_lately_the_sdk_refuses(body, signed):
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.WebhookSignature.verify_header(body, signed, SECRET, 300)


def test_whoever_answers_with_an_error_gets_it_again(monkeypatch):
    door = Door(500, 503, 400, 302)
    him = brought(door, monkeypatch)
    assert len(door.ids) == 7
    assert set(him.delivered.values()) == {200}


def test_he_repeats(monkeypatch):
    door = Door()
    brought(door, monkeypatch, repeat=3)
    assert sorted(door.ids) == sorted(["evt_0", "evt_1", "evt_2"] * 3)


def test_he_brings_the_newest_first(monkeypatch):
    told = []
    monkeypatch.setattr(Postman, "_begin", lambda him, event: told.append(event["id"]))
    Postman("http://x", SECRET, reorder=True).send(EVENTS)
    assert told == ["evt_2", "evt_1", "evt_0"]


@pytest.mark.parametrize("how", [{"drop": 1.0}, {"off": True}])
def test_he_drops_everything(monkeypatch, how):
    door = Door()
    brought(door, monkeypatch, **how)
    assert door.got == []


def test_he_dawdles(monkeypatch):
    slept = []
    sleep = asyncio.sleep

    async def note(seconds):
        slept.append(seconds)
        await sleep(0)

    monkeypatch.setattr(postman.asyncio, "sleep", note)
    door = Door()
    brought(door, monkeypatch, delay=7.0)
    assert slept.count(7.0) == 3
    assert len(door.ids) == 3
