"""Ada looks at a petition and signs it; whatever she or her browser sends, she gets a clear answer."""

import pytest
from cloud import watching

from chalicelib import counters
from chalicelib.actions import take_action
from chalicelib.actions.action_page import Status
from chalicelib.mailings import deliver
from chalicelib.people.person import person_id, referrer_code

ADA = {"email": "ada@example.org", "name": "Ada Lovelace", "zip_code": "12345"}


def test_ada_sees_the_petition(browser, address):
    page = browser.get(address)
    assert page.status_code == 200
    assert "<h1>Save the library</h1>" in page.text
    places = [page.text.index(part) for part in ("<p>They want to close it.", "<form", "<p>We want it open.")]
    assert places == sorted(places)


def test_programs_that_check_links_find_the_pages(browser, address):
    for path in ("/", address.rpartition("/")[0], address):
        assert browser.head(path).status_code == 200
    assert browser.head(f"{address}-not").status_code == 404


def test_the_page_is_the_same_for_everyone_and_may_be_kept_by_the_edge(browser, address):
    plain = browser.get(address)
    tagged = browser.get(f"{address}?source=tw&referrer=abc", accept_language="es", cookie="a=b")
    assert plain.body == tagged.body
    assert "s-maxage" in plain.headers["Cache-Control"]
    assert "Set-Cookie" not in plain.headers


def test_the_form_goes_to_where_it_came_from(browser, address):
    """So that ?source= and ?referrer= of the address travel along."""
    assert "action=" not in browser.get(address).text


def test_signing_is_accepted_before_ada_is_thanked(browser, group, petition, address, accepted):
    answer = browser.post(address, ADA)
    [submission] = accepted()
    person = person_id(group.salt, "ada@example.org")
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"{address}/thanks?code={referrer_code(person)}"
    assert submission["person"] == person
    assert submission["page"] == petition.id
    assert (submission["given_name"], submission["family_name"], submission["zip_code"]) == ("Ada", "Lovelace", "12345")


def test_how_ada_came_is_kept(browser, address, accepted):
    browser.post(f"{address}?source=tw&referrer=abcdefgh", ADA, referer="https://blog.example/post?secret=1")
    [submission] = accepted()
    assert submission["source"] == "tw"
    assert submission["referrer"] == "abcdefgh"
    assert submission["website"] == "blog.example"


def test_our_own_page_is_not_a_website_she_came_from(browser, site, address, accepted):
    browser.post(address, ADA, referer=f"{site}/x/y")
    assert accepted()[0].get("website", "") == ""


@pytest.mark.parametrize("referer", ["https://[", "nonsense", "//", "https://a b/", "javascript:alert(1)"])
def test_a_strange_referer_stops_nobody(browser, address, accepted, referer):
    assert browser.post(address, ADA, referer=referer).status_code == 303
    assert len(accepted()) == 1


