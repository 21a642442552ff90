"""Bob's session: seen at once wherever he goes, and over for good when he leaves."""

from typing import Any

import pytest
from cloud import watching

from chalicelib import clock
from chalicelib.network import sign_in, store
from chalicelib.network.group import Group


@pytest.fixture
def groups(aws: Any) -> list[Group]:
    """Bob organizes two."""
    made = [
        store.create_group(f"g{clock.new_id()}", name) for name in ("Friends of the Library", "Friends of the Pool")
    ]
    return [group for group in made if group]


@pytest.fixture
def bob(groups: list[Group]) -> str:
    """The secret in Bob's browser."""
    email = f"bob+{groups[0].slug}@example.org"
    for group in groups:
        store.add_organizer(email, group.id)
    secret = sign_in.redeem(sign_in.ask(email, "browser"), "browser")
    assert secret
    return secret


def session_of(secret: str) -> sign_in.Session:
    session = sign_in.find_session(secret)
    assert session
    return session


def test_a_session_is_seen_by_the_page_after_signing_in(bob: str) -> None:
    with watching("dynamodb", "GetItem") as asked:
        session_of(bob)
    assert [each["ConsistentRead"] for each in asked] == [True]


def test_choosing_a_group_after_signing_out_does_not_bring_the_session_back(bob: str, groups: list[Group]) -> None:
    session = session_of(bob)
    sign_in.end(session)
    assert not sign_in.switch_group(session, groups[1].id)
    assert sign_in.find_session(bob) is None


def test_a_page_that_was_loading_while_bob_signed_out_does_not_bring_the_session_back(
    bob: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, now, groups_of = session_of(bob), clock.now(), store.groups_of

    def sign_out_first(email: str) -> list[str]:
        sign_in.end(session)
        return groups_of(email)

    monkeypatch.setattr(clock, "now", lambda: now + 3600)
    monkeypatch.setattr(store, "groups_of", sign_out_first)
    assert sign_in.find_session(bob) is None
    monkeypatch.setattr(store, "groups_of", groups_of)
    assert sign_in.find_session(bob) is None
