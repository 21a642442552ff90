"""Bob takes a page of his to other websites."""

import re
from html import unescape

import pytest
from organizers import Organizer, petition, published

from chalicelib import action_types, config
from chalicelib.actions import store, write_page
from chalicelib.actions.action_page import Status


def snippets(bob: Organizer, page: str) -> dict[str, str]:
    html = bob.get(f"/console/actions/{page}").html
    found = re.findall(r'<textarea id="embed-(\w+)"[^>]*>\n(.*?)</textarea>', html, re.DOTALL)
    return {name: unescape(code) for name, code in found}


def test_bob_copies_what_to_paste(bob: Organizer) -> None:
    page = published(bob, petition(bob, "Save the <b>library</b>"))
    codes, site = snippets(bob, page.id), config.public_url()
    path = f"{bob.group.slug}/{page.slug}"
    link = f'<a href="{site}/{path}">Save the &lt;b&gt;library&lt;/b&gt;</a>'
    script = f'<script async src="{site}/embed.js"></script>'
    assert codes["script"] == f'<div class="muster-embed" data-page="{path}">{link}</div>\n{script}'
    assert codes["frame"].startswith(f'<iframe src="{site}/embed/{path}" title="Save the &lt;b&gt;')
    assert 'width="100%"' in codes["frame"]
    assert "Copy" in bob.get(f"/console/actions/{page.id}").text


def test_only_an_open_page_is_offered(bob: Organizer) -> None:
    page = petition(bob)
    assert snippets(bob, page.id) == {}
    published(bob, page)
    assert len(snippets(bob, page.id)) == 2
    bob.post(f"/console/actions/{page.id}/close")
    assert snippets(bob, page.id) == {}


def test_charlie_sees_nothing_of_it(bob: Organizer, charlie: Organizer) -> None:
    page = published(bob, petition(bob))
    assert snippets(charlie, page.id) == {}


@pytest.mark.parametrize("name", action_types.NAMES)
def test_every_type_is_offered_alike(bob: Organizer, name: str) -> None:
    page = write_page.begin(bob.group, name)
    store.change_page(bob.group.id, page.id, status=Status.PUBLISHED, slug="help", title="Help")
    assert set(snippets(bob, page.id)) == {"script", "frame"}
