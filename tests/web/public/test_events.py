"""Ada comes to Bob's event, with a guest; who is late waits; who cannot come makes room; nobody sits on two chairs."""

import pytest
from cloud import answering

from chalicelib import clock, lambdas
from chalicelib.action_types.event import attend
from chalicelib.action_types.event.attend import Attendance
from chalicelib.actions import seat_store, store, take_action, tell_people
from chalicelib.actions.action_page import Status
from chalicelib.mailings import deliver
from chalicelib.people import store as people
from chalicelib.people import subscription
from chalicelib.people.person import person_id

DAY = 86400
LINK = "https://meet.example.org/the-secret-room"


@pytest.fixture
def event(publish):
    """`event(capacity=1, waiting="1")`, three days from now."""

    def hold(slug="town-hall", status=Status.PUBLISHED, language="en", title="Town hall", **own):
        now = clock.now()
        known = {"starts": now + 3 * DAY, "ends": now + 3 * DAY + 7200, "zone": "America/New_York", "place": "Library"}
        return publish(type="event", slug=slug, title=title, status=status, language=language, own=known | own)

    return hold


@pytest.fixture
def rsvp(browser, group):
    def send(page, name="Ada", **fields):
        typed = {"email": address_of(group, name), "name": f"{name} Lovelace"}
        return browser.post(
            f"/{group.slug}/{page.slug}", typed | {f"question-{key}": value for key, value in fields.items()}
        )

    return send


@pytest.fixture
def look(browser, group):
    return lambda page, rest="": browser.get(f"/{group.slug}/{page.slug}{rest}")


@pytest.fixture
def mail(aws, group):
    """Do what waits on the queues, and give what somebody got, oldest first."""

    def read(name="Ada"):
        aws.handle("submissions", take_action.record_all)
        aws.handle("mail", deliver.deliver_all)
        return aws.inbox(address_of(group, name))

    return read


def address_of(group, name):
    return f"{name.lower()}@{group.slug}.example.org"


def who(group, name):
    return person_id(group.salt, address_of(group, name))


def held(page):
    return {seat.holder: (str(seat.standing), seat.seats) for seat in seat_store.each(attend.pool_of(page))}


def test_the_page_says_when_where_and_how_many_seats_are_left(event, look):
    page = event(capacity=80, address="1 Main St\nSpringfield", starts=1796511600, ends=1796518800)
    text = look(page).text
    assert "6:00 PM – 8:00 PM EST (America/New_York)" in text
    assert "1 Main St" in text
    assert "80 seats left." in text
    assert "/event.ics" in text


def test_a_spanish_event_speaks_spanish(event, look):
    page = event(language="es", capacity=1, starts=1796511600, ends=1796518800)
    assert "sábado 5 de diciembre de 2026, 18:00 – 20:00 EST" in look(page).text
    assert "Queda 1 plaza." in look(page).text


def test_ada_comes_and_brings_a_guest(event, rsvp, group, look):
    page = event(capacity=5, guests=2)
    assert rsvp(page, guests="1").headers["Location"].startswith(f"/{group.slug}/town-hall/thanks?code=")
    assert held(page) == {who(group, "Ada"): ("seated", 2)}
    assert "3 seats left." in look(page).text


@pytest.mark.parametrize("guests", ["3", "-1", "many"])
def test_more_guests_than_are_allowed(event, rsvp, guests):
    page = event(guests=2)
    assert rsvp(page, guests=guests).status_code == 422
    assert held(page) == {}


def test_a_form_from_before_it_was_full_is_refused_and_nothing_typed_is_lost(event, rsvp, look, accepted):
    page = event(capacity=1)
    rsvp(page, "Bea")
    accepted()
    answer = rsvp(page, "Ada")
    assert answer.status_code == 409
    assert "Every seat is taken" in answer.text
    assert 'value="Ada Lovelace"' in answer.text
    assert accepted() == []
    assert "Full: every seat is taken." in look(page).text


