"""What a check found, and the live installation it looks at."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import boto3


class Finding(NamedTuple):
    """One line of the doctor's report."""

    verdict: str
    what: str

    def __str__(self) -> str:
        return f"{self.verdict:17} {self.what}"

    @property
    def failed(self) -> bool:
        return self.verdict == "FAIL"


def good(what: str) -> Finding:
    return Finding("ok", what)


def bad(what: str) -> Finding:
    return Finding("FAIL", what)


def unknown(what: str) -> Finding:
    return Finding("cannot check here", what)


def judged(passed: bool, what: str, otherwise: str) -> Finding:
    return good(what) if passed else bad(otherwise)


@dataclass(frozen=True)
class Installation:
    """A stage's stack: its parameters and outputs by name, and the caller's session."""

    stage: str
    account: str
    session: boto3.Session
    parameters: dict[str, str]
    outputs: dict[str, str]

    @property
    def name(self) -> str:
        """What every physical name begins with."""
        return f"muster-{self.stage}"

    @property
    def region(self) -> str:
        return str(self.session.region_name)

    @property
    def files(self) -> str:
        return f"{self.name}-files-{self.account}"

    @property
    def sender(self) -> str:
        return self.parameters.get("MailFrom", "")

    @property
    def mail_domain(self) -> str:
        return self.parameters.get("MailDomain") or self.sender.rpartition("@")[2]

    def client(self, service: str) -> Any:
        return self.session.client(service)  # type: ignore[call-overload]
