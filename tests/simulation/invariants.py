"""What must hold whatever breaks, looked at whenever SES accepts an email or a row is written, and at the end.

`memory` holds plain values only, so that a world at rest can be copied.
"""

import json
from typing import Any

import msgspec

from chalicelib.dynamo.items import unpack_item
from chalicelib.mailings import record_clicks
from chalicelib.mailings.clicks import Click, Where
from chalicelib.mailings.mailing import Mailing
from chalicelib.mailings.variant import REST
from simulation import town
from simulation.expressions import Item
from simulation.ses import Accepted

# How long after a pause something may still leave, and how long feedback has to be read once it can be.
PAUSE_SECONDS = 5.0
# How old a look at subscriptions may be, by the sender's own clock, when it calls SES.
LOOK_SECONDS = 1.0
READ_SECONDS = 60.0
# No email follows another sooner: a doubt lasts a quarter of an hour from the claim, and SES may be reached late in it.
DOUBT_SECONDS = 200.0
_ENDS_LEFT = ("s", "u", "rf")
# A group, and an address that it knows somebody by.
Whose = tuple[str, str]
_OUTCOMES = ("s", "u", "dv", "co", "rf", "sp", "bo", "un", "ck")


class Invariants:
    """`violations` says what went wrong, in words; `counted` what the promise allows for, as often as it happened."""

    def __init__(self, world: Any) -> None:
        self.world = world
        self.memory: dict[str, Any] = {
            "left": {}, "claimed": {}, "resting": {}, "took": {}, "undone": set(), "owners": {}, "causes": {},
            "violations": [], "counted": {}, "letters": {}, "ever_left": set(), "signed": [], "clicked": set(),
            "ids": {}, "closed": set(), "stopped": {}, "homes": {},
        }  # fmt: skip

    @property
    def violations(self) -> list[str]:
        found: list[str] = self.memory["violations"]
        return found

    def broken(self, what: str) -> None:
        self.world.say("VIOLATION", what)
        self.violations.append(what)

    def count(self, what: str) -> None:
        self.memory["counted"][what] = self.memory["counted"].get(what, 0) + 1

    # SES accepted an email

    def accepted(self, email: Accepted) -> None:
        number = len(self.world.ses.accepted) - 1
        if "email" in email.tags:
            self._accepted_single(email, number)
            return
        _, mailing, run = email.tags["mailing"].split("_")
        name, place = f"{mailing}.{run}", int(email.tags["recipient"])
        chunk = int(email.tags["chunk"])
        called = self._called_at()
        self._check_may_be_mailed(email, max(called - LOOK_SECONDS, self.memory["claimed"].get((name, chunk), called)))
        self._check_not_resting(email, mailing, name)
        self._check_words_and_time(email, mailing)
        self._check_not_stopped(email, name, chunk, place)
        self._check_not_twice(email, (mailing, email.to), number, self._was_recorded(name, chunk, place))
        self.memory["took"].setdefault((name, chunk, place), []).append(number)

    def _accepted_single(self, email: Accepted, number: int) -> None:
        to, _, name = email.tags["email"].partition("_")
        row = self.world.db.item("emails", {"to": {"S": to}, "id": {"S": name}}) or {}
        if name.startswith("gift-"):
            # Whoever gave is owed it, on the list or not.
            self.world.treasury.accepted(email)
        else:
            self._check_may_be_mailed(email, self._called_at() - LOOK_SECONDS)
        self._check_not_twice(email, ("single", to, name), number, row.get("st") == {"S": "sent"})

    def _called_at(self) -> float:
        """When SES was asked. What is long on its way through the network from then on, nobody can hold back."""
        task = self.world.running
        called: float = task.called_at if task else self.world.called_at
        return called

    def _check_may_be_mailed(self, email: Accepted, look: float) -> None:
        left = self.memory["left"].get((email.group, email.to))
        if left is not None and left <= look:
            self.broken(f"{email.to} left {look - left:.3f} s before the last look, and was mailed")

    def _check_not_resting(self, email: Accepted, mailing: str, run: str) -> None:
        since = self.memory["resting"].get(mailing)
        if run in self.memory["undone"]:
            self.broken(f"{email.to} was mailed by a run that had been undone")
        elif since is not None and self._called_at() - since > PAUSE_SECONDS:
            self.broken(f"{email.to} was mailed {self.world.now - since:.1f} s after the mailing was told to rest")

    def _check_not_stopped(self, email: Accepted, run: str, chunk: int, place: int) -> None:
        since = self.memory["stopped"].get(run)
        late = since is not None and self._called_at() - since > PAUSE_SECONDS
        if late and place not in places(self.row_of(run, chunk), "ag"):
            self.broken(f"{email.to} was mailed, though the mailing had been stopped before their turn")

    def _check_words_and_time(self, email: Accepted, mailing: str) -> None:
        """Everybody gets the variant that is theirs; who waits for the winner, or lost theirs, gets the winner.

        And nobody before it is time where they live.
        """
        item = self.world.db.item("mailings", {"g": {"S": email.group}, "id": {"S": mailing}})
        known = msgspec.convert(unpack_item(item) | {"group": email.group}, Mailing)
        whose = (email.group, email.to)
        if (
            known.own_time
            and (early := town.moment(known.own_time, self.memory["homes"][whose]) - self._called_at()) > 0
        ):
            self.broken(f"{email.to} was mailed {early:.0f} s before it was {known.own_time} where they live")
        label = known.label_of(self.memory["ids"][whose])
        mine = {label} | ({known.winner} if label in {REST, *known.dropped} else set())
        if email.subject not in {known.worded(one).subject for one in mine - {REST}}:
            self.broken(f"{email.to} is of {label}, and got “{email.subject}”; the winner is “{known.winner}”")

    def _check_not_twice(self, email: Accepted, key: Any, number: int, recorded: bool) -> None:
        earlier = self.memory["letters"].setdefault(key, [])
        # One that could not be rendered was taken and never sent.
        taken = [self.world.ses.accepted[number] for number in earlier]
        for one in (email for email in taken if email.fate != "not rendered"):
            waited = self.world.now - (one.told_at or 1e12)
            if recorded:
                self.broken(f"{email.to} was mailed twice, and the row knew of the first")
            elif self.world.now - one.at < DOUBT_SECONDS:
                self.broken(
                    f"{email.to} was mailed again {self.world.now - one.at:.0f} s later, without waiting for SES's events"
                )
            elif waited < READ_SECONDS:
                self.count("mailed again: SES's events were lost or late")
            elif self._in_feedback():
                self.count("mailed again: SES's events were told, and not read in time")
            else:
                self.broken(f"{email.to} was mailed twice, though SES had told us {waited:.0f} s before")
        earlier.append(number)

    def _in_feedback(self) -> bool:
        return bool(self.world.sqs.messages["feedback"] or self.world.sqs.dead["feedback"])

    def _was_recorded(self, run: str, chunk: int, place: int) -> bool:
        row = self.row_of(run, chunk)
        return str(place) in row.get("s", {}).get("NS", [])

    def row_of(self, run: str, chunk: int) -> Item:
        for rows in self.world.db.rows["chunks"].values():
            for row in rows.values():
                if row["n"]["N"] == str(chunk) and row["m"]["S"].partition("#")[0] == run:
                    return dict(row)
        return {}

    # A message was put on a queue

    def queued(self, body: str) -> None:
        if record_clicks.is_fact({"body": body}) and (fact := json.loads(body))["fact"] == "click":
            where = Where(*fact["where"])
            click = Click(fact["at"], where.words, where.place, fact["link"])
            self.memory["clicked"].add((where.run, where.chunk, click))

    # A row was written

    def written(self, table: str, old: Item | None, new: Item | None) -> None:
        if look := getattr(self, f"_wrote_{table}", None):
            look(old, new)

    def _wrote_people(self, old: Item | None, new: Item | None) -> None:
        row = new or old or {}
        whose = (row["gs"]["S"].partition("#")[0], row["e"]["S"])
        self.memory["ids"][whose], self.memory["homes"][whose] = row["id"]["S"], row.get("z", {"S": ""})["S"]
        status = new["st"]["S"] if new else "deleted"
        if status == "subscribed":
            self.memory["left"].pop(whose, None)
        else:
            self._left(whose)
        if old and status not in ("subscribed", old["st"]["S"]):
            causes = self.memory["causes"].get(whose, ())
            if status not in causes and not self._bounced_or_complained(whose, status):
                self.broken(f"{whose[1]} became {status} without a cause")

    def _bounced_or_complained(self, whose: Whose, status: str) -> bool:
        fate = {"bounced": "hard bounce", "complained": "complaint"}.get(status)
        return any((email.group, email.to) == whose and email.fate == fate for email in self.world.ses.accepted)

    def _wrote_suppressions(self, old: Item | None, new: Item | None) -> None:
        for owner in self.memory["owners"].get(new["h"]["S"] if new else "", ()):
            self._left(owner)

    def _left(self, whose: Whose) -> None:
        self.memory["left"].setdefault(whose, self.world.now)
        self.memory["ever_left"].add(whose)

    def _wrote_emails(self, old: Item | None, new: Item | None) -> None:
        if new and new.get("tok") != (old or {}).get("tok"):
            self.memory["claimed"][new["to"]["S"], new["id"]["S"]] = self.world.now
        if (
            new
            and new["st"]["S"] == "sent"
            and ("single", new["to"]["S"], new["id"]["S"]) not in self.memory["letters"]
        ):
            self.broken(f"{new['id']['S']} is called sent, and SES never took it")

    def _wrote_chunks(self, old: Item | None, new: Item | None) -> None:
        if not new:
            return
        run, number = new["m"]["S"].partition("#")[0], int(new["n"]["N"])
        if new.get("tok") != (old or {}).get("tok"):
            self.memory["claimed"][run, number] = self.world.now
        again = places(new, "ag") if new.get("tr") != (old or {}).get("tr") else set()
        for name in _OUTCOMES:
            # Whoever is written to again leaves their end.
            if lost := places(old, name) - places(new, name) - (again if name in _ENDS_LEFT else set()):
                self.broken(f"chunk {number} forgot {name} of {sorted(lost)}")
        for place in places(new, "s") - places(old, "s"):
            if (run, number, place) not in self.memory["took"]:
                self.broken(f"chunk {number} says {place} was sent, and SES never took it")

    def _wrote_mailings(self, old: Item | None, new: Item | None) -> None:
        if not new:
            return
        mailing, status = new["id"]["S"], new["status"]["S"]
        before = old["status"]["S"] if old else ""
        if status == "sending":
            self.memory["resting"].pop(mailing, None)
        else:
            self.memory["resting"].setdefault(mailing, self.world.now)
        if status == "draft" and before in ("counting", "sending", "waiting"):
            self._undone(f"{mailing}.{new['run']['N']}")
        if status == "stopped":
            self.memory["stopped"].setdefault(f"{mailing}.{new['run']['N']}", self.world.now)
        if new.get("closed", {}).get("BOOL"):
            self.memory["closed"].add(new["g"]["S"])
        if old and old["run"] == new["run"]:
            self._check_decisions(unpack_item(old), unpack_item(new))
        if status == "finished" and sum(_numbers(new).values()) != int(new["size"]["N"]):
            self.broken(f"finished with {_numbers(new)} of {new['size']['N']}")

    def _check_decisions(self, old: dict[str, Any], new: dict[str, Any]) -> None:
        """Of one audience: a winner stays, and so does what was stopped. A draft that was undone is frozen anew."""
        if "draft" in (old["status"], new["status"]) or (new["status"] == "sending" and old["status"] == "counting"):
            return
        if old.get("winner") and old["winner"] != new.get("winner"):
            self.broken(f"“{old['winner']}” had won, and now “{new.get('winner')}” has")
        if lost := set(old.get("dropped", ())) - set(new.get("dropped", ())):
            self.broken(f"variants {sorted(lost)} had been stopped, and are not any more")

    def _undone(self, run: str) -> None:
        self.memory["undone"].add(run)
        if any(key[0] == run for key in self.memory["took"]):
            self.broken("undone, although somebody had been mailed")


def _numbers(mailing: Item) -> dict[str, int]:
    return {name: int(mailing.get(name, {"N": 0})["N"]) for name in ("sent", "refused", "suppressed", "unknown")}


def places(row: Item | None, name: str) -> set[int]:
    held = (row or {}).get(name, {})
    return {int(place) for place in held.get("NS", held.get("M", ()))}
