"""A newspaper's website is given the address of Bob's petition, and asks how to show it."""

import json
from html import unescape
from urllib.parse import quote, urlencode

import pytest

from chalicelib.actions.action_page import Status
from chalicelib.network import store as network


@pytest.fixture
def ask(browser):
    def ask_about(url, **more):
        return browser.get(f"/oembed?{urlencode({'url': url} | more)}")

    return ask_about


def said(answer):
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in answer.headers
    return json.loads(answer.text)


def test_a_frame_to_paste(ask, site, group, petition, address):
    answer = ask(f"{site}{address}", format="json")
    told = said(answer)
    assert answer.status_code == 200
    assert (told["type"], told["version"], told["title"]) == ("rich", "1.0", "Save the library")
    assert (told["provider_name"], told["provider_url"]) == ("Muster", site)
    assert (told["author_name"], told["author_url"]) == (group.name, f"{site}/{group.slug}")
    assert f'<iframe src="{site}/embed{address}" title="Save the library" width="{told["width"]}"' in told["html"]
    assert f'height="{told["height"]}"' in told["html"]
    assert 600 < told["height"] < 1200


def test_a_page_tells_where_to_ask(browser, ask, site, address):
    [link] = [line for line in browser.get(address).text.splitlines() if "json+oembed" in line]
    href = unescape(link.partition('href="')[2].partition('"')[0])
    assert href == f"{site}/oembed?url={quote(site + address, safe='')}&format=json"
    assert said(browser.get(href.removeprefix(site)))["title"] == "Save the library"


@pytest.mark.parametrize(
    ("asked", "width", "limited"),
    [({"maxwidth": "320"}, 320, True), ({"maxwidth": "5000"}, 640, False), ({"maxwidth": "0"}, 1, True),
     ({"maxwidth": "-5"}, 640, False), ({"maxwidth": "many"}, 640, False), ({"maxwidth": "9" * 5000}, 640, False),
     ({"maxwidth": "²"}, 640, False), ({"maxheight": "200", "maxwidth": "300"}, 300, True)],
)  # fmt: skip
def test_it_keeps_to_the_room_that_there_is(ask, site, address, asked, width, limited):
    told = said(ask(f"{site}{address}", **asked))
    assert told["width"] == width
    assert f'width="{width}" height="{told["height"]}"' in told["html"]
    if "maxheight" in asked:
        assert told["height"] == int(asked["maxheight"])


def test_a_hostile_title_stays_words(ask, site, group, publish):
    page = publish(title='"><script>alert(1)</script>')
    told = said(ask(f"{site}/{group.slug}/{page.slug}"))
    assert told["title"] == page.title
    assert "<script" not in told["html"]
    assert '"&gt;' not in told["html"]


def test_a_picture_that_we_drew_comes_with_its_size(ask, site, group, publish):
    page = publish(share_picture="a/b.png")
    told = said(ask(f"{site}/{group.slug}/{page.slug}"))
    assert (told["thumbnail_url"], told["thumbnail_width"]) == (f"{site}/media/a/b.png", 1200)
    assert "thumbnail_url" not in said(ask(f"{site}/{group.slug}/{page.slug}", maxwidth="600"))


def test_a_picture_of_bobs(ask, site, group, publish):
    page = publish(picture="a/b.jpg", share_picture="a/c.png")
    assert said(ask(f"{site}/{group.slug}/{page.slug}"))["thumbnail_url"] == f"{site}/media/a/b.jpg"


def test_xml_is_not_spoken(ask, site, address):
    assert ask(f"{site}{address}", format="xml").status_code == 501
    assert ask("https://elsewhere.example/", format="xml").status_code == 501


@pytest.mark.parametrize(
    "spelled",
    ["{site}{address}/", "{site}{address}?source=tw#form", "{site}/embed{address}", "{site}/embed{address}/plain-dark",
     "{upper}{address}"],
)  # fmt: skip
def test_other_spellings_of_the_address(ask, site, address, spelled):
    assert ask(spelled.format(site=site, upper=site.upper(), address=address)).status_code == 200


@pytest.mark.parametrize(
    "url",
    ["", "nonsense", "{address}", "//{host}{address}", "https://elsewhere.example{address}", "{site}.evil.example{address}",
     "{scheme}://evil.example@{host}{address}", "{scheme}://{host}@evil.example{address}",
     "{scheme}://{host}:1{address}", "{scheme}://user:secret@{host}{address}", "javascript:alert(1)//{host}{address}",
     "data:text/html,{address}", "ftp://{host}{address}", "file://{address}", "{scheme}:{host}{address}",
     "{scheme}:///{address}", "https://[", "https://[::1]{address}", "{scheme}://{host}\\@evil.example{address}",
     "{site}", "{site}/", "{site}/{group}", "{site}{address}/thanks", "{site}{address}%2Fthanks",
     "{site}/{group}%2Fsave-the-library", "{site}/{group}/..%2Fsave-the-library", "{site}/x/..{address}",
     "{site}//{group}/save-the-library", "{site}/embed", "{site}/embed/{group}", "{site}/embed/embed{address}",
     "{site}/embed{address}/sparkling", "{site}/console/actions", "{site}/{group}/no-such-page", "{site}/{group}/%00",
     "{site}/{group}/" + "x" * 3000, "{site}/charlies-group/save-the-library", "{site}/static/public.css"],
)  # fmt: skip
def test_what_is_no_page_of_ours(ask, site, group, address, url):
    scheme, _, host = site.partition("://")
    spelled = url.format(site=site, scheme=scheme, host=host, address=address, group=group.slug)
    answer = ask(spelled)
    assert answer.status_code == 404
    assert "html" not in said(answer)


def test_no_address_at_all(browser):
    assert browser.get("/oembed").status_code == 404
    assert browser.get("/oembed?format=json").status_code == 404


def test_a_draft_is_nobodys_business(ask, site, group, publish):
    page = publish(status=Status.DRAFT, title="Secret")
    answer = ask(f"{site}/{group.slug}/{page.slug}")
    assert (answer.status_code, "Secret" in answer.text) == (404, False)


def test_bobs_page_is_not_found_under_charlies_name(ask, site, group, petition):
    charlies = network.create_group(f"charlie-{group.slug}", "Another group")
    assert ask(f"{site}/{charlies.slug}/{petition.slug}").status_code == 404
