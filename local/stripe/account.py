"""One account's objects by kind and id, in the order in which they were made; and the events that they cause."""

from collections.abc import Callable, Iterator
from typing import Any

from local.stripe.problems import missing
from local.stripe.shapes import whole

# Sent only to who asks for it.
_HIDDEN = ("payments",)

Thing = dict[str, Any]


class Account:
    """`id` is '' for the platform's own."""

    def __init__(self, known_as: str, clock: Callable[[], float], new_id: Callable[[str], str]) -> None:
        self.id, self.clock, self.new_id = known_as, clock, new_id
        self.things: dict[str, dict[str, Thing]] = {}
        self.replies: dict[str, Any] = {}
        # Card numbers by payment method: what Stripe keeps in its vault.
        self.vault: dict[str, str] = {}
        # Why every bank declines what is charged here now; '' while none does.
        self.declining = ""
        # Whether every bank declines what is given back.
        self.keeping = False
        self.undelivered: list[Thing] = []

    def now(self) -> int:
        return int(self.clock())

    def make(self, kind: str, prefix: str, **given: Any) -> Thing:
        thing = whole(kind, **{"id": self.new_id(prefix), "created": self.now()} | given)
        self.keep(thing)
        return thing

    def keep(self, thing: Thing) -> None:
        self.things.setdefault(thing["object"], {})[thing["id"]] = thing

    def find(self, kind: str, known_as: str) -> Thing:
        thing = self.things.get(kind, {}).get(str(known_as))
        if thing is None:
            raise missing(kind.replace(".", " "), str(known_as))
        return thing

    def every(self, kind: str, **like: Any) -> Iterator[Thing]:
        """Oldest first."""
        for thing in list(self.things.get(kind, {}).values()):
            if all(thing.get(name) == value for name, value in like.items()):
                yield thing

    def tell(self, kind: str, thing: Thing) -> None:
        """Something happened to a thing: an event with the thing as it is now."""
        event = self.make(
            "event",
            "evt_",
            type=kind,
            api_version="2026-10-28.endive",
            data={"object": hidden(snapshot(thing))},
            livemode=False,
            pending_webhooks=1,
            request={"id": None, "idempotency_key": None},
            **({"account": self.id} if self.id else {}),
        )
        self.undelivered.append(event)


def hidden(thing: Thing, asked: frozenset[str] = frozenset()) -> Thing:
    """Without what is sent only to who asks for it."""
    return {name: None if name in _HIDDEN and name not in asked else part for name, part in thing.items()}


def snapshot(thing: Any) -> Any:
    if isinstance(thing, dict):
        return {name: snapshot(part) for name, part in thing.items()}
    return [snapshot(part) for part in thing] if isinstance(thing, list) else thing
