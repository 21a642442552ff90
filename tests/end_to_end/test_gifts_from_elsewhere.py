"""Gifts that others took: Bob gives ActBlue a password and is told of a gift, and uploads those of years past."""

import json
import urllib.request
from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Page, expect
from quality.visit import found_by_axe

from end_to_end.making import Picture


def test_gifts_from_elsewhere_are_counted(organizer: Page, picture: Picture, run: str, tmp_path: Path) -> None:
    is_told(organizer, picture, run)
    uploads(organizer, picture, run, tmp_path)
    organizer.goto("/console/giving")
    expect(organizer.locator("main")).to_contain_text("Others who took it")
    assert found_by_axe(organizer) == []


def is_told(organizer: Page, picture: Picture, run: str) -> None:
    organizer.goto("/console/giving/actblue")
    picture(organizer, "actblue-off", "phone", "desktop")
    assert found_by_axe(organizer) == []
    organizer.get_by_role("button", name="Make a ").click()
    password = organizer.locator("#password").inner_text()
    picture(organizer, "actblue-on", "phone", "desktop")
    address = organizer.locator("dd.code", has_text="/contributions").inner_text()
    assert tell(address, password, run) == 200
    organizer.goto("/console/giving")
    gift = organizer.locator("#latest").get_by_role("link", name=f"Ada {run}")
    for _ in range(30):
        if gift.count():
            break
        organizer.wait_for_timeout(1000)
        organizer.reload()
    gift.click()
    expect(organizer.locator("main")).to_contain_text("Taken byActBlue")
    assert found_by_axe(organizer) == []


def tell(address: str, password: str, run: str) -> int:
    now = datetime.now(UTC).isoformat()
    order = {
        "donor": {"firstname": "Ada", "lastname": run, "email": f"actblue{run}@inbox.example.org"},
        "contribution": {"createdAt": now, "orderNumber": f"AB{run}", "recurringPeriod": "monthly"},
        "lineitems": [{"lineitemId": 1, "entityId": 7, "amount": "25.00", "paidAt": now, "sequence": 1}],
    }
    headers = {"Authorization": f"Basic {b64encode(f'muster:{password}'.encode()).decode()}"}
    request = urllib.request.Request(
        address, json.dumps(order).encode(), headers | {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return int(answer.status)


def uploads(organizer: Page, picture: Picture, run: str, folder: Path) -> None:
    file = folder / "gifts.csv"
    rows = [f"past{run}-{number}@inbox.example.org,{number + 1}.50,2024-03-{number + 1:02}" for number in range(25)]
    file.write_text("\n".join(["email,amount,date", *rows, "nobody,5,2024-03-05"]), "utf-8")
    organizer.goto("/console/giving/past")
    picture(organizer, "past-gifts-upload", "phone", "desktop")
    assert found_by_axe(organizer) == []
    organizer.locator("#file").set_input_files(file)
    organizer.get_by_role("button", name="Upload the file").click()
    picture(organizer, "past-gifts-columns", "phone", "desktop")
    assert found_by_axe(organizer) == []
    organizer.get_by_role("button", name="Show what would be added").click()
    add = organizer.get_by_role("button", name="Add 25 gifts")
    expect(add).to_be_visible(timeout=60_000)
    expect(organizer.locator("main")).to_contain_text("Line 27: This is not an email address.")
    picture(organizer, "past-gifts-checked", "phone", "desktop")
    assert found_by_axe(organizer) == []
    add.click()
    expect(organizer.get_by_role("heading", level=1)).to_have_text("Added", timeout=60_000)
