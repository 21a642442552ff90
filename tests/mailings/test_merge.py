"""Merge fields: what a person's name may become in an email, and what it never can."""

import re
import time

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.mailings.merge import FIELDS, Compiled, Content, compile, problems, substitute, used

ADA = {"first_name": "Ada", "email": "ada@example.org", "unsubscribe_url": "https://m.example/u/T"}


def seen(words, fields=ADA):
    compiled = compile(Content(words, words, words))
    return substitute(compiled, compiled.fill(fields))


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("Dear {{ first_name }},", "Dear Ada,"),
        ("Dear {{first_name}},", "Dear Ada,"),
        ('Dear {{ last_name | default: "friend" }},', "Dear friend,"),
        ("Dear {{ last_name | default: “friend” }},", "Dear friend,"),
        ("Dear {{ last_name | default: &quot;friend&quot; }},", "Dear friend,"),
        ("Dear {{ last_name | default: 'friend' }},", "Dear friend,"),
        ("Dear {{last_name|default:&#39;friend of Ada's&#39;}},", "Dear friend of Ada's,"),
        ("Dear {{&nbsp;last_name | default: “” }},", "Dear ,"),
        ("Dear {{ last_name }},", "Dear ,"),
        ("Dear {{ nobody_knows }},", "Dear ,"),
        ("{{ first_name }} {{ first_name }}", "Ada Ada"),
        ("a {{ b", "a {{ b"),
        ("{{{ first_name }}}", "{{{ first_name }}}"),
        ("{{ first_name | upper }}", "{{ first_name | upper }}"),
        ("{{ first_name.__class__ }}", "{{ first_name.__class__ }}"),
        ("{% if x %}", "{% if x %}"),
    ],
)
def test_a_field_reads(words, read):
    assert seen(words).text == read


def test_a_name_with_html_is_only_a_name_in_the_html_part():
    mail = seen("Dear {{ first_name }}", ADA | {"first_name": "<script>alert(1)</script>"})
    assert mail.html == "Dear &lt;script&gt;alert(1)&lt;/script&gt;"
    assert mail.text == "Dear <script>alert(1)</script>"


def test_a_name_cannot_be_a_field_or_a_second_header():
    mail = seen("{{ first_name }}", ADA | {"first_name": "{{ email }}\r\nBcc: bob@example.org"})
    assert mail.subject == "{{ email }} Bcc: bob@example.org"


def test_a_default_cannot_be_a_second_header_either():
    assert (
        seen('Dear {{ last_name | default: "x&#13;&#10;Bcc: bob@example.org" }}').subject
        == "Dear x Bcc: bob@example.org"
    )


def test_a_value_that_is_a_novel_is_cut():
    assert len(seen("{{ first_name }}", {"first_name": "A" * 100_000}).subject) == 500


def test_fields_that_may_be_unknown_are_named_with_what_stands_in():
    words = '{{ first_name | default: "friend" }}{{ zip_code }}{{ email }}{{ zip_code | default: "x" }}'
    assert used(words) == {"first_name": "friend", "zip_code": ""}


@pytest.mark.parametrize("words", ["{{" + " " * 60_000, "{{ a | default: " + "\" '" * 30_000, 'href="{{ ' * 20_000])
def test_hostile_words_cost_no_time(words):
    began = time.process_time()
    compile(Content(words, words, words))
    problems(words)
    assert time.process_time() - began < 1


def test_what_is_compiled_survives_being_kept():
    compiled = compile(Content("{{ first_name }}", '<p>{{ last_name | default: "x" }} {{</p>', "{{ email }}"))
    assert msgspec.json.decode(msgspec.json.encode(compiled), type=Compiled) == compiled


def test_only_our_own_fields_may_stand_in_an_address():
    html = '<a href="{{ first_name }}">x</a><a href="https://e.org/?n={{ email }}">y</a><a href="{{ unsubscribe_url }}">z</a>'
    assert seen(html).html == '<a href="">x</a><a href="https://e.org/?n=">y</a><a href="https://m.example/u/T">z</a>'


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("Dear {{ frist_name }}", "no merge field called “frist_name”"),
        ("Dear {{ first_name", "is not a merge field"),
        ('<a href="{{ email }}">', "address cannot contain"),
    ],
)
def test_a_mistake_is_said_in_plain_words(words, complaint):
    assert complaint in " ".join(problems(words))


def test_good_words_have_no_problems():
    assert problems(" ".join(f"{{{{ {name} }}}}" for name in FIELDS)) == []


BRACES = st.text(alphabet="{}|:\" %ab_first_name<>&'\n", max_size=60)


@given(BRACES, st.dictionaries(st.sampled_from(sorted(FIELDS)), st.text(max_size=30)))
def test_every_placeholder_is_filled_and_no_other_brace_reaches_ses(words, fields):
    compiled = compile(Content(words, words, words))
    data = compiled.fill(fields)
    for part in (compiled.subject, compiled.html, compiled.text):
        assert re.findall(r"\{\{", part) == re.findall(r"\{\{(?=[hr]\d+\}\})", part)
        assert set(re.findall(r"\{\{(\w+)\}\}", part)) <= data.keys()
    problems(words)
