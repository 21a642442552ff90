"""SES: it accepts, refuses, throttles and runs out of quota, and tells what became of each email; late, or never."""

import json
from typing import Any

from simulation.answers import Failure, Reply

Json = dict[str, Any]

TOPIC = "arn:aws:sns:eu-central-1:000000000000:muster-sim-ses-events"
BUCKET = "muster-sim-files"

_ENTRY_FAULTS = ("entry refused", "entry throttled", "entry transient")
_STATUS = {
    "entry refused": "MESSAGE_REJECTED",
    "entry throttled": "ACCOUNT_THROTTLED",
    "entry transient": "TRANSIENT_FAILURE",
}
_CALL_FAULTS = ("throttled", "call refused", "sending paused", "quota gone")
_FATES = ("hard bounce", "soft bounce", "complaint", "not rendered", "silent")


class Accepted:
    """One email that SES took. `told_at`: when its first event was there to be read by us (None: not yet).

    `link` is where the links in it begin.
    """

    def __init__(self, at: float, to: str, tags: dict[str, str], fate: str, subject: str = "", link: str = "") -> None:
        self.at, self.to, self.tags, self.fate, self.subject, self.link = at, to, tags, fate, subject, link
        self.told_at: float | None = None
        self.reply_lost = False

    @property
    def group(self) -> str:
        return self.tags["mailing"].split("_")[0] if "mailing" in self.tags else self.tags["group"]

    @property
    def key(self) -> tuple[str, ...]:
        return tuple(self.tags.get(name, "") for name in ("mailing", "chunk", "recipient", "email"))


