"""The first group of an installation, and who may organize it."""

import pytest
from botocore.exceptions import ClientError, NoRegionError

from chalicelib import clock
from chalicelib.giving import accounts
from chalicelib.network import store
from infra import group


@pytest.fixture
def installed(aws, monkeypatch):
    """An installation whose web function is known."""
    monkeypatch.setattr(group, "work_on", lambda stage: None)
    return f"riverside-{clock.new_id()[-8:]}"


def test_a_group_is_made_and_its_organizer_may_sign_in(installed):
    said = group.make("prod", installed, "Friends of the Library", "Bob@Example.org")
    made = store.find_name(installed)
    assert store.find_group(made.group).name == "Friends of the Library"
    assert made.group in store.groups_of("bob@example.org")
    assert "/console/sign-in" in said


def test_a_second_organizer_joins_the_same_group(installed):
    group.make("prod", installed, "Friends of the Library", "bob@example.org")
    group.make("prod", installed, "", "eve@example.org")
    assert store.find_name(installed).group in store.groups_of("eve@example.org")


@pytest.mark.parametrize(
    ("slug", "name", "organizer", "said"),
    [
        ("console", "x", "bob@example.org", "cannot be at /console"),
        ("Not A Slug", "x", "bob@example.org", "small letters"),
        ("fine", "x", "nobody", "not an email address"),
        ("nobody-is-here", "", "bob@example.org", "Give its NAME"),
    ],
)
def test_what_cannot_be_made_is_said_in_words(installed, slug, name, organizer, said):
    with pytest.raises(group.CannotMake, match=said):
        group.make("prod", slug, name, organizer)


def test_an_installation_that_is_not_there_is_said_in_words(aws):
    with pytest.raises(group.CannotMake, match="Deploy it first"):
        group.make("nowhere", "fine", "x", "bob@example.org")


def test_the_installations_own_account_is_given_by_whoever_runs_it(installed):
    group.make("prod", installed, "Friends of the Library", "bob@example.org")
    assert "this installation's Stripe key" in group.give_own_account(installed)
    made = store.find_group(store.find_name(installed).group, consistent=True)
    assert accounts.of(made) == accounts.Account("own", True)


def test_an_account_that_a_group_has_connected_is_not_taken_from_it(installed):
    group.make("prod", installed, "Friends of the Library", "bob@example.org")
    made = store.find_name(installed).group
    store.change_group(made, stripe={"id": "acct_1", "ready": True})
    for slug in (installed, "nobody-is-here"):
        with pytest.raises(group.CannotMake):
            group.give_own_account(slug)
    assert accounts.of(store.find_group(made, consistent=True)).id == "acct_1"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (NoRegionError(), "AWS cannot be asked"),
        (
            ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "Get"),
            "Deploy it first: make deploy STAGE=prod",
        ),
        (ClientError({"Error": {"Code": "AccessDeniedException"}}, "Get"), "AWS does not let us"),
    ],
)
def test_an_installation_that_cannot_be_asked_is_said_in_words(monkeypatch, error, said):
    def fail(service):
        raise error

    monkeypatch.setattr(group.aws, "client", fail)
    with pytest.raises(group.CannotMake, match=said):
        group.work_on("prod")
