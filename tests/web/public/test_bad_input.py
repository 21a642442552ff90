"""Whatever is sent instead of an answer gets a clear page with the right status; nothing is recorded or executed."""

from html.parser import HTMLParser

import pytest

from chalicelib.actions.question import Question, QuestionType

ADA = {"email": "ada@example.org", "name": "Ada Lovelace", "zip_code": "12345"}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, ["Enter your email address", "Enter your name"]),
        (ADA | {"email": ""}, ["Enter your email address"]),
        (ADA | {"email": "ada"}, ["Enter an email address like"]),
        (ADA | {"email": "ada@"}, ["Enter an email address like"]),
        (ADA | {"email": "ada@example"}, ["Enter an email address like"]),
        (ADA | {"email": "ada@@example.org"}, ["Enter an email address like"]),
        (ADA | {"email": "ada@example.org,bob@example.org"}, ["Enter an email address like"]),
        (ADA | {"email": "ada@example.org\r\nBcc: bob@example.org"}, ["Enter an email address like"]),
        (ADA | {"email": "a" * 300 + "@example.org"}, ["Enter an email address like"]),
        (ADA | {"name": " \t "}, ["Enter your name"]),
        (ADA | {"name": "A" * 121}, ["Shorten your name"]),
        (ADA | {"zip_code": "1" * 17}, ["Shorten the ZIP code"]),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_on_top(browser, address, accepted, fields, said):
    answer = browser.post(address, fields)
    assert answer.status_code == 422
    assert "no-store" in answer.headers["Cache-Control"]
    for text in said:
        assert answer.text.count(text) == 2
    assert "<title>Error: " in answer.text
    assert accepted() == []


def test_what_ada_wrote_is_kept_when_something_is_wrong(browser, address):
    answer = browser.post(address, ADA | {"email": "ada@"})
    assert 'value="ada@"' in answer.text
    assert 'value="Ada Lovelace"' in answer.text
    assert '<a href="#email">' in answer.text
    assert 'aria-describedby="email-error"' in answer.text


@pytest.mark.parametrize(
    "name",
    [
        "Ada <b>Lovelace</b>",
        "{{ 7 * 7 }}",
        "{% raw %}",
        "Ada\r\nBcc: bob@example.org",
        "=cmd()",
        "Ñandú Ωmega",
        "👩🏽‍🚀 Ada",
    ],
)
def test_any_name_is_only_a_name(browser, address, accepted, name):
    assert browser.post(address, ADA | {"name": name}).status_code == 303
    [submission] = accepted()
    assert "\n" not in submission["given_name"] + submission["family_name"]


def test_64_kb_and_more_is_too_long(browser, address, accepted):
    answer = browser.post(address, ADA | {"comment": "x" * 66_000})
    assert answer.status_code == 413
    assert "Nothing was recorded" in answer.text
    assert accepted() == []


def test_fields_we_did_not_ask_for_are_ignored(browser, address, group, accepted):
    fields = ADA | {"group": "another", "person": "0" * 32, "page": "x", "at": "0", "subscription": "subscribed"}
    assert browser.post(address, fields).status_code == 303
    [submission] = accepted()
    assert submission["group"] == group.id


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("application/json", b'{"email": "ada@example.org"}', 415),
        ("text/plain", b"email=ada@example.org", 415),
        ("", b"email=ada@example.org", 415),
        ("application/x-www-form-urlencoded", b"\xff\xfe\x00", 400),
        ("application/x-www-form-urlencoded", b"&".join(b"a=1" for _ in range(600)), 400),
        ("multipart/form-data", b"no boundary", 400),
        ("multipart/form-data; boundary=x", b"--y\r\n\r\n", 400),
        ("application/x-www-form-urlencoded", b"", 422),
    ],
)
def test_what_is_not_our_form_gets_a_clear_page(browser, address, accepted, content_type, body, status):
    answer = browser.post(address, body=body, content_type=content_type, accept_language="es")
    assert answer.status_code == status
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "Message" not in answer.text
    assert accepted() == []


PAYLOADS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' autofocus onfocus=alert(1) x='",
    '" autofocus onfocus=alert(1) x="',
    "</title><script>alert(1)</script>",
    "<svg/onload=alert(1)>",
    "javascript:alert(1)",
    "{{constructor.constructor('alert(1)')()}}",
    "{{ config }}",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<!--><script>alert(1)</script>",
    "\u2028<script>alert(1)</script>",
    "%3Cscript%3Ealert(1)%3C/script%3E",
]


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("field", ["email", "name", "zip_code"])
def test_what_is_typed_comes_back_as_text(browser, address, payload, field):
    answer = browser.post(address, {"email": "ada@", "name": "Ada"} | {field: payload})
    assert answer.status_code == 422
    assert alive(answer.text) == []


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_an_organizer_writes_runs(browser, group, publish, payload):
    questions = [
        Question(id=f"{number:08}", label=payload, type=kind, hint=payload, choices=(payload, "b"), required=True)
        for number, kind in enumerate(QuestionType)
    ]
    words = dict.fromkeys(("title", "picture_alt", "thanks", "button", "closed_text"), payload)
    own = {"target": payload, "letter": payload, "comments": "1"}
    page = publish(**words, body=f"<p>{payload}</p>", picture="a/b.png", questions=tuple(questions), own=own)
    for path in (f"/{group.slug}/{page.slug}", f"/{group.slug}/{page.slug}/thanks", f"/{group.slug}"):
        answer = browser.get(path)
        assert (answer.status_code, alive(answer.text)) == (200, [])
    sent_back = browser.post(f"/{group.slug}/{page.slug}", {question.name: payload for question in questions})
    assert sent_back.status_code == 422
    assert alive(sent_back.text) == []


def alive(html):
    """What a browser would run: scripts not of ours, handlers, and links that are programs."""
    found = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attributes):
            told = dict(attributes)
            if tag in ("svg", "iframe", "object", "base") or (
                tag == "script" and not told.get("src", "").startswith("/static/")
            ):
                found.append(tag)
            found.extend(name for name in told if name.startswith("on"))
            found.extend(
                value
                for value in told.values()
                if (value or "").strip().lower().startswith("javascript:") and tag == "a"
            )

    Reader().feed(html)
    return found
