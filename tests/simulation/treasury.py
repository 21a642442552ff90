"""What must be true of money: whatever broke, what we have written down is what Stripe has, to the cent."""

from collections import Counter
from typing import Any

from chalicelib import counters
from chalicelib.dynamo.items import unpack_item
from chalicelib.giving import store, sums
from chalicelib.giving.donation import WAYS, Donation, State
from chalicelib.people.subscription import address_hash
from local.stripe import subscriptions
from simulation import ledger, town, wishes
from simulation.faults import Calm, Seeded
from simulation.ses import Accepted

_REST_SECONDS = 20 * 86400.0
# How often a treasurer reconciles, at most, until nothing is found.
_PATIENCE = 3


class Treasury:
    """Looks on while a history goes; `check` looks at its end."""

    def __init__(self, world: Any) -> None:
        self.world = world

    @property
    def known(self) -> Any:
        return self.world.invariants.memory["treasury"]

    def broken(self, what: str) -> None:
        self.world.invariants.broken(what)

    # Meanwhile

    def led(self, session: str, number: int, kind: str) -> None:
        if not session:
            self.broken(f"wish {number} was led nowhere")
        else:
            self.known["led"].setdefault(session, (number, kind))

    def asked_back(self, number: int, before: Donation) -> None:
        if not wishes.charges_of(self.world, number) and before.state != State.PROMISED:
            self.broken(f"wish {number} was told that they had given, and had not")

    def ask_back(self, number: int, view: str, amount: int) -> None:
        self.known["asked_back"].setdefault(view, {"wish": number, "amount": amount, "presses": 0})

    def check_one_charge(self, number: int) -> None:
        charges = wishes.charges_of(self.world, number)
        if len(charges) > 1:
            self.broken(
                f"wish {number} was charged {len(charges)} times: {[charge['amount'] for _, charge in charges]}"
            )

        monthly = wishes.subscriptions_of(self.world, number)
        if sum(subscriptions.goes_on(known) for _, known in monthly) > 1:
            self.broken(f"wish {number} is given again and again twice")

    def accepted(self, email: Accepted) -> None:
        """No receipt for what was not paid."""
        name = email.tags["email"].partition("_")[2]
        if name.startswith("gift-receipt-"):
            donation = name.removeprefix("gift-receipt-")
            row = next((row for row in self._rows() if row.id == donation), None)
            if row is None or row.payment not in {paid.payment for paid in ledger.paid(self.world)}:
                self.broken(f"{email.to} got a receipt for {donation}, which was not paid")

    # In the end

    def check(self) -> None:
        self._bring_to_rest()
        rows, paid = self._rows(), list(ledger.paid(self.world))
        self._check_rows(rows, paid)
        self._check_sums(paid)
        self._check_forecast()
        for number in range(len(self.known["wishes"])):
            self.check_one_charge(number)
            self._check_given_back(number)
        for donor in range(len(town.NAMES)):
            self._check_person(donor, [each for each in paid if each.person == ledger.person(donor)], rows)
        self._check_emails(rows)

    def _bring_to_rest(self) -> None:
        """What lies among the dead letters is put back, as an alarm asks for; then a treasurer reconciles."""
        world = self.world
        forced = isinstance(world.faults, Seeded)
        world.faults = world.db.choices = Calm()
        dead = self._redrive()
        # An email of which two senders died waits for its doubt until its letter dies: see signing.
        if any(queue != "mail" for queue, _ in dead) and not forced:
            self.broken(f"letters died, and so little went wrong: {dead}")
        excused = dead or world.stripe.unheard
        found = [self._reconcile() for _ in range(_PATIENCE)]
        if found[0] and not excused:
            self.broken(f"reconciling finds what no event was lost about: {found[0]}")
        elif found[-1]:
            self.broken(f"however often it is reconciled, there is still {found[-1]}")
        elif found[0]:
            world.invariants.count("reconciled: an event never came")

    def _reconcile(self) -> Any:
        """A treasurer compares, has us look again at what differs, and waits until everything is at rest."""
        self.world.later(1.0, "act", "reconcile_all")
        self.world.run(self.world.now + _REST_SECONDS)
        return self.known.pop("differences", ["no answer"])

    def _redrive(self) -> list[tuple[str, str]]:
        queues = self.world.sqs
        dead = [(name, body) for name, bodies in queues.dead.items() for body in bodies]
        for name, body in dead:
            self.world.invariants.count(f"left to the alarm: a letter of {name} died, and was put back")
            queues.dead[name].remove(body)
            queues.put(name, body)
        self.world.run(self.world.now + _REST_SECONDS)
        return dead

    def _rows(self) -> list[Donation]:
        return [store._donation(unpack_item(row)) for row in self.world.db.all("donations")]

    def _check_rows(self, rows: list[Donation], paid: list[ledger.Paid]) -> None:
        given = {row.payment: row for row in rows if row.is_given}
        if len(given) < sum(row.is_given for row in rows):
            self.broken("one payment is written down as two gifts")
        for each in paid:
            row = given.pop(each.payment, None)
            if row is None:
                self.broken(f"{each.payment} of {each.amount} was paid, and is not written down")
            elif (row.amount, row.refunded, row.dispute, row.disputed, row.fee, row.given_at) != (each.amount, each.refunded, each.dispute, each.disputed, each.fee, each.at):  # fmt: skip
                self.broken(f"{row.id} has {row.amount}, {row.refunded} back, “{row.dispute}”; Stripe has {each}")
        for row in given.values():
            self.broken(f"{row.id} is written down as given, and was not paid")
        for row in rows:
            self._check_open(row)

    def _check_open(self, row: Donation) -> None:
        account = ledger.account(self.world)
        if row.state == State.STARTED:
            self.broken(f"{row.id} was begun, and nobody looks what became of it")
        if row.state == State.PROCESSING and account.find("payment_intent", row.payment)["status"] != "processing":
            self.broken(f"{row.id} waits for a bank that has answered")

    def _check_sums(self, paid: list[ledger.Paid]) -> None:
        total = ledger.sum_of(paid)
        days: dict[str, list[ledger.Paid]] = {}
        ways: dict[tuple[str, str], list[ledger.Paid]] = {}
        for each in paid:
            days.setdefault(counters.day(each.at), []).append(each)
            for way in (("page", wishes.PAGE), ("source", f"letter-{ledger.donor(each.person)}")):
                ways.setdefault(way, []).append(each)
        shown = {
            "of the group": (sums.of_group(town.GROUP), {"USD": total}),
            "of the page": ({"USD": sums.of_page(wishes.PAGE, "USD")}, {"USD": total}),
            "by day": (sums.of_days(town.GROUP, "2026-01-01", "2029-01-01"), {day: {"USD": ledger.sum_of(each)} for day, each in days.items()}),
            "by way": ({(kind, code): known for kind in WAYS for code, known in sums.of_ways(town.GROUP, kind).items()},
                       {way: {"USD": ledger.sum_of(each)} for way, each in ways.items()}),
            "by size": ({int(size): count for size, count in counters.read(f"sizes#{town.GROUP}", "USD").items() if count},
                        Counter(sums.size(each.amount) for each in paid)),
        }  # fmt: skip
        for name, (ours, theirs) in shown.items():
            if _without_nothing(ours) != _without_nothing(theirs):
                self.broken(f"the sum {name} shows {ours}, and Stripe has {theirs}")

    def _check_forecast(self) -> None:
        shown = {name: count for name, count in counters.read(f"recurring#{town.GROUP}").items() if count}
        if shown != (expected := ledger.forecast(self.world)):
            self.broken(f"the forecast shows {shown}, and Stripe has {expected}")

    def _check_given_back(self, number: int) -> None:
        asked = sum(each["amount"] for each in self.known["asked_back"].values() if each["wish"] == number)
        back = sum(charge["amount_refunded"] for _, charge in wishes.charges_of(self.world, number))
        if back > asked:
            self.broken(f"of wish {number} {back} were given back, and only {asked} was meant to be")

    def _check_person(self, donor: int, paid: list[ledger.Paid], rows: list[Donation]) -> None:
        who = ledger.person(donor)
        person = self.world.db.item("people", {"gs": {"S": f"{town.GROUP}#{who[:2]}"}, "id": {"S": who}})
        action = self.world.db.item("actions", {"ps": {"S": f"{wishes.PAGE}#{who[0]}"}, "id": {"S": who}})
        if bool(paid) != bool(action and person):
            self.broken(
                f"{town.NAMES[donor]} gave {len(paid)} times, and " + ("is" if action else "is not") + " recorded"
            )
        elif person:
            self._check_gifts(who, unpack_item(person).get("gv", {}), paid)
        limit, kept = self.known["limit"], sum(each.kept for each in paid if not each.again)
        if limit and kept > limit:
            self.broken(f"{town.NAMES[donor]} gave {kept}, and {limit} is the most")

    def _check_gifts(self, who: str, shown: dict[str, Any], paid: list[ledger.Paid]) -> None:
        names = ("total", "number", "highest", "last_at", "recurring")
        found = tuple(shown.get(name, 0) for name in names)
        if found != (expected := ledger.known_of(self.world, who, paid)):
            self.broken(f"{who} is known to have given {found}, and Stripe has {expected}")

    def _check_emails(self, rows: list[Donation]) -> None:
        for row in rows:
            if row.is_given:
                self._check_written(row, f"gift-receipt-{row.id}", "a receipt")
            if row.is_given and row.refunded and not row.bounced:
                self._check_written(row, f"gift-refunded-{row.id}-{row.back_word}", "told what went back")
            elif not row.is_told:
                # Of what came back since nobody is told: they may have been told of more.
                self.broken(f"{row.donor.email} was not told that {row.refunded} of {row.id} went back")
            if row.state in (State.GIVEN, State.PROMISED) and row.often != "once":
                self._check_told_of_the_end(row)

    def _check_written(self, row: Donation, name: str, what: str) -> None:
        item = self.world.db.item("emails", {"to": {"S": row.person}, "id": {"S": name}}) or {}
        if item.get("st", {}).get("S") not in ("sent", "refused") and not self._takes_no_mail(row):
            self.broken(f"{row.donor.email} never got {what}: {name}")

    def _takes_no_mail(self, row: Donation) -> bool:
        """Whoever is written to at an address that bounced gets nothing more."""
        item = self.world.db.item("suppressions", {"h": {"S": address_hash(row.donor.email, b"\x5a" * 32)}}) or {}
        return "bounced" in str(item)

    def _check_told_of_the_end(self, row: Donation) -> None:
        known = self.world.db.item("recurring", {"p": {"S": row.person}, "id": {"S": row.id}})
        if known and known.get("standing") == {"S": "ended"}:
            emails = [each["id"]["S"] for each in self.world.db.all("emails") if each["st"]["S"] in ("sent", "refused")]
            told = any(name.startswith(f"gift-changed-{row.id}-ended") for name in emails)
            if not told and not self._takes_no_mail(row):
                self.broken(f"{row.donor.email} was never told that {row.id} has ended")


def _without_nothing(told: Any) -> Any:
    """Sums in which nothing is are as good as none."""
    if isinstance(told, sums.Sum):
        return told if any(told) else None
    if isinstance(told, dict):
        return {name: known for name, value in told.items() if (known := _without_nothing(value))}
    return told