def test_a_multipart_form_is_as_good(browser, address, accepted):
    parts = [f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in ADA.items()]
    body = ("".join(parts) + "--x--\r\n").encode()
    answer = browser.post(address, body=body, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 303
    assert accepted()[0]["email"] == "ada@example.org"


def test_when_the_queue_cannot_take_it_ada_is_told_and_keeps_her_words(browser, address, monkeypatch):
    monkeypatch.setenv("SUBMISSIONS_QUEUE", "http://127.0.0.1:9/no-such-queue")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    answer = browser.post(address, ADA)
    assert answer.status_code == 503
    assert "It did not go through" in answer.text
    assert 'value="Ada Lovelace"' in answer.text
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_draft_is_not_there_for_the_public(browser, group, publish):
    page = publish(status=Status.DRAFT)
    path = f"/{group.slug}/{page.slug}"
    assert browser.get(path).status_code == 404
    assert browser.post(path, ADA).status_code == 404
    assert browser.get(f"{path}/thanks").status_code == 404


def test_a_closed_petition_says_so_and_takes_nothing(browser, group, publish, accepted):
    page = publish(status=Status.CLOSED)
    path = f"/{group.slug}/{page.slug}"
    seen, sent = browser.get(path), browser.post(path, ADA)
    assert (seen.status_code, sent.status_code) == (200, 409)
    for answer in (seen, sent):
        assert "This petition is closed" in answer.text
        assert "<form" not in answer.text
    assert accepted() == []


def test_the_thermometer_says_its_number_in_words(browser, petition, address):
    counters.add(f"page#{petition.id}", "total", {"actions": 1204})
    text = browser.get(address).text
    assert "1,204 people have signed." in text
    assert "Next goal: 2,000." in text
    assert '<progress aria-labelledby="taken" value="1204" max="2000">' in text


def test_nobody_has_signed_yet(browser, address):
    text = browser.get(address).text
    assert "Be the first to sign." in text
    assert "Next goal: 100." in text


def test_a_spanish_petition_speaks_spanish(browser, group, publish):
    page = publish(language="es", title="Salvemos la biblioteca")
    path = f"/{group.slug}/{page.slug}"
    text = browser.get(path, accept_language="en").text
    assert '<html lang="es"' in text
    assert "Firmar la petición" in text
    assert "Escribe tu nombre" in browser.post(path, {}).text


def test_every_field_helps_phones_and_screen_readers(browser, address):
    text = browser.get(address).text
    for field, kind, autocomplete, inputmode in [
        ("email", "email", "email", "email"),
        ("name", "text", "name", "text"),
        ("zip_code", "text", "postal-code", "numeric"),
    ]:
        assert f'<label for="{field}">' in text
        assert (
            f'<input id="{field}" name="{field}" type="{kind}" autocomplete="{autocomplete}" inputmode="{inputmode}"'
            in text
        )


def test_what_a_shared_link_shows(browser, site, group, publish):
    page = publish(
        title='Save "our" library', body="<p>It is <em>ours</em>.</p>", picture="a/b.png", picture_alt="Books"
    )
    text = browser.get(f"/{group.slug}/{page.slug}").text
    address = f"{site}/{group.slug}/{page.slug}"
    assert f'<link rel="canonical" href="{address}">' in text
    assert f'<meta property="og:url" content="{address}">' in text
    assert '<meta property="og:title" content="Save &#34;our&#34; library">' in text
    assert '<meta property="og:description" content="It is ours .">' in text
    assert f'<meta property="og:image" content="{site}/media/a/b.png">' in text
    assert '<img src="/media/a/b.png" alt="Books"' in text


@pytest.mark.parametrize("path", ["{}/", "/{}", "{}%20", "{upper}"])
def test_an_address_typed_a_little_wrong_still_arrives(browser, address, path):
    typed = path.format(address, upper=address.upper()).replace("//", "/")
    assert browser.get(typed).status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/{group}/no-such-page", "/no-such-group/x", "/no-such-group", "/{group}/%00", "/{group}/%ff", "/{group}/a%2Fb",
     "/{group}/" + "x" * 3000, "/{group}/save-the-library/more", "/{group}/..", "/{group}/<script>"],
)  # fmt: skip
def test_a_wrong_address_gets_a_page_in_the_visitors_language(browser, group, path):
    answer = browser.get(path.format(group=group.slug), accept_language="es-MX,es;q=0.9")
    assert answer.status_code == 404
    assert "Aquí no hay ninguna página" in answer.text
    assert "no-store" in answer.headers["Cache-Control"]


def test_charlies_group_does_not_have_bobs_pages(browser, group, petition):
    assert browser.get(f"/charlies-group/{petition.slug}").status_code == 404


def test_signing_twice_counts_once_and_thanks_once(browser, aws, petition, address):
    email = f"ada-{petition.id[-8:]}@example.org"
    for spelled in (email, f" {email.upper()} "):
        browser.post(address, ADA | {"email": spelled})
    aws.handle("submissions", take_action.record_all)
    aws.handle("mail", deliver.deliver_all)
    assert "1 person has signed." in browser.get(address).text
    [thanks] = aws.inbox(email)
    assert thanks["subject"] == "Thank you for signing “Save the library”"
    assert thanks["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_the_link_in_the_thank_you_email_lets_ada_leave(browser, aws, site, petition, address):
    email = f"eve-{petition.id[-8:]}@example.org"
    browser.post(address, ADA | {"email": email})
    aws.handle("submissions", take_action.record_all)
    aws.handle("mail", deliver.deliver_all)
    link = aws.inbox(email)[0]["headers"]["List-Unsubscribe"].strip("<>").removeprefix(site)
    assert "Unsubscribe from Friends of the Library?" in browser.get(link).text
    answer = browser.post(link, body=b"List-Unsubscribe=One-Click")
    assert "You are unsubscribed" in answer.text


def test_signatures_in_a_spike_read_the_page_once(browser, address, accepted):
    with watching("dynamodb", "BatchGetItem") as asked:
        for number in range(5):
            fields = {"email": f"ada{number}@example.org", "name": "Ada Lovelace"}
            assert browser.post(address, fields).status_code == 303
    assert len(asked) == 1
    assert len(accepted()) == 5
