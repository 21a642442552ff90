"""Whatever comes to a public address of any type of page, the answer is never an error of ours."""

import random
import re
from urllib.parse import quote, urlencode

import pytest

from chalicelib.actions import take_action
from chalicelib.guard import budgets
from local import seed

WORDS = [
    *("", " ", "a", "0", "-1", "99999999999999999999", "1e309", "NaN", "\x00", "\u202e", "\u2028", "é\u0301" * 50),
    *("2026-02-30T25:61", "2026-12-01T10:00", "0001-01-01T00:00", "9999-12-31T23:59", "02139", "0" * 40, "MA/5"),
    *("ada@example.org", "ada@" + "x" * 300 + ".org", "ä" * 5000, "<script>", "{{7*7}}", "../..", "%00", "=1+1"),
    *("other", "on", "a\r\nb: c", "٣٤", "²", "½", "$1,000.00", "1" * 400, "Food", "[]", '{"a":1}'),
]
FIELDS = [
    "email",
    "name",
    "given_name",
    "phone",
    "street",
    "city",
    "zip_code",
    "join",
    "form_token",
    "altcha",
    "confirmed",
    "by_email",
    "known",
    "comment",
    "needs",
    "gives",
    "when",
    "note",
    "event",
    "place",
    "about",
    "address",
    "event_zip",
    "starts",
    "ends",
    "capacity",
    "amount",
    "other",
    "often",
    "letter-for",
    "place-asked",
    "back",
    "source",
    "referrer",
    "homepage",
]


@pytest.fixture(scope="module")
def slugs(aws):
    seed.main()
    return [page["slug"] for page in seed.pages()]


@pytest.mark.parametrize("run", range(6))
def test_no_answer_is_an_error_of_ours(browser, aws, slugs, run):
    chance = random.Random(run)
    asked = {slug: re.findall(r'name="([^"]+)"', browser.get(f"/{seed.GROUP}/{slug}").text) + FIELDS for slug in slugs}
    for number in range(60):
        slug = chance.choice(slugs)
        path, fields = address(chance, slug), form(chance, asked[slug], number)
        answers = [browser.post(path, body=urlencode(fields).encode()), browser.get(address(chance, slug))]
        assert [answer.status_code for answer in answers if answer.status_code >= 500] == [], (path, fields)
        budgets.forget()
    aws.handle("submissions", take_action.record_all)


def form(chance, asked, number):
    fields = [(chance.choice(asked), chance.choice(WORDS)) for _ in range(chance.randrange(12))]
    known = [("email", f"a{number}@example.org"), ("name", "Ada Lovelace"), ("zip_code", "02139")]
    return fields + known[: chance.randrange(4)]


def address(chance, slug):
    words = quote(chance.choice(WORDS), safe="")
    page, frame = f"/{seed.GROUP}/{slug}", f"/embed/{seed.GROUP}/{slug}"
    return chance.choice(
        [
            *[page, page + f"?source={words}", page + "?%ff=%fe", page + f"/thanks?code={words}", frame + "/card"],
            *[page + "/known", page + "/near", page + f"/near/{words}", page + f"/cancel/{words}", page + "/inbox"],
            *[page + f"/confirm/{words}", frame + f"/{words}", frame + "/card/thanks", page + "/calendar.ics"],
            *[f"/oembed?url={words}&maxwidth={words}", f"/u/{words}", f"/l/{words}", f"/{words}/{words}"],
        ]
    )
