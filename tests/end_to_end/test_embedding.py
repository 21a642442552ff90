"""Ada reads a newspaper that shows Bob's petition: the page stands among the text, as high as it is, and takes her name.

With PICTURES=<folder> what she sees is also kept as a picture.
"""

import functools
import os
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Frame, Page, expect

from end_to_end.installation import Installation

PATH = "demo/save-the-library"

# What themes do to frames of every kind.
RUDE = "iframe { height: 90px; max-width: 200px; aspect-ratio: 16 / 9; border: 9px solid red } a { color: lime }"

NEWS = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>News</title>{head}<style>body {{ max-width: 700px; margin: auto; padding: 8px }} {rude}
.night {{ background: #111; color: #eee }}</style>
<h1>The library may close</h1><p>Here is what you can do.</p>{body}<p id="end">The end.</p></html>"""

PLACE = """<div class="muster-embed" id="{id}" data-page="{path}" {more}>
<a href="{site}/{path}">Sign: the library</a></div><script async src="{site}/embed.js"></script>"""


@pytest.fixture
def newspaper(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """Another website, on an origin of its own: where its files are, and its address."""
    handler = functools.partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield tmp_path, f"http://localhost:{server.server_port}"
    server.shutdown()


@pytest.fixture
def news(newspaper: tuple[Path, str], installation: Installation) -> str:
    """An article with three embeds of two styles, two of them of the same page, and a plain frame."""
    folder, address = newspaper
    site = installation.url
    parts = [
        PLACE.format(id="one", path=PATH, site=site, more=""),
        "<p>And again:</p>",
        PLACE.format(id="two", path=PATH, site=site, more='data-style="plain" data-source="night"').join(
            ('<div class="night">', "</div>")
        ),
        f'<section id="three"><script async src="{site}/embed.js" data-page="{PATH}" data-title="Sign"></script></section>',
        f'<div id="four"><iframe src="{site}/embed/{PATH}/plain" title="Sign" width="100%" height="700"'
        ' style="border:0;max-width:none !important"></iframe></div>',
    ]
    (folder / "index.html").write_text(NEWS.format(rude=RUDE, head="", body="\n".join(parts)))
    return f"{address}/index.html?source=front-page"


@pytest.fixture
def reader(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 360, "height": 740})
    yield context.new_page()
    assert context.cookies() == []
    context.close()


def frame_in(page: Page, selector: str) -> Frame:
    frame = page.locator(f"{selector} iframe").element_handle().content_frame()
    assert frame
    return frame


def is_as_high_as_its_content(page: Page, selector: str) -> bool:
    """Nothing to scroll in it, nothing empty below."""
    frame = frame_in(page, selector)
    given, needed = (
        frame.evaluate("innerHeight"),
        frame.evaluate("Math.ceil(document.body.getBoundingClientRect().height)"),
    )
    return bool(given == needed > 400) and bool(frame.evaluate("innerWidth") > 300)


def wait_for(page: Page, selector: str) -> None:
    for _ in range(100):
        if page.locator(f"{selector} iframe").count() and is_as_high_as_its_content(page, selector):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{selector} is not as high as its content")


def picture(page: Page, name: str) -> None:
    """All of the article: a browser paints only those frames of other sites that are in sight."""
    if folder := os.environ.get("PICTURES", ""):
        before = page.viewport_size or {"width": 360, "height": 740}
        page.set_viewport_size({"width": before["width"], "height": page.evaluate("document.body.scrollHeight")})
        page.wait_for_timeout(500)
        page.screenshot(path=Path(folder) / f"{name}.png")
        page.set_viewport_size({"width": before["width"], "height": before["height"]})


def test_each_is_as_high_as_its_content(reader: Page, news: str) -> None:
    reader.goto(news)
    for place in ("#one", "#two", "#three"):
        wait_for(reader, place)
        assert reader.locator(f"{place} iframe").count() == 1
        expect(reader.locator(f"{place} a")).to_be_hidden()
    assert reader.locator("#one iframe").get_attribute("title") == "Sign: the library"
    assert frame_in(reader, "#one").url.endswith("/card-light?source=front-page")
    assert frame_in(reader, "#two").url.endswith("/plain-dark?source=night")
    wait_for(reader, "#four")
    assert reader.evaluate("Object.keys(window).filter(name => /muster/i.test(name))") == []
    picture(reader, "embeds-phone")
    reader.set_viewport_size({"width": 1280, "height": 900})
    for place in ("#one", "#two", "#three", "#four"):
        wait_for(reader, place)
    picture(reader, "embeds-desktop")


def test_ada_signs_in_the_frame_and_is_thanked_there(
    reader: Page, organizer: Page, news: str, installation: Installation, run: str
) -> None:
    email = installation.address(f"embed{run}")
    reader.goto(news)
    wait_for(reader, "#one")
    wait_for(reader, "#two")
    one = reader.frame_locator("#one iframe")
    one.get_by_role("button").first.click()
    expect(one.get_by_role("alert")).to_contain_text("What you wrote is still here")
    expect(one.get_by_role("alert")).to_be_in_viewport()
    expect(one.get_by_role("alert")).to_be_focused()
    wait_for(reader, "#one")
    picture(reader, "embed-problems")
    one.get_by_role("alert").get_by_role("link").first.click()
    expect(one.locator("#email")).to_be_focused()
    one.locator("#email").fill(email)
    one.locator("#name").fill("Ada Lovelace")
    one.get_by_role("button").first.click()
    expect(one.get_by_role("heading", level=1)).to_contain_text("Thank you")
    wait_for(reader, "#one")
    picture(reader, "embed-thanks")
    one.get_by_role("button", name="Copy link").click()
    expect(one.locator("#link-status")).to_have_text("Copied")
    assert reader.url == news
    expect(one.get_by_role("link", name="WhatsApp")).to_have_attribute("target", "_blank")
    expect(reader.frame_locator("#two iframe").locator("#email")).to_have_value("")
    installation.wait_for_mail(email)
    organizer.goto("/console/actions")
    organizer.get_by_role("link", name="Keep the Riverside Library open").first.click()
    expect(organizer.locator("#ways")).to_contain_text("localhost")
    expect(organizer.locator("#ways")).to_contain_text("front-page")


def test_what_bob_copies_works_where_he_pastes_it(reader: Page, organizer: Page, newspaper: tuple[Path, str]) -> None:
    organizer.goto("/console/actions")
    organizer.get_by_role("link", name="Keep the Riverside Library open").first.click()
    organizer.get_by_text("Embed it").click()
    organizer.get_by_role("button", name="Copy").first.click()
    expect(organizer.locator("#embed-script-status")).to_have_text("Copied")
    picture(organizer, "embed-console-desktop")
    folder, address = newspaper
    body = f'<div id="one">{organizer.locator("#embed-script").input_value()}</div>'
    (folder / "pasted.html").write_text(NEWS.format(rude="", head="", body=body))
    reader.goto(f"{address}/pasted.html")
    wait_for(reader, "#one")
    organizer.set_viewport_size({"width": 360, "height": 740})
    picture(organizer, "embed-console-phone")


def test_a_plain_frame_is_about_high_enough_and_can_be_scrolled(
    reader: Page, newspaper: tuple[Path, str], installation: Installation
) -> None:
    folder, address = newspaper
    told = reader.request.get(f"{installation.url}/oembed", params={"url": f"{installation.url}/{PATH}"}).json()
    (folder / "plain.html").write_text(NEWS.format(rude="", head="", body=f'<div id="one">{told["html"]}</div>'))
    reader.set_viewport_size({"width": 1280, "height": 900})
    reader.goto(f"{address}/plain.html")
    inside = reader.frame_locator("iframe")
    expect(inside.get_by_role("heading", level=1)).to_be_visible()
    frame = frame_in(reader, "#one")
    assert 0.8 < told["height"] / frame.evaluate("document.body.getBoundingClientRect().height") < 1.25
    reader.set_viewport_size({"width": 360, "height": 740})
    inside.get_by_role("link", name="Sign the petition").scroll_into_view_if_needed()
    expect(inside.get_by_role("link", name="Sign the petition")).to_be_in_viewport()


def test_with_scripts_blocked_there_is_the_link(chromium: Browser, news: str, installation: Installation) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(news)
    link = page.locator("#one").get_by_role("link", name="Sign: the library")
    expect(link).to_be_visible()
    link.click()
    assert page.url == f"{installation.url}/{PATH}"
    context.close()


def test_where_frames_of_ours_are_forbidden_the_link_stays(
    reader: Page, newspaper: tuple[Path, str], installation: Installation
) -> None:
    folder, address = newspaper
    strict = '<meta http-equiv="Content-Security-Policy" content="frame-src \'none\'">'
    place = PLACE.format(id="one", path=PATH, site=installation.url, more="")
    (folder / "strict.html").write_text(NEWS.format(rude="", head=strict, body=place))
    reader.goto(f"{address}/strict.html")
    reader.wait_for_timeout(1500)
    expect(reader.get_by_role("link", name="Sign: the library")).to_be_visible()


def test_a_script_that_comes_late_and_twice_shows_it_once(
    reader: Page, newspaper: tuple[Path, str], installation: Installation
) -> None:
    folder, address = newspaper
    place = PLACE.format(id="one", path=PATH, site=installation.url, more="").partition("<script")[0]
    (folder / "late.html").write_text(NEWS.format(rude="", head="", body=place))
    reader.goto(f"{address}/late.html")
    for _ in range(2):
        reader.add_script_tag(url=f"{installation.url}/embed.js")
    wait_for(reader, "#one")
    assert reader.locator("iframe").count() == 1


def test_a_stranger_s_message_changes_nothing(
    reader: Page, newspaper: tuple[Path, str], installation: Installation
) -> None:
    """Neither the page around nor another frame on it may say how high ours is."""
    folder, address = newspaper
    place = PLACE.format(id="one", path=PATH, site=installation.url, more="")
    (folder / "liar.html").write_text("<script>parent.postMessage({muster: 5000}, '*')</script>")
    liar = '<iframe src="liar.html" title="Liar"></iframe>'
    (folder / "lies.html").write_text(NEWS.format(rude="", head="", body=place + liar))
    reader.goto(f"{address}/lies.html")
    wait_for(reader, "#one")
    frames = [reader.locator("#one iframe"), reader.get_by_title("Liar")]
    before = [frame.bounding_box() for frame in frames]
    reader.evaluate("postMessage({muster: 5000}, '*')")
    [stranger] = [frame for frame in reader.frames if frame.url.endswith("liar.html")]
    stranger.evaluate("parent.postMessage({muster: 5000}, '*')")
    reader.wait_for_timeout(300)
    assert [frame.bounding_box() for frame in frames] == before


def test_other_pages_refuse_to_stand_in_a_frame(
    reader: Page, newspaper: tuple[Path, str], installation: Installation
) -> None:
    folder, address = newspaper
    frame = f'<iframe id="one" src="{installation.url}/{PATH}" title="Page"></iframe>'
    (folder / "trap.html").write_text(NEWS.format(rude="", head="", body=frame))
    reader.goto(f"{address}/trap.html")
    reader.wait_for_timeout(1000)
    expect(reader.frame_locator("#one").locator("form")).to_have_count(0)
