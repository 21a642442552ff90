"""The preview is what arrives; and what stands in the way of sending is said before."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import config
from chalicelib.mailings import merge, preview, unsubscribe
from chalicelib.mailings.chunk import Chunk, Recipient
from chalicelib.mailings.content import compile_for
from chalicelib.mailings.entries import Letterbox
from chalicelib.mailings.mailing import Mailing
from chalicelib.mailings.variant import Variant
from chalicelib.network.group import Group
from chalicelib.people.person import Gifts, Person
from local.ses import content as ses

ID = "0123456789abcdef" * 2
GROUP = Group(
    id=ID,
    slug="demo",
    name="Friends & Co",
    salt="00",
    created=0,
    postal_address="1 River Road",
    sender_address="a@b.org",
    sender_domains=("b.org",),
)
BODY = '<p>Dear {{ first_name | default: "friend" }},</p><p>the council votes.</p>'
ADA = Person(id=ID, group=ID, email="ada@example.org", given_name="Ada & {{ email }}", family_name="<b>L</b>")
NAMELESS = Person(id=ID, group=ID, email="someone@example.org")


@pytest.fixture
def links(monkeypatch):
    """An installation to which links can lead."""
    monkeypatch.setattr(config, "public_url", lambda: "https://m.example")
    monkeypatch.setattr(config, "secret", lambda: b"s" * 32)


def mailing(subject="Dear {{ full_name }}", body=BODY, preheader=""):
    return Mailing(id=ID, group=ID, created=0, subject=subject, preheader=preheader, body=body)


def arrived(written, person):
    """What SES makes of the entry that the sender gives it for this person."""
    chunk = Chunk(run=written.run_name, number=0, size=1, file=0, start=0, length=0)
    letterbox = Letterbox(written, compile_for(written, GROUP), chunk)
    recipient = Recipient(person.id, person.email, person.given_name, person.family_name, person.zip_code)
    template = letterbox.bulk().template
    parts = template["Subject"], template["Html"], template["Text"]
    shared = ses.Content("", "", *parts, (), "{}", "", ses.holes(*parts))
    return ses.render(shared, letterbox.entry(0, recipient).data)


@pytest.mark.parametrize("person", [ADA, NAMELESS], ids=["Ada", "somebody without a name"])
def test_the_preview_is_what_arrives(links, person):
    shown = preview.message_for(mailing(), GROUP, person)
    assert (shown.subject, shown.html, shown.text) == arrived(mailing(), person)
    assert shown.headers == unsubscribe.headers(unsubscribe.link(unsubscribe.Leaver(ID, ID, ID)))


WORDS = st.text(alphabet="{}|:\" %ab_first_name<>&'\n", max_size=40)


@given(subject=WORDS, body=WORDS, name=WORDS)
def test_the_preview_is_what_arrives_whatever_was_written(subject, body, name):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(config, "public_url", lambda: "https://m.example")
        patch.setattr(config, "secret", lambda: b"s" * 32)
        written, person = mailing(subject, body), Person(id=ID, group=ID, email="ada@example.org", given_name=name)
        shown = preview.message_for(written, GROUP, person)
        assert (shown.subject, shown.html, shown.text) == arrived(written, person)


def test_before_there_is_anybody_ada_is_invented_and_her_way_out_leads_nowhere(links):
    shown = preview.message_for(mailing(), GROUP, None)
    assert shown.subject == "Dear Ada Lovelace"
    assert "https://m.example/u/preview" in shown.html


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        (mailing(subject=" "), "Write a subject."),
        (mailing(body=""), "Write what you want to say."),
        (mailing(body="<p>&nbsp;<br></p>"), "Write what you want to say."),
        (mailing(body="<p>Dear {{ nick_name }}</p>"), "There is no merge field called “nick_name”"),
        (mailing(preheader="{{ first_name"), "is not a merge field we can read"),
        (mailing(body="<p>" + "word " * 20_000 + "</p>"), "kB; above 95 kB mail programs cut it off."),
    ],
)
def test_what_is_wrong_is_said_before_it_is_sent(written, problem):
    assert len(found := preview.problems(written, GROUP)) == 1
    assert problem in found[0]


def test_a_mailing_without_postal_address_is_not_sent():
    homeless = Group(
        id=ID,
        slug="demo",
        name="Friends",
        salt="00",
        created=0,
        postal_address=" ",
        sender_address="a@b.org",
        sender_domains=("b.org",),
    )
    assert ["postal address" in problem for problem in preview.problems(mailing(), homeless)] == [True]


def test_a_good_mailing_has_no_problems():
    assert preview.problems(mailing(), GROUP) == []


@pytest.mark.parametrize(
    ("written", "warning"),
    [
        (mailing(subject="Dear {{ first_name }}"), "“First name” leaves a gap"),
        (
            mailing(subject="x", body='<p>Look <img src="https://e.org/a.png" alt=""></p>'),
            "no text for people who cannot see",
        ),
        (mailing(subject="x", body="<p>" + "word " * 16_500 + "</p>"), "Shorter ones arrive better"),
    ],
)
def test_what_had_better_be_changed_is_said_too(written, warning):
    assert len(found := preview.warnings(written, GROUP)) == 1
    assert warning in found[0]


def test_variants_that_do_not_differ_are_said_to_be_the_same():
    both = msgspec.structs.replace(mailing(), variants=[Variant(subject="Other"), Variant(), Variant(subject="Other")])
    assert [words for words in preview.warnings(both, GROUP) if "the same" in words] == [
        "C is the same as A. Change one of them, or take it away.",
        "D is the same as B. Change one of them, or take it away.",
    ]


ASKING = """<p><a href="https://m.example/demo/roof?ask=2">{{ ask_2 | default: "$25" }}</a>, not {{ last_gift }}</p>"""


@pytest.mark.parametrize(
    ("person", "shown", "link"),
    [
        (None, "$50</a>, not $25", "/demo/roof?amount=5000USD&amp;source=mailing-"),
        (
            msgspec.structs.replace(ADA, gifts=Gifts(currency="USD", highest=9000, last=500)),
            "$90</a>, not $5",
            "=9000USD",
        ),
        (ADA, "$25</a>, not ", "/demo/roof?ask=2&amp;source=mailing-"),
    ],
    ids=["somebody invented", "a donor", "Ada who never gave"],
)
def test_the_preview_asks_as_the_person_would_be_asked(links, person, shown, link):
    written = preview.message_for(mailing(subject="x", body=ASKING), GROUP, person)
    assert shown in written.html
    assert link in written.html
    assert link.replace("&amp;", "&") in written.text


def test_a_field_with_a_default_leaves_no_gap():
    assert preview.warnings(mailing(subject='{{ last_name | default: "friend" }} {{ email }}'), GROUP) == []
    assert set(merge.OPTIONAL_FIELDS) < set(merge.FIELDS)
