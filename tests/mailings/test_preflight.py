"""What Bob is told before he sends: what would fail blocks, what may do harm warns, and each rule says what to do."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mail_flow import join

from chalicelib.audiences.count import count
from chalicelib.audiences.query import EVERYONE
from chalicelib.mailings import parts, preflight, preview, sender, ses, spam
from chalicelib.mailings.mailing import Mailing
from chalicelib.mailings.parts import Link
from chalicelib.mailings.preflight import Level, Shares
from chalicelib.mailings.ses import Identity
from chalicelib.network.group import Group
from chalicelib.people import gift_store, subscription
from chalicelib.people.person import Gifts

ID = "0123456789abcdef" * 2
GROUP = Group(
    id=ID,
    slug="demo",
    name="Friends",
    salt="00",
    created=0,
    postal_address="1 River Road",
    sender_address="a@b.org",
    sender_domains=("b.org",),
)
DEAR = '<p>Dear {{ first_name | default: "friend" }}, the council votes.</p>'


def mailing(subject="The vote", body=DEAR):
    return Mailing(id=ID, group=ID, created=0, subject=subject, body=body)


def said(written, shares=None, group=GROUP):
    """Rule and level of whatever is not fine."""
    found = preview.check(written, group, shares)
    return {finding.rule: str(finding.level) for finding in found if finding.level != Level.FINE}


def link(address, label="Come"):
    return mailing(body=f'<p>Dear all, <a href="{address}">{label}</a></p>')


@pytest.mark.parametrize(
    ("written", "rules"),
    [
        (mailing(), {}),
        (mailing(subject=" "), {"subject": "block"}),
        (mailing(body="<p> </p>"), {"body": "block"}),
        (mailing(body="<p>{{ nick_name }}, hello</p>"), {"unknown-field": "block"}),
        (mailing(body="<p>{{ first_name }}, hello</p>"), {"gap": "warn"}),
        (mailing(body="<p>Give {{ ask_2 }}</p>"), {"gap": "warn"}),
        (mailing(body="<p>Give {{ ask_2 | default: '$25' }}</p>"), {}),
        (mailing(body="<p>Give {{ ask_5 | default: '$25' }}</p>"), {"unknown-field": "block"}),
        (link("https://example.org/a?b=c#d"), {}),
        (link("https://bücher.example/"), {}),
        (link("mailto:bob@example.org?subject=Hi"), {}),
        (link("mailto:bob"), {"link": "block"}),
        (link("http://example.org"), {"http": "warn"}),
        (link("https://example"), {"link": "block"}),
        (link("https://exa mple.org"), {"link": "block"}),
        (link("https://-.org"), {"link": "block"}),
        (link("javascript:alert(1)"), {"link": "block"}),
        (mailing(body="<p>Dear all, <a>come</a></p>"), {"link": "block"}),
        (link("https://bit.ly/x"), {"shortener": "warn"}),
        (link("https://192.0.2.1/x"), {"numbers": "warn"}),
        (link("https://example.org@evil.example/x"), {"hidden-host": "warn"}),
        (link("https://evil.example", "www.example.org"), {"other-domain": "warn"}),
        (link("https://act.example.org/x", "https://example.org/y"), {}),
        (link("https://example.org/x", "www.example.org"), {}),
        (link("https://evil-example.org/x", "example.org"), {"other-domain": "warn"}),
        (mailing(body='<p>Look: <img src="https://e.org/a.png" alt=""></p>'), {"alt": "warn"}),
        (mailing(body='<p>Look: <img src="https://e.org/a.png" alt="A bus"></p>'), {}),
        (mailing(body='<p><img src="https://e.org/a.png" alt="A bus"></p>'), {"only-pictures": "warn"}),
        (
            mailing(body='<p><img src="https://e.org/a.png" alt=""></p>'),
            {"only-pictures": "warn", "alt": "warn", "text": "warn"},
        ),
        (mailing(subject="SAVE THE NIGHT BUS"), {"shouting": "warn"}),
        (mailing(subject="Hi {{ first_name | default: 'FRIEND' }} NATO"), {}),
        (mailing(subject="Last day!!"), {"exclaiming": "warn"}),
        (mailing(subject="Last day!"), {}),
        (mailing(subject="RE: our call"), {"false-answer": "warn"}),
        (mailing(subject="Reform now"), {}),
        (mailing(subject="word " * 25), {"long-subject": "warn"}),
        (mailing(body="<p>" + "word " * 16_500 + "</p>"), {"size": "warn"}),
        (mailing(body="<p>" + "word " * 20_000 + "</p>"), {"size": "block"}),
    ],
)
def test_what_is_said_of_a_mailing(written, rules):
    assert said(written) == rules


def test_without_postal_address_it_does_not_go():
    homeless = Group(
        id=ID, slug="demo", name="Friends", salt="00", created=0, sender_address="a@b.org", sender_domains=("b.org",)
    )
    assert said(mailing(), group=homeless) == {"postal-address": "block"}


def test_so_many_long_defaults_that_ses_would_not_take_the_call_block():
    fields = "".join(f'{{{{ zip_code | default: "{number:0200}" }}}}' for number in range(90))
    assert said(mailing(body=f"<p>{fields}</p>")) == {"call-size": "block"}


def test_a_mailing_without_a_way_out_cannot_leave():
    compiled = preview.content.compile_for(mailing(), GROUP).compiled
    for kept in (False, True):
        holes = [hole for hole in compiled.holes if hole.field != "unsubscribe_url" or hole.escaped == kept]
        crippled = preflight.Compiled(compiled.subject, compiled.html, compiled.text, holes)
        blocked = [one.rule for one in preflight.written(mailing(), GROUP, crippled) if one.level == Level.BLOCK]
        assert blocked == ["unsubscribe"]


@pytest.mark.parametrize(
    ("body", "lacking", "level", "words"),
    [
        (DEAR, 12, Level.FINE, "“First name” is known for 76% of 50 people; the others read “friend”."),
        (DEAR, 0, Level.FINE, "“First name” is known for 100% of 50 people."),
        (DEAR, 30, Level.WARN, "“First name” is known for 40% of 50 people; the others read “friend”."),
        ("<p>{{ first_name }}</p>", 12, Level.WARN, "“First name” leaves a gap for 12 of 50 people (24%). Fill it"),
        ("<p>{{ first_name }}</p>", 0, Level.FINE, "“First name” is known for 100% of 50 people."),
    ],
)
def test_for_how_many_a_field_is_known(body, lacking, level, words):
    found = preview.check(mailing(body=body), GROUP, Shares(50, {"first_name": lacking}, True))
    (field,) = [one for one in found if one.rule in ("gap", "default")]
    assert field.level == level
    assert field.words.startswith(words)


@pytest.mark.parametrize(
    ("body", "level", "words"),
    [
        (
            "<p>{{ ask_1 }}</p>",
            Level.WARN,
            'leaves a gap for 45 of 50 people (90%). Fill it: {{ ask_1 | default: "$10" }}',
        ),
        ('<p>{{ ask_1 | default: "$10" }}</p>', Level.FINE, "is known for 10% of 50 people; the others read “$10”."),
    ],
)
def test_that_most_never_gave_is_a_gap_only_without_a_default(body, level, words):
    found = preview.check(mailing(body=body), GROUP, Shares(50, {"ask_1": 45}, True))
    (field,) = [one for one in found if one.rule in ("gap", "default")]
    assert (field.level, words in field.words) == (level, True)


def test_what_was_counted_in_part_is_said_so():
    (field,) = [
        one for one in preview.check(mailing(), GROUP, Shares(4000, {"first_name": 40}, False)) if one.rule == "default"
    ]
    assert "99% of the 4,000 people looked at" in field.words


@given(st.text(max_size=60), st.text(alphabet="<>ap=\"'/ hreftsimg:.{}@", max_size=80))
def test_whatever_was_written_every_rule_has_an_answer(subject, body):
    assert preview.check(mailing(subject, body), GROUP)


@given(st.text(alphabet="htps:/@.[]a1% \t", max_size=30), st.text(max_size=20))
def test_no_link_however_strange_breaks_a_rule(address, label):
    read = parts.Parts([Link(address, label)], [], "words")
    assert spam.found("Hello", read) is not None
    assert preflight._links(read.links) is not None


# The sender


@pytest.mark.parametrize(
    ("address", "known", "reachable", "level", "rule"),
    [
        ("a@b.org", Identity("b.org", True, True), 10_000, Level.FINE, "sender"),
        ("a@x.b.org", Identity("b.org", True, True), 10_000, Level.FINE, "sender"),
        ("a@b.org", None, 1, Level.BLOCK, "not-verified"),
        ("a@b.org", Identity("b.org", False, False), 1, Level.BLOCK, "not-verified"),
        ("a@b.org", Identity("b.org", True, False), 4999, Level.WARN, "not-signed"),
        ("a@b.org", Identity("b.org", True, False), 5000, Level.BLOCK, "not-signed"),
        ("a@b.org", Identity("a@b.org", True, True), 1, Level.WARN, "not-signed"),
        ("a@gmail.com", Identity("a@gmail.com", True, True), 1, Level.BLOCK, "free-mail"),
    ],
)
def test_who_may_send(address, known, reachable, level, rule):
    assert sender.judge(address, known, reachable)[:2] == (level, rule)


@pytest.mark.parametrize(
    ("address", "known"),
    [
        ("muster@example.org", Identity("example.org", True, True)),
        ("muster@mail.example.org", Identity("example.org", True, True)),
        ("muster@nobody.example", None),
    ],
)
def test_ses_is_asked_for_the_domain_and_what_stands_above_it(aws, address, known):
    assert ses.identity(address) == known


def test_an_ses_that_does_not_answer_keeps_nobody_from_sending(monkeypatch):
    def busy(address):
        raise ses.Throttled("too fast")

    monkeypatch.setattr(ses, "identity", busy)
    assert sender.look("a@b.org", 1).level == Level.WARN


# Whom it reaches


def test_those_who_would_get_it_are_counted_by_what_they_have_told(aws, group):
    join(group, "Ada", "Bob")
    (left,) = join(group, "Mia")
    subscription.unsubscribe(group.id, left.id)
    draft = Mailing(id=ID, group=group.id, created=0, body="<p>{{ first_name }} {{ zip_code }}</p>")
    counted = count(group.id, EVERYONE, notice=preflight.lacks(draft, group))
    assert (counted.looked_at, counted.noticed) == (2, {"zip_code": 2})


def test_donors_lack_only_what_their_ladder_does_not_have(aws, group):
    ada, _ = join(group, "Ada", "Bob")
    gift_store.keep(group.id, ada.id, Gifts(currency="USD", highest=5000, last=5000, number=1, version=1))
    asking = msgspec.structs.replace(group, giving={"ladder": [100, 200]})
    draft = Mailing(id=ID, group=group.id, created=0, body="<p>{{ ask_1 }} {{ ask_3 }} {{ last_gift }}</p>")
    counted = count(group.id, EVERYONE, notice=preflight.lacks(draft, asking))
    assert counted.noticed == {"ask_1": 1, "ask_3": 2, "last_gift": 1}
