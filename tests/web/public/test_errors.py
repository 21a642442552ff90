"""Whatever goes wrong, a person gets a page in their language, and nothing of the error itself."""

import json

import pytest


def test_a_broken_page_says_that_nothing_was_changed(browser):
    answer = browser.get("/broken/my-secret", accept_language="es")
    assert answer.status_code == 500
    assert "Algo ha fallado" in answer.text
    assert "No ha cambiado nada" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_broken_form_does_not_pretend_to_know(browser):
    answer = browser.post("/broken/my-secret", {"email": "ada@example.org"})
    assert answer.status_code == 500
    assert "may not have been recorded" in answer.text


@pytest.mark.parametrize("accept", ["text/html", "*/*", "application/json, text/html", ""])
def test_nothing_of_the_error_leaks(browser, accept):
    text = browser.get("/broken/my-secret", accept=accept).text
    for word in ("RuntimeError", "Traceback", "InternalServerError", "my-secret", "what "):
        assert word not in text


def test_the_log_names_the_place_and_not_what_was_sent(browser, capfd):
    browser.post("/broken/my-secret", {"email": "ada@example.org"}, accept_language="en")
    said = "".join(capfd.readouterr())
    assert "my-secret" not in said
    assert "ada@" not in said
    events = [json.loads(line) for line in said.splitlines()]
    assert {"event": "request", "method": "POST", "route": "/broken/{secret}", "status": 500} in events
    assert any(event.get("error") == "RuntimeError" for event in events)


def test_what_cannot_be_done_here(browser, address):
    answer = browser.client.http.put(address)
    assert answer.status_code == 405
    assert b"That cannot be done here" in answer.body
    assert "POST" in answer.headers["Allow"]


def test_programs_that_ask_for_json_get_json(browser):
    answer = browser.get("/broken/x", accept="application/json")
    assert answer.json_body["Code"] == "InternalServerError"


def test_every_page_is_protected(browser, address):
    for path in ("/", address, f"{address}/thanks", "/no-such-group", "/broken/x"):
        headers = browser.get(path).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