def test_who_is_late_waits_and_moves_up_when_somebody_cannot_come(event, rsvp, look, group, mail, browser):
    page = event(capacity=1, waiting="1", form="both", link=LINK)
    rsvp(page, "Ada")
    assert "Join the waiting list" in look(page).text
    late = rsvp(page, "Bea").headers["Location"]
    assert late.startswith(f"/{group.slug}/town-hall/waiting?code=")
    assert "You are on the waiting list" in browser.get(late).text
    [confirmed] = mail("Ada")
    [waits] = mail("Bea")
    assert confirmed["subject"] == "You are coming: “Town hall”"
    assert waits["subject"] == "You are on the waiting list: “Town hall”"
    assert LINK in confirmed["html"]
    assert LINK in confirmed["text"]
    assert LINK not in waits["html"] + waits["text"]
    [link] = [word for word in confirmed["text"].split() if "/cancel/" in word]
    path = "/" + link.split("/", 3)[3]
    assert "Your seat goes to somebody else." in browser.get(path).text
    assert held(page)[who(group, "Ada")][0] == "seated"
    assert browser.post(path).status_code == 303
    assert "Your RSVP is cancelled" in browser.get(path).text
    assert {name: held(page)[who(group, name)][0] for name in ("Ada", "Bea")} == {"Ada": "cancelled", "Bea": "seated"}
    _, promoted = mail("Bea")
    assert promoted["subject"] == "You have a seat: “Town hall”"
    assert LINK in promoted["text"]
    browser.post(path)
    assert len(mail("Bea")) == 2


def test_ada_sends_it_twice_and_once_more_with_other_guests(event, rsvp, group, mail):
    page = event(capacity=3, guests=3)
    for guests in ("1", "1", "2"):
        assert rsvp(page, guests=guests).status_code == 303
    assert held(page) == {who(group, "Ada"): ("seated", 3)}
    answer = rsvp(page, guests="3")
    assert (answer.status_code, "you keep what you had" in answer.text) == (409, True)
    assert held(page) == {who(group, "Ada"): ("seated", 3)}
    assert len(mail()) == 1


def test_whoever_comes_back_is_confirmed_again(event, rsvp, group, mail, browser):
    page = event()
    rsvp(page)
    assert len(mail()) == 1
    attend.stay_away(page, who(group, "Ada"))
    rsvp(page)
    assert len(mail()) == 2


def test_a_seat_is_not_lost_when_the_queue_fails(event, rsvp, group, mail):
    """The claim was made, the queue did not take it: who tries again has the same seat, and is recorded."""
    page = event(capacity=1)
    refused = {"Error": {"Code": "AccessDenied", "Message": "no"}}
    with answering("sqs", "SendMessage", refused):
        assert rsvp(page).status_code == 503
    assert rsvp(page).status_code == 303
    assert held(page) == {who(group, "Ada"): ("seated", 1)}
    assert len(mail()) == 1
    assert [action.person for action in store.each_of_page(page.id)] == [who(group, "Ada")]


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ({"starts": 1_700_000_000, "ends": 1_700_003_600}, "This event is over"),
        ({"called_off": 1_700_000_000, "called_off_text": "The roof leaks."}, "The roof leaks."),
    ],
)
def test_what_is_over_or_called_off_says_so_and_takes_nothing(event, rsvp, look, accepted, own, said):
    page = event(**own)
    seen, answer = look(page), rsvp(page)
    assert (seen.status_code, answer.status_code) == (200, 409)
    for shown in (seen, answer):
        assert said in shown.text
        assert "<form" not in shown.text
    assert (held(page), accepted()) == ({}, [])


def test_a_page_that_was_read_just_before_it_was_called_off_lets_nobody_in(event, rsvp, browser, accepted):
    page = event()
    rsvp(page, "Bea")
    accepted()
    seat_store.set_shut(attend.pool_of(page), True)
    assert rsvp(page, "Ada").status_code == 409
    assert accepted() == []


def test_the_link_stands_nowhere_in_public(event, rsvp, look):
    page = event(form="online", place="", link=LINK, instructions="Knock twice")
    there = rsvp(page).headers["Location"].rpartition("/")[2]
    for shown in (look(page), look(page, f"/{there}"), look(page, "/event.ics"), look(page, "/waiting")):
        assert shown.status_code == 200
        assert LINK not in shown.text
        assert "Knock" not in shown.text


