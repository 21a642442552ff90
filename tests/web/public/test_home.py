"""What stands at `/`, at a group's name, and beside them."""

import gzip

from chalicelib.actions.action_page import Status
from chalicelib.web import static


def test_the_front_page_says_what_this_is_and_lets_organizers_in(browser):
    text = browser.get("/").text
    assert text.startswith('<!doctype html>\n<html lang="en" dir="ltr"')
    assert "Action by people who organize" in text
    assert 'href="/console/sign-in"' in text


def test_the_front_page_speaks_spanish(browser):
    assert "Acción de quienes se organizan" in browser.get("/", accept_language="es").text


def test_a_groups_page_lists_what_one_can_sign(browser, group, publish):
    publish(slug="a", title="An open one")
    publish(slug="b", title="A draft", status=Status.DRAFT)
    publish(slug="c", title="A closed one", status=Status.CLOSED)
    text = browser.get(f"/{group.slug}").text
    assert f'href="/{group.slug}/a"' in text
    assert "A draft" not in text
    assert "A closed one" not in text


def test_a_group_with_nothing_to_sign(browser, group):
    assert "nothing to do here at the moment" in browser.get(f"/{group.slug}").text


def test_static_files_may_be_kept_for_ever(browser, aws):
    answer = browser.get(static.url("public.js"))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert "immutable" in answer.headers["Cache-Control"]


def test_an_older_pages_file_is_served_and_not_kept(browser, aws):
    answer = browser.get("/static/0123456789ab/public.js")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"


def test_nothing_else_is_served_as_static(browser, aws):
    for name in ("no-such.css", "..%2f..%2fapp.py", "%2e%2e", "LICENSES.md", "%00.css"):
        assert browser.get(f"/static/x/{name}").status_code == 404


def test_browsers_and_search_engines_find_what_they_look_for(browser, aws):
    assert browser.get("/favicon.ico").headers["Content-Type"] == "image/svg+xml"
    assert b"Disallow: /console" in browser.get("/robots.txt").body


def test_a_page_is_small_enough_for_a_slow_phone(browser, address):
    assert len(gzip.compress(browser.get(address).body)) < 15_000
    assert len(gzip.compress(static.inlined("public.css").encode())) < 3_000
