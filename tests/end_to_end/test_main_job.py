"""A signature comes in, the organizer writes to everyone, each gets one email. On the deployed template, in a browser."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from end_to_end.installation import Installation

PEOPLE = 300
LINK = "https://example.org/friday?at=noon&where=library"


def sign(page: Page, name: str, email: str, path: str = "/demo/save-the-library") -> None:
    page.goto(path)
    page.locator("#email").fill(email)
    page.locator("#name").fill(name)
    page.locator("#zip_code").fill("02139")
    page.locator("#form > button").first.click()
    page.wait_for_url("**/thanks*")


def test_ada_signs_and_is_thanked_once(installation: Installation, supporter: Page, run: str) -> None:
    ada = installation.address(f"ada{run}")
    sign(supporter, "Ada Lovelace", ada)
    assert "referrer=" in supporter.content()
    sign(supporter, "Ada Lovelace", ada.upper())
    (mail,) = installation.wait_for_mail(ada) or [None]
    assert mail is None or "List-Unsubscribe" in mail["headers"]
    supporter.wait_for_timeout(2000)
    assert len(installation.wait_for_mail(ada)) <= 1


def test_a_form_with_mistakes_says_so_and_keeps_what_was_typed(supporter: Page) -> None:
    supporter.goto("/demo/save-the-library")
    supporter.locator("#email").fill("ada@nowhere")
    supporter.locator("#name").fill("Ada <b>Lovelace</b>")
    supporter.locator("#form > button").first.click()
    expect(supporter.get_by_role("alert")).to_be_visible()
    assert supporter.locator("#name").input_value() == "Ada <b>Lovelace</b>"


def test_signing_works_without_javascript_and_in_spanish(installation: Installation, chromium, run: str) -> None:
    context = chromium.new_context(base_url=installation.url, java_script_enabled=False, locale="es-MX")
    page = context.new_page()
    sign(page, "Inés Luz", installation.address(f"ines{run}"), "/demo/salvemos-la-biblioteca")
    assert "Gracias" in page.content()
    context.close()


def test_bob_imports_writes_sends_and_each_gets_one(
    installation: Installation, organizer: Page, supporter: Page, run: str, tmp_path: Path
) -> None:
    file = tmp_path / "people.csv"
    rows = [f"{installation.address(f'p{number}x{run}')};Person {number};Test" for number in range(PEOPLE)]
    file.write_text("E-Mail;First name;Last name\n" + "\n".join(rows) + "\nnot an address;x;y\n", encoding="utf-8-sig")
    tag = f"run{run}"
    import_people(organizer, file, tag)
    first = write_and_send(organizer, tag, "Dear {{ first_name }}, one")
    watch(organizer, first)
    one, other = installation.address(f"p0x{run}"), installation.address(f"p1x{run}")
    mails = installation.wait_for_mail(one)
    if mails:
        assert mails[0]["subject"] == "Dear Person 0, one"
        assert mails[0]["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        supporter.goto(mails[0]["headers"]["List-Unsubscribe"].strip("<>"))
        supporter.get_by_role("button").first.click()
    else:
        unsubscribe_in_console(organizer, one)
    second = write_and_send(organizer, tag, "Dear {{ first_name }}, two")
    watch(organizer, second)
    if installation.mail_to:
        follow_links(installation, supporter, organizer, first, other)
        for number in range(PEOPLE):
            installation.wait_for_mail(installation.address(f"p{number}x{run}"), count=1 if number == 0 else 2)
        assert len(installation.mail_to(one)) == 1
        assert len(installation.mail_to(other)) == 2


def import_people(page: Page, file: Path, tag: str) -> None:
    page.goto("/console/people/import")
    page.locator("#file").set_input_files(file)
    page.get_by_role("button", name="Upload the file").click()
    page.locator("#tag").fill(tag)
    page.locator("#agreed").check()
    page.get_by_role("button", name="Show what would change").click()
    page.get_by_role("button", name=re.compile("^Import ")).click(timeout=60_000)
    expect(page.get_by_role("heading", level=1)).to_have_text("Imported", timeout=60_000)


def write_and_send(page: Page, tag: str, subject: str, link: str = LINK) -> str:
    page.goto("/console/mailings")
    page.get_by_role("button", name=re.compile("Write|New")).first.click()
    page.locator("#subject").fill(subject)
    page.locator("trix-editor").click()
    page.keyboard.type("Dear {{ first_name }}, come to the library on Friday.")
    page.evaluate(
        "html => document.querySelector('trix-editor').editor.insertHTML(html)", f'<a href="{link}">When?</a>'
    )
    page.get_by_role("button", name="Save and choose people").click()
    page.locator("#more_tags").fill(tag)
    page.get_by_role("button", name="Save and preview").click()
    page.goto(re.sub(r"/[a-z]+(\?.*)?$", "/review", page.url))
    page.get_by_role("button", name=re.compile("^Send to ")).click()
    page.wait_for_url(re.compile(r"/console/mailings/\w+(\?.*)?$"))
    return page.url.partition("?")[0]


def watch(page: Page, mailing: str) -> None:
    """Until the bar is full: a minute to undo, then the sending."""
    page.goto(mailing)
    expect(page.get_by_text(re.compile("Finished", re.IGNORECASE)).first).to_be_visible(timeout=150_000)


def follow_links(installation: Installation, supporter: Page, organizer: Page, mailing: str, email: str) -> None:
    """A person follows a link twice, somebody else makes one up: one person is counted, and shown by name."""
    (link, *_) = re.findall(r'href="([^"]*/l/[^"]+)"', installation.wait_for_mail(email)[0]["html"])
    for address in (link, link):
        answer = supporter.request.get(address, max_redirects=0)
        assert (answer.status, answer.headers["location"]) == (302, LINK)
    forged = supporter.request.get(link[:-8] + ("A" if link[-8] != "A" else "B") + link[-7:], max_redirects=0)
    assert forged.status == 404
    organizer.goto(mailing)
    counted = organizer.get_by_role("row", name=LINK).get_by_role("link")
    for _ in range(20):
        organizer.reload()
        if counted.count():
            break
        organizer.wait_for_timeout(1000)
    expect(counted).to_have_text("1")
    counted.click()
    expect(organizer.get_by_role("link", name="Person 1 Test")).to_be_visible()


def unsubscribe_in_console(page: Page, email: str) -> None:
    page.goto(f"/console/people?q={email}")
    page.get_by_role("link", name="Person 0").click()
    page.get_by_role("button", name=re.compile("Unsubscribe")).click()