class Ses:
    def __init__(self, world: Any) -> None:
        self.world = world
        self.accepted: list[Accepted] = []
        self.rate, self.daily, self.used = 14.0, 1_000_000.0, 0.0
        self.refused: set[tuple[str, ...]] = set()
        self.files = 0

    def answer(self, operation: str, body: bytes) -> Reply:
        if operation == "GetAccount":
            quota = {"MaxSendRate": self.rate, "Max24HourSend": self.daily, "SentLast24Hours": self.used}
            return Reply(200, json.dumps({"SendQuota": quota}).encode())
        self._may_refuse(self.world.faults.choose(_CALL_FAULTS, operation))
        request = json.loads(body)
        if operation == "SendBulkEmail":
            return self._bulk(request)
        if operation == "SendEmail":
            return self._single(request)
        raise NotImplementedError(operation)

    def free_quota(self) -> None:
        self.used = 0.0
        self.world.say("SES", "a new day: the quota is free again")

    def _may_refuse(self, fault: str) -> None:
        if fault == "quota gone":
            self.used = self.daily
            self.world.later(self.world.faults.one_of(200.0, 7200.0), "free_quota")
        if self.used >= self.daily:
            raise Failure(400, "ThrottlingException", "Daily message quota exceeded")
        if fault == "throttled":
            raise Failure(429, "TooManyRequestsException", "Maximum sending rate exceeded")
        if fault == "call refused":
            raise Failure(400, "MailFromDomainNotVerifiedException", "not verified")
        if fault == "sending paused":
            raise Failure(400, "SendingPausedException", "paused")

    def _bulk(self, request: Json) -> Reply:
        results, taken = [], list[Accepted]()
        subject = request["DefaultContent"]["Template"]["TemplateContent"]["Subject"]
        for entry in request["BulkEmailEntries"]:
            tags = _tags(request["DefaultEmailTags"] + entry["ReplacementTags"])
            content = entry["ReplacementEmailContent"]["ReplacementTemplate"]["ReplacementTemplateData"]
            words = (subject, json.loads(content).get("click", ""))
            status, email = self._entry(entry["Destination"]["ToAddresses"][0], tags, words)
            taken += [email] if email else []
            results.append({"Status": status, "MessageId": f"s{len(self.accepted)}"})
        self._tell(taken)
        return Reply(200, json.dumps({"BulkEmailEntryResults": results}).encode())

    def _entry(self, to: str, tags: dict[str, str], words: tuple[str, str]) -> tuple[str, Accepted | None]:
        if self.used >= self.daily:
            return "ACCOUNT_DAILY_QUOTA_EXCEEDED", None
        if fault := self.world.faults.choose(_ENTRY_FAULTS, f"entry {to}"):
            self.world.say("SES", f"{_STATUS[fault]} for {to}")
            if fault == "entry refused":
                self.refused.add(Accepted(0, to, tags, "").key)
            return _STATUS[fault], None
        return "SUCCESS", self._take(to, tags, words)

    def _single(self, request: Json) -> Reply:
        email = self._take(request["Destination"]["ToAddresses"][0], _tags(request["EmailTags"]))
        self._tell([email])
        return Reply(200, json.dumps({"MessageId": f"s{len(self.accepted)}"}).encode())

    def _take(self, to: str, tags: dict[str, str], words: tuple[str, str] = ("", "")) -> Accepted:
        email = Accepted(self.world.now, to, tags, self.world.faults.choose(_FATES, f"fate {to}"), *words)
        self.used += 1
        self.accepted.append(email)
        self.world.say("SES", f"accepts {to} {email.key}")
        self.world.invariants.accepted(email)
        return email

    # What it tells

    def _tell(self, emails: list[Accepted]) -> None:
        """Common events of one call in one file, or spread over several; rare ones each for themselves."""
        if not emails:
            return
        first = self.world.faults.span(2.0, 70.0)
        numbers = [self._number(email) for email in emails]
        groups = [[number] for number in numbers] if self.world.faults.choose(("told apart",), "events") else [numbers]
        for group in groups:
            self._tell_group(group, first + self.world.faults.span(0.0, 5.0))

    def _tell_group(self, numbers: list[int], delay: float) -> None:
        for kind, way in (("Send", "file"), ("Delivery", "file"), ("Rare", "topic")):
            fault = self.world.faults.choose(("event lost", "event late", "event twice"), f"{kind} event")
            if fault == "event lost":
                self.world.say("SES", f"never tells {kind} of {numbers}")
                continue
            late = 1600.0 if fault == "event late" else self.world.faults.span(0.0, 20.0)
            self.world.later(delay + late, "tell", kind, way, tuple(numbers))
            if fault == "event twice":
                self.world.later(delay + late + 40.0, "tell", kind, way, tuple(numbers))

    def tell(self, kind: str, way: str, numbers: tuple[int, ...]) -> None:
        emails = [self.accepted[number] for number in numbers]
        if way == "file":
            told = [(email, text) for email in emails if (text := _common(kind, email))]
            if told:
                self._to_queue([email for email, _ in told], self._file([text for _, text in told]))
            return
        for email in emails:
            if text := rare(email):
                self._to_queue([email], json.dumps({"Type": "Notification", "TopicArn": TOPIC, "Message": text}))

    def _file(self, lines: list[str]) -> str:
        self.files += 1
        key = f"events/2027/01/15/08/sim-{self.files}"
        self.world.s3.files[key] = ("\n".join(lines) + "\n").encode()
        return json.dumps({"Records": [{"s3": {"bucket": {"name": BUCKET}, "object": {"key": key}}}]})

    def _to_queue(self, emails: list[Accepted], body: str) -> None:
        visible = self.world.sqs.put("feedback", body)
        for email in emails:
            email.told_at = min(email.told_at or visible, visible)

    def _number(self, email: Accepted) -> int:
        return self.accepted.index(email)


def _tags(pairs: list[dict[str, str]]) -> dict[str, str]:
    return {pair["Name"]: pair["Value"] for pair in pairs}


def _common(kind: str, email: Accepted) -> str:
    if kind == "Send":
        return "" if email.fate == "not rendered" else event(email, "Send", "send", {})
    return event(email, "Delivery", "delivery", {}) if email.fate in ("", "complaint") else ""


def rare(email: Accepted) -> str:
    whom = [{"emailAddress": email.to}]
    if email.fate == "hard bounce":
        told = {"bounceType": "Permanent", "bounceSubType": "General", "bouncedRecipients": whom}
        return event(email, "Bounce", "bounce", told)
    if email.fate == "soft bounce":
        told = {"bounceType": "Transient", "bounceSubType": "MailboxFull", "bouncedRecipients": whom}
        return event(email, "Bounce", "bounce", told)
    if email.fate == "complaint":
        return event(email, "Complaint", "complaint", {"complainedRecipients": whom})
    return event(email, "Rendering Failure", "failure", {}) if email.fate == "not rendered" else ""


def event(email: Accepted, kind: str, key: str, told: Json) -> str:
    mail = {"tags": {name: [value] for name, value in email.tags.items()}, "destination": [email.to]}
    return json.dumps({"eventType": kind, "mail": mail, key: told})
