"""Bounces by receiving domain, and what each fact adds."""

import pytest

from chalicelib.mailings.bounces import news_by_domain
from chalicelib.mailings.chunk import Chunk, Outcome, Recipient

HARD, SOFT = "Permanent General", "Transient MailboxFull"
RECIPIENTS = [Recipient("1", "ada@a.example"), Recipient("2", "bob@a.example"), Recipient("3", "eve@B.example")]


def chunk(**known):
    return Chunk(run="m.1", number=0, size=3, file=0, start=0, length=0, **known)


@pytest.mark.parametrize(
    ("before", "told", "news"),
    [
        ({}, {0: HARD, 1: SOFT, 2: HARD}, {"a.example": {"hard": 1, "soft": 1}, "b.example": {"hard": 1}}),
        ({0: HARD}, {0: HARD}, {}),
        ({0: SOFT}, {0: HARD}, {"a.example": {"soft": -1, "hard": 1}}),
    ],
)
def test_a_bounce_is_counted_once_and_under_its_latest_kind(before, told, news):
    assert news_by_domain(chunk(bounced=before), Outcome(bounced=told), RECIPIENTS) == news


def test_complaints_count_with_their_domain():
    told = Outcome(complained=frozenset({1, 2}))
    assert news_by_domain(chunk(complained=frozenset({2})), told, RECIPIENTS) == {"a.example": {"complained": 1}}


def test_hard_bounces_have_a_number_of_their_own():
    told = Outcome(bounced={0: HARD, 1: SOFT})
    assert told.news(chunk()) == {"bounced": 2, "hard_bounced": 1}
    assert Outcome(bounced={1: HARD}).news(chunk(bounced={0: HARD, 1: SOFT})) == {"hard_bounced": 1}
