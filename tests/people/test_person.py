"""Who somebody is follows from their group and their address."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.people.person import id_prefix, person_id, referrer_code, shard_of, split_name

SALT, OTHER_SALT = "00" * 16, "11" * 16


def test_the_same_address_is_the_same_person_in_a_group_and_another_in_another():
    assert person_id(SALT, "ada@example.org") == person_id(SALT, "ada@example.org")
    assert person_id(SALT, "ada@example.org") != person_id(OTHER_SALT, "ada@example.org")


def test_a_person_id_is_a_uuid_and_begins_with_its_shard():
    person = person_id(SALT, "ada@example.org")
    assert (len(person), person[12]) == (32, "8")
    assert shard_of(person) == person[:2]


def test_a_referrer_code_fits_in_a_link():
    code = referrer_code(person_id(SALT, "ada@example.org"))
    assert len(code) == 16
    assert code.isalnum()
    assert code == code.lower()


@pytest.mark.parametrize(
    ("typed", "given_name", "family_name"),
    [
        ("Ada Lovelace", "Ada", "Lovelace"),
        ("Ada", "Ada", ""),
        ("Ada King Lovelace", "Ada King", "Lovelace"),
        ("", "", ""),
    ],
)
def test_a_name_is_split_as_people_write_it(typed, given_name, family_name):
    assert split_name(typed) == (given_name, family_name)


@given(st.binary(min_size=16, max_size=16))
def test_a_referrer_code_tells_how_the_id_begins(raw):
    assert raw.hex().startswith(id_prefix(referrer_code(raw.hex())))


@pytest.mark.parametrize("code", ["", "x", "a" * 15, "a" * 17, "a" * 24, "1" * 16, "é" * 16, "========"])
def test_what_is_no_referrer_code_credits_nobody(code):
    assert id_prefix(code) == ""
