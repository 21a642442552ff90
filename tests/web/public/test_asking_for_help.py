"""Ada says what she needs, Grace what she can give."""

import pytest

from chalicelib.actions import store, take_action

ADA = {"email": "ada@example.org", "name": "Ada Lovelace", "zip_code": "02139"}


@pytest.fixture
def page(publish):
    return publish(type="aid", slug="flood", title="After the flood")


def test_what_is_ticked_is_kept(browser, aws, group, page):
    body = "needs=Food&needs=Transport&gives=Company&when=Mornings&note=Two+steps%0Aand+a+door"
    body += "".join(f"&{name}={value}" for name, value in ADA.items())
    assert browser.post(f"/{group.slug}/{page.slug}", body=body.encode()).status_code == 303
    aws.handle("submissions", take_action.record_all)
    [action] = store.each_of_page(page.id)
    assert action.own["needs"] == "Food\nTransport"
    assert (action.own["gives"], action.own["zip_code"], action.own["note"]) == (
        "Company",
        "02139",
        "Two steps\nand a door",
    )


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Tick what you need or what you can give"),
        ({"needs": " "}, "Tick what you need or what you can give"),
        ({"needs": "x" * 61}, "Tick what you need or what you can give"),
        ({"needs": "Food", "note": "x" * 2001}, "Shorten your note"),
        ({"needs": "Food", "when": "x" * 201}, "Shorten the time"),
        ({"needs": "Food", "zip_code": ""}, "Enter your ZIP code"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_lost(browser, group, page, accepted, fields, said):
    answer = browser.post(f"/{group.slug}/{page.slug}", ADA | fields)
    assert (answer.status_code, said in answer.text) == (422, True)
    assert 'value="Ada Lovelace"' in answer.text
    assert accepted() == []


def test_nobody_else_sees_what_was_written(browser, aws, group, page):
    browser.post(f"/{group.slug}/{page.slug}", ADA | {"needs": "Food", "note": "I am alone"})
    aws.handle("submissions", take_action.record_all)
    for path in ("", "/thanks"):
        assert "I am alone" not in browser.get(f"/{group.slug}/{page.slug}{path}").text
