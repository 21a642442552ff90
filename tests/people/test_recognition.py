"""The token that lets a page know Ada, and what may be shown of her."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import config, signing
from chalicelib.people import recognition
from chalicelib.people.person import Person
from chalicelib.people.recognition import SECONDS, Known

ADA = Known("a" * 32, "b" * 32)
NOW = 1_800_000_000.5
IDS = st.binary(min_size=16, max_size=16).map(bytes.hex)
NAMES = st.text(max_size=30)


@pytest.fixture(autouse=True, scope="module")
def secret():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(config, "secret", lambda: b"a secret of the installation")
        yield


def named(given_name="", family_name="", email="ada@example.org"):
    return Person(id="0" * 32, group="1" * 32, email=email, given_name=given_name, family_name=family_name)


@given(IDS, IDS, st.floats(1e9, 1e11))
def test_a_token_names_whom_it_was_made_for_until_it_is_over(group, person, now):
    token = recognition.token(Known(group, person), now)
    assert recognition.read(token, now) == recognition.read(token, int(now) + SECONDS - 1) == Known(group, person)
    assert recognition.read(token, int(now) + SECONDS) is None
    assert set(token) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")


@given(IDS, IDS, st.data())
def test_no_part_of_a_token_can_be_changed(group, person, data):
    token = recognition.token(Known(group, person), NOW)
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from("AZaz09-_").filter(lambda letter: letter != token[place]))
    assert recognition.read(token[:place] + other + token[place + 1 :], NOW) is None


@given(st.text(max_size=150))
def test_nonsense_names_nobody(text):
    assert recognition.read(text, NOW) is None


_PAYLOAD = bytes.fromhex(ADA.group + ADA.person)


@pytest.mark.parametrize(
    "token",
    [
        lambda: signing.sign("unsubscribe", _PAYLOAD + int(NOW + 9).to_bytes(5)),
        lambda: signing.sign("click", _PAYLOAD + int(NOW + 9).to_bytes(5)),
        lambda: signing.sign("known", _PAYLOAD),
        lambda: signing.sign("known", _PAYLOAD + int(NOW + 9).to_bytes(4)),
        lambda: signing.sign("known", _PAYLOAD + int(NOW + 9).to_bytes(8)),
        lambda: signing.sign("known", b""),
        lambda: recognition.token(ADA, NOW) + "=",
        lambda: recognition.token(ADA, NOW) + "\n",
        lambda: recognition.token(ADA, NOW)[:-1],
        lambda: recognition.token(ADA, NOW - SECONDS - 1),
        lambda: "",
    ],
)
def test_what_is_no_token_of_ours_names_nobody(token):
    assert recognition.read(token(), NOW) is None


def test_a_token_is_good_for_nothing_else():
    token = recognition.token(ADA, NOW)
    assert [signing.read(purpose, token) for purpose in ("unsubscribe", "click", "")] == [None, None, None]


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (("Ada", "Lovelace"), "A… L…"),
        (("A", "L"), "A… L…"),
        (("Augusta Ada Byron King", "Noel"), "A… N…"),
        (("Ada", ""), "A…"),
        (("", "Lovelace"), "L…"),
        (("", ""), ""),
        (("\u00e9lodie", "e\u0301"), "é… é…"),
        (("王", "小明"), "王… 小…"),
        (("עדה", "لوفلايس"), "ע… ل…"),
        (("กำธร", ""), "กำ…"[:1] + "…"),
        (("<b>Ada</b>", "“Lo”"), "b… L…"),
        (("👩🏽‍🚀", "Ada"), "A…"),
        (("\u202eadA", "\u200b"), "a…"),
        (("a" + "\u0315" * 90, ""), "a" + "\u0315" * 3 + "…"),
    ],
)
def test_a_name_is_shown_by_its_first_letters(names, shown):
    assert recognition.masked_name(named(*names)) == shown


@pytest.mark.parametrize(
    ("email", "shown"),
    [
        ("ada@example.org", "a…@e…"),
        ("a@e.org", "a…@e…"),
        ("a.very.long.address@mail.example.co.uk", "a…@m…"),
        ("_ada@xn--bcher-kva.example", "a…@x…"),
        ("-@1.example", "…@1…"),
        ('"a@b"@example.org', "a…@e…"),
    ],
)
def test_an_address_is_shown_by_its_first_letters(email, shown):
    assert recognition.masked_email(named(email=email)) == shown


@given(NAMES, NAMES, st.integers(1, 50))
def test_how_long_a_name_is_shows_nowhere(given_name, family_name, more):
    shown = recognition.masked_name(named(given_name, family_name))
    longer = named(given_name + "x" * more if given_name else "", family_name)
    assert len(shown) <= 11
    assert recognition.masked_name(longer) == shown or not recognition.masked_name(named(given_name))
