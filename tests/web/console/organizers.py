"""Those who use the console in tests, and what they have there."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import urlencode

from chalice.test import Client, HTTPResponse
from msgspec import json

from chalicelib import clock, config
from chalicelib.actions import store as actions
from chalicelib.actions import take_action, write_page
from chalicelib.actions.action_page import ActionPage
from chalicelib.actions.draft import Draft, read_draft
from chalicelib.actions.submission import Submission
from chalicelib.giving import outside_store
from chalicelib.giving.donation import Donation, Donor, State
from chalicelib.network import sign_in
from chalicelib.network import store as network
from chalicelib.network.group import Group
from chalicelib.people import store as people
from chalicelib.people.person import Person, person_id, split_name
from chalicelib.wire.apis import DYNAMODB
from chalicelib.wire.call import call

FORM = "application/x-www-form-urlencoded"
_TABLES = [
    "groups",
    "names",
    "organizers",
    "sign_ins",
    "sessions",
    "pages",
    "people",
    "actions",
    "seats",
    "counters",
    "donations",
    "recurring",
    "mailings",
    "emails",
    "imports",
    "target_lists",
    "listed_events",
    "donations",
    "recurring",
    "checkouts",
]


class Answer:
    """What came back, as a person would look at it."""

    def __init__(self, response: HTTPResponse) -> None:
        self.status: int = response.status_code
        self.headers: dict[str, Any] = {name.lower(): value for name, value in response.headers.items()}
        self.html = response.body.decode("utf-8")
        self.location: str = self.headers.get("location", "")

    @property
    def text(self) -> str:
        """What one reads: no tags, no needless spaces."""
        body = re.sub(r"(?s)<(script|style|head).*?</\1>", " ", self.html)
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())

    @property
    def cookies(self) -> dict[str, str]:
        raw = self.headers.get("set-cookie", [])
        lines = raw if isinstance(raw, list) else [raw]
        return {line.partition("=")[0]: line.partition("=")[2].partition(";")[0] for line in lines}


class Browser:
    """Keeps cookies, and sends the token that the console's own forms carry."""

    def __init__(self, client: Client) -> None:
        self.client, self.cookies, self.csrf = client, dict[str, str](), ""

    def get(self, path: str, **headers: str) -> Answer:
        return self._keep(self.client.http.get(path, headers=self._headers(headers)))

    def post(self, path: str, fields: dict[str, str] | None = None, **headers: str) -> Answer:
        sent = {"csrf": self.csrf} | (fields or {})
        body = urlencode(sent).encode()
        return self._keep(
            self.client.http.post(path, headers=self._headers({"content-type": FORM} | headers), body=body)
        )

    def upload(self, path: str, fields: dict[str, str], filename: str, content: bytes, name: str = "upload") -> Answer:
        kind, body = multipart({"csrf": self.csrf} | fields, name, filename, content)
        return self._keep(self.client.http.post(path, headers=self._headers({"content-type": kind}), body=body))

    def _headers(self, own: dict[str, str]) -> dict[str, str]:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {name.replace("_", "-"): value for name, value in own.items()} | ({"cookie": cookie} if cookie else {})

    def _keep(self, response: HTTPResponse) -> Answer:
        answer = Answer(response)
        self.cookies |= answer.cookies
        self.cookies = {name: value for name, value in self.cookies.items() if value}
        return answer


class Organizer(Browser):
    """Signed in to their own group."""

    def __init__(self, client: Client, group: Group, email: str) -> None:
        super().__init__(client)
        self.group, self.email = group, email
        network.add_organizer(email, group.id)
        self.sign_in()

    def sign_in(self) -> None:
        secret = sign_in.redeem(sign_in.ask(self.email, "browser"), "browser")
        session = sign_in.find_session(secret or "")
        assert secret
        assert session
        self.cookies, self.csrf = {"__Host-session": secret}, session.csrf


def organizer(console: Client, email: str, name: str) -> Organizer:
    slug = f"g{clock.new_id()}"
    group = network.create_group(slug, name)
    assert group
    return Organizer(console, group, email.replace("@", f"+{slug[-12:]}@"))


def petition(organizer: Organizer, title: str = "Save the library", **fields: str) -> ActionPage:
    """A draft of a petition."""
    return written(organizer, "petition", title=title, **fields)


def written(organizer: Organizer, type_name: str, **fields: str) -> ActionPage:
    """A draft of any type, with these words in its editor."""
    page = write_page.begin(organizer.group, type_name)
    draft = read_draft(page, fields)
    assert isinstance(draft, Draft)
    saved_page = write_page.save(organizer.group, page, draft, page.edited)
    assert isinstance(saved_page, ActionPage)
    return saved_page


def published(organizer: Organizer, page: ActionPage) -> ActionPage:
    open_page = write_page.publish(organizer.group, page)
    assert isinstance(open_page, ActionPage)
    return open_page


def sign(organizer: Organizer, page: ActionPage, name: str, email: str, *, comment: str = "", **more: Any) -> Person:
    """Somebody signs, and it is recorded and counted."""
    given_name, family_name = split_name(name)
    who = person_id(organizer.group.salt, email)
    submission = Submission(
        id=clock.new_id(),
        group=organizer.group.id,
        page=page.id,
        type=page.type,
        person=who,
        at=clock.now(),
        email=email,
        given_name=given_name,
        family_name=family_name,
        **{"answers": {"comment": comment} if comment else {}} | more,
    )
    take_action._count([take_action.record(submission)])
    person = people.find(organizer.group.id, who)
    assert person
    return person


def saved(page: ActionPage) -> ActionPage:
    """The page as it stands now."""
    found = actions.find_page(page.group, page.id)
    assert found
    return found


def given(
    organizer: Organizer, amount: int = 2500, email: str = "ada@example.org", at: float = 0, **more: str
) -> Donation:
    """Ada's gift, of a moment ago unless it says when."""
    now = at or clock.now()
    donation = Donation(
        id=clock.new_id(),
        group=organizer.group.id,
        page=more.pop("page", "9" * 32),
        person=person_id(organizer.group.salt, email),
        amount=amount,
        currency=more.pop("currency", "USD"),
        at=now,
        given_at=0 if "state" in more else now,
        state=State(more.pop("state", State.GIVEN)),
        title="A new roof",
        donor=Donor(email=email, given_name="Ada", family_name="Lovelace"),
        **more,
    )
    assert outside_store.add(donation)
    return donation


def known(organizer: Organizer, email: str) -> Person | None:
    return people.find(organizer.group.id, person_id(organizer.group.salt, email))


def everything() -> dict[str, list[bytes]]:
    """All rows there are, to see whether anything was written."""
    return {table: sorted(map(json.encode, _rows(config.table_name(table)))) for table in _TABLES}


def _rows(table: str) -> Iterator[dict[str, Any]]:
    page: dict[str, Any] = {}
    while True:
        page = call(DYNAMODB, "Scan", {"TableName": table} | page)
        yield from page["Items"]
        if "LastEvaluatedKey" not in page:
            return
        page = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def multipart(fields: dict[str, str], name: str, filename: str, content: bytes) -> tuple[str, bytes]:
    parts = [
        f'--edge\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n' for key, value in fields.items()
    ]
    head = f'--edge\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n'
    body = "".join(parts).encode() + head.encode() + b"Content-Type: application/octet-stream\r\n\r\n" + content
    return "multipart/form-data; boundary=edge", body + b"\r\n--edge--\r\n"