def test_the_calendar_file(event, look, browser, group, publish):
    answer = look(event(), "/event.ics")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert "BEGIN:VEVENT\r\n" in answer.text
    assert browser.post(f"/{group.slug}/town-hall/event.ics").status_code == 405
    publish(slug="petition")
    publish(slug="someday", type="event")
    for slug in ("petition", "someday", "nothing"):
        assert browser.get(f"/{group.slug}/{slug}/event.ics").status_code == 404
    assert look(event(slug="draft", status=Status.DRAFT), "/event.ics").status_code == 404


def test_a_link_cancels_only_its_own(event, rsvp, look, browser, group):
    page, other = event(), event(slug="other")
    rsvp(page)
    token = attend.token(Attendance(group.id, page.id, who(group, "Ada")))
    stranger = attend.token(Attendance(clock.new_id(), page.id, who(group, "Ada")))
    for slug, bad in ((page.slug, token[:-1] + "x"), (page.slug, "x"), (other.slug, token), (page.slug, stranger)):
        assert browser.post(f"/{group.slug}/{slug}/cancel/{bad}").status_code == 404
    assert held(page) == {who(group, "Ada"): ("seated", 1)}
    answer = browser.get(f"/{group.slug}/{page.slug}/cancel/{token}")
    assert (answer.headers["Referrer-Policy"], answer.headers["Cache-Control"]) == ("no-referrer", "no-store")


def test_who_left_the_list_is_written_to_no_more(event, rsvp, group, mail):
    page = event()
    rsvp(page)
    mail()
    subscription.unsubscribe(group.id, who(group, "Ada"))
    attend.stay_away(page, who(group, "Ada"))
    rsvp(page)
    assert len(mail()) == 1


def test_who_joined_no_list_is_confirmed_all_the_same(event, rsvp, group, mail):
    page = event()
    store.change_page(page.group, page.id, opt_in=True)
    rsvp(page)
    assert len(mail()) == 1
    assert people.find(group.id, who(group, "Ada")).subscription == "outside"


def test_the_seated_are_reminded_once_and_only_of_the_right_time(event, rsvp, group, mail):
    page = event(capacity=1, waiting="1", link=LINK, form="online")
    rsvp(page, "Ada")
    rsvp(page, "Bea")
    assert [len(mail(name)) for name in ("Ada", "Bea")] == [1, 1]
    right = f"{int(page.own['starts'])}-24"
    for about in ("1-24", right.replace("-24", "-2"), right, right):
        tell_people.run(group.id, page.id, "reminder", about)
    [_, reminder] = mail("Ada")
    assert reminder["subject"] == "Soon: “Town hall”"
    assert LINK in reminder["text"]
    assert len(mail("Bea")) == 1


def test_everybody_learns_once_that_it_is_called_off(event, rsvp, group, mail, monkeypatch):
    page = event(capacity=1, waiting="1", link=LINK, form="online")
    for name in ("Ada", "Bea", "Cyd"):
        rsvp(page, name)
    attend.stay_away(page, who(group, "Cyd"))
    before = [len(mail(name)) for name in ("Ada", "Bea", "Cyd")]
    orders = []
    monkeypatch.setattr(lambdas, "start", lambda job, order: orders.append(order))
    found = store.find_page(group.id, page.id)
    called_off = attend.call_off(found, "The roof leaks.")
    attend.tell_called_off(called_off)
    for order in orders:
        tell_people.run(order["group"], order["page"], order["news"], order["about"])
    after = {name: mail(name) for name in ("Ada", "Bea", "Cyd")}
    assert [len(got) for got in after.values()] == [before[0] + 1, before[1] + 1, before[2]]
    assert "The roof leaks." in after["Ada"][-1]["text"]
    assert LINK not in after["Ada"][-1]["html"]
    attend.stay_away(called_off, who(group, "Ada"))
    assert held(page)[who(group, "Bea")][0] == "waiting"
