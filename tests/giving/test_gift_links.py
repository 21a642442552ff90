"""Links that name a gift: nobody makes one up, changes one, or uses it for something else."""

import pytest
from giving.gifts import DAY, NOW, gift
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import signing
from chalicelib.giving import links


def test_a_link_leads_to_its_gift_and_no_other(aws):
    told = links.Gift("a" * 32, "c" * 32, "d" * 32)
    assert links.read(links.of_donation(gift())) == told
    assert links.read_donor(links.for_donor(gift(), NOW).rpartition("/")[2], NOW) == (told, True)


@pytest.mark.parametrize(("days", "fresh"), [(0, True), (89.99, True), (90.01, False), (4000, False)])
def test_a_donors_link_is_good_for_ninety_days(aws, days, fresh):
    token = links.for_donor(gift(), NOW).rpartition("/")[2]
    found, is_fresh = links.read_donor(token, NOW + days * DAY)
    assert (found is not None, is_fresh) == (True, fresh)


def test_one_kind_of_link_is_not_taken_for_another(aws):
    donors_token = links.for_donor(gift(), NOW).rpartition("/")[2]
    assert links.read(donors_token) is None
    assert links.read_donor(links.of_donation(gift()), NOW) == (None, False)
    assert links.read(signing.sign("unsubscribe", bytes(48))) is None


@given(st.data())
def test_a_token_that_was_changed_anywhere_is_none(aws, data):
    token = links.for_donor(gift(), NOW).rpartition("/")[2]
    place = data.draw(st.integers(0, len(token) - 1))
    letter = data.draw(st.sampled_from("ABCxyz019-_ =é\0"))
    changed = token[:place] + letter + token[place + 1 :]
    if changed != token:
        assert links.read_donor(changed, NOW) == (None, False)
        assert links.read(changed) is None


@given(st.integers(0, 90))
def test_a_token_that_was_cut_or_made_longer_is_none(aws, length):
    token = links.of_donation(gift())
    if length < len(token):
        assert links.read(token[:length]) is None
    assert links.read(token + "A" * (length + 1)) is None
