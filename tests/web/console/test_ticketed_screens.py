"""Bob sells nothing yet: several kinds of tickets, free, some given by him only. Ada orders, changes, cancels."""

import csv
import io
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from cloud import Cloud
from hypothesis import given, settings
from hypothesis import strategies as st
from organizers import Browser, Organizer, everything, published, saved, written

from chalicelib import clock
from chalicelib.action_types.event import attend
from chalicelib.action_types.event.settings import Ticket, settings_of
from chalicelib.action_types.ticketed import tickets
from chalicelib.action_types.ticketed.order import order
from chalicelib.actions import keep_seats, seat_store, store, take_action
from chalicelib.actions.action_page import ActionPage
from chalicelib.actions.submission import Problem
from chalicelib.mailings import deliver
from chalicelib.people import store as people
from chalicelib.people.person import Subscription, person_id

SOON = datetime.fromtimestamp(clock.now(), UTC) + timedelta(days=3)
TYPED = {
    "title": "Library gala",
    "starts": f"{SOON:%Y-%m-%dT18:00}",
    "ends": f"{SOON:%Y-%m-%dT20:00}",
    "zone": "Europe/Berlin",
    "form": "in_person",
    "place": "Library",
    "language": "en",
    "ticket-0-name": "Front rows",
    "ticket-0-capacity": "2",
    "ticket-1-name": "Balcony",
    "ticket-1-capacity": "3",
    "ticket-1-most": "3",
    "ticket-2-name": "Guests of honour",
    "ticket-2-capacity": "1",
    "ticket-2-comp": "1",
}


@pytest.fixture
def gala(bob: Organizer, jobs: list[str]) -> ActionPage:
    return published(bob, written(bob, "ticketed", **TYPED))


@pytest.fixture
def ask(bob: Organizer, visitor: Browser, gala: ActionPage, aws: Cloud):
    """Somebody orders: so many of the front rows, so many of the balcony."""

    def send(name: str, front: object = 0, balcony: object = 0, page: ActionPage = gala):
        first, second, _ = settings_of(page).tickets
        numbers = {f"ticket-{first.id}": str(front), f"ticket-{second.id}": str(balcony)}
        fields = {"email": email_of(bob, name), "name": f"{name} Lovelace"} | numbers
        answer = visitor.post(f"/{bob.group.slug}/{page.slug}", fields)
        aws.handle("submissions", take_action.record_all)
        return answer

    return send


def email_of(bob: Organizer, name: str) -> str:
    return f"{name.lower()}@{bob.group.slug}.example.org"


def who(bob: Organizer, name: str) -> str:
    return person_id(bob.group.salt, email_of(bob, name))


def has(page: ActionPage, person: str) -> dict[str, tuple[str, int]]:
    held = attend.held(page, person)
    return {one.kind.name: (str(one.seat.standing), one.seat.seats) for one in held if one.seat.seats}


def test_the_page_says_what_is_left_of_each_kind(bob, visitor, gala, ask) -> None:
    ask("Ada", 1, 2)
    text = visitor.get(f"/{bob.group.slug}/{gala.slug}").text
    assert "Front rows 1 left" in text
    assert "Balcony 1 left" in text
    assert "Guests of honour" not in text


def test_ada_gets_all_that_she_asked_for_and_an_email_that_says_so(bob, gala, ask, aws) -> None:
    assert ask("Ada", 2, 1).status == 303
    assert has(gala, who(bob, "Ada")) == {"Front rows": ("seated", 2), "Balcony": ("seated", 1)}
    aws.handle("mail", deliver.deliver_all)
    [email] = aws.inbox(email_of(bob, "Ada"))
    assert email["subject"] == "Your tickets: “Library gala”"
    for part in (email["html"], email["text"]):
        assert "Front rows" in part
        assert "Balcony" in part
        assert "/cancel/" in part


def test_when_one_kind_is_not_enough_she_keeps_what_she_had_and_what_she_typed(bob, gala, ask) -> None:
    ask("Bea", 1, 0)
    ask("Ada", 0, 1)
    before = has(gala, who(bob, "Ada"))
    refused = ask("Ada", 2, 3)
    assert refused.status == 409
    assert "There are not enough tickets left" in refused.text
    assert "<option selected>3</option>" in refused.html
    assert has(gala, who(bob, "Ada")) == before == {"Balcony": ("seated", 1)}
    assert seat_store.room(attend.pool_of(gala, settings_of(gala).tickets[1].id)).taken == 1


def test_an_order_is_changed_by_sending_the_form_again(bob, gala, ask, aws) -> None:
    ask("Ada", 2, 1)
    ask("Ada", 0, 3)
    assert has(gala, who(bob, "Ada")) == {"Balcony": ("seated", 3)}
    assert ask("Bea", 2, 0).status == 303
    aws.handle("mail", deliver.deliver_all)
    assert len(aws.inbox(email_of(bob, "Ada"))) == 2


def test_who_is_late_waits_for_one_kind_and_moves_up(bob, ask, aws, jobs) -> None:
    page = published(bob, written(bob, "ticketed", **TYPED, waiting="1"))
    ask("Ada", 2, page=page)
    late = ask("Bea", 1, 1, page=page)
    assert late.location.partition("?")[0].endswith("/thanks")
    assert has(page, who(bob, "Bea")) == {"Front rows": ("waiting", 1), "Balcony": ("seated", 1)}
    ask("Cyd", 1, page=page)
    attend.stay_away(page, who(bob, "Ada"))
    assert has(page, who(bob, "Bea"))["Front rows"] == ("seated", 1)
    aws.handle("mail", deliver.deliver_all)
    subjects = [each["subject"] for each in aws.inbox(email_of(bob, "Bea"))]
    assert "You have a seat: “Library gala”" in subjects
    assert [each["subject"] for each in aws.inbox(email_of(bob, "Cyd"))][-1] == "You have a seat: “Library gala”"


def test_she_cancels_all_of_it_by_the_link_in_her_email(bob, visitor, gala, ask, aws) -> None:
    ask("Ada", 2, 1)
    aws.handle("mail", deliver.deliver_all)
    [email] = aws.inbox(email_of(bob, "Ada"))
    [link] = [word for word in email["text"].split() if "/cancel/" in word]
    path = "/" + link.split("/", 3)[3]
    assert "Your 3 seats go to somebody else." in visitor.get(path).text
    assert has(gala, who(bob, "Ada"))
    visitor.post(path)
    assert has(gala, who(bob, "Ada")) == {}


@pytest.mark.parametrize(
    ("front", "balcony", "said"),
    [
        (0, 0, "Choose at least one ticket"),
        (-1, 0, "Choose a number of “Front rows” from the menu"),
        (5, 0, "Choose a number of “Front rows” from the menu"),
        (0, 4, "Choose a number of “Balcony” from the menu"),
        ("٢", 0, "Choose a number of “Front rows” from the menu"),
        ("1e1", 0, "Choose a number of “Front rows” from the menu"),
    ],
)
def test_a_number_that_is_none(bob, gala, ask, front, balcony, said) -> None:
    answer = ask("Ada", front, balcony)
    assert answer.status == 422
    assert said in answer.text
    assert has(gala, who(bob, "Ada")) == {}


def test_nobody_orders_what_only_bob_gives(bob, visitor, gala, aws) -> None:
    comp = settings_of(gala).tickets[2]
    fields = {"email": email_of(bob, "Eve"), "name": "Eve", f"ticket-{comp.id}": "1"}
    assert visitor.post(f"/{bob.group.slug}/{gala.slug}", fields).status == 422
    assert has(gala, who(bob, "Eve")) == {}


def test_bob_gives_a_ticket_and_it_joins_nobody_to_a_list(bob, gala, ask, aws) -> None:
    comp = settings_of(gala).tickets[2]
    at = f"/console/actions/{gala.id}/give-ticket"
    given = {"email": email_of(bob, "Grace"), "name": "Grace Hopper", "ticket": comp.id, "number": "1"}
    assert bob.post(at, given).location.endswith("?done=ticket-given")
    aws.handle("submissions", take_action.record_all)
    aws.handle("mail", deliver.deliver_all)
    grace = people.find(bob.group.id, who(bob, "Grace"))
    assert grace
    assert grace.subscription == Subscription.OUTSIDE
    assert [each["subject"] for each in aws.inbox(email_of(bob, "Grace"))] == ["Your tickets: “Library gala”"]
    assert bob.post(at, given | {"email": email_of(bob, "Bea")}).location.endswith("?done=ticket-none-left")
    results = bob.get(f"/console/actions/{gala.id}").text
    assert "Guests of honour Complimentary 1 1 0" in results
    attendance = bob.get(f"/console/actions/{gala.id}/attendance").text
    assert "Grace Hopper" in attendance
    assert "1 Guests of honour" in attendance


def test_giving_somebody_more_keeps_what_they_ordered(bob, gala, ask, aws) -> None:
    ask("Ada", 1, 0)
    comp = settings_of(gala).tickets[2]
    given = {"email": email_of(bob, "Ada"), "ticket": comp.id, "number": "1"}
    bob.post(f"/console/actions/{gala.id}/give-ticket", given)
    aws.handle("submissions", take_action.record_all)
    assert has(gala, who(bob, "Ada")) == {"Front rows": ("seated", 1), "Guests of honour": ("seated", 1)}
    ada = people.find(bob.group.id, who(bob, "Ada"))
    assert ada
    assert (ada.full_name, ada.subscription) == ("Ada Lovelace", Subscription.SUBSCRIBED)
    [action] = store.find_many(gala.id, [ada.id])
    assert action.joins == (bob.group.id,)


@pytest.mark.parametrize(
    "wrong",
    [{"email": "no"}, {"number": "0"}, {"number": "-1"}, {"number": "٣"}, {"number": "100"}, {"ticket": "ffffffff"}],
)
def test_a_gift_that_is_none(bob, gala, wrong) -> None:
    right = {"email": email_of(bob, "Ada"), "ticket": settings_of(gala).tickets[0].id, "number": "1"}
    at = f"/console/actions/{gala.id}/give-ticket"
    assert bob.post(at, right | wrong).location.endswith("?done=ticket-wrong")
    assert has(gala, who(bob, "Ada")) == {}


def test_charlie_gives_no_tickets_of_bobs(bob, charlie, gala, ask) -> None:
    ask("Ada", 1)
    before = everything()
    given = {"email": "eve@example.org", "ticket": settings_of(gala).tickets[0].id, "number": "1"}
    for path in ("give-ticket", "check-in", "give-back", "call-off"):
        assert charlie.post(f"/console/actions/{gala.id}/{path}", given | {"person": who(bob, "Ada")}).status == 404
    assert everything() == before


def test_the_export_says_which_tickets(bob, gala, ask) -> None:
    ask("Ada", 2, 1)
    text = bob.get(f"/console/actions/{gala.id}/export").html
    [row] = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    assert (row["standing"], row["tickets"], row["seats"]) == ("seated", "Front rows 2; Balcony 1", "3")


def test_a_kind_that_is_taken_away_stays_with_who_holds_it(bob, visitor, gala, ask) -> None:
    ask("Ada", 1, 1)
    front, balcony, comp = settings_of(gala).tickets
    ids = {f"ticket-{number}-id": one.id for number, one in enumerate((front, balcony, comp))}
    changed = TYPED | ids | {"ticket-0-name": "", "ticket-0-capacity": "", "ticket-1-name": "Gallery"}
    assert bob.post(f"/console/actions/{gala.id}/edit", changed | {"opened": repr(gala.edited)}).status == 303
    now = saved(gala)
    assert has(now, who(bob, "Ada")) == {"Gallery": ("seated", 1), "Front rows": ("seated", 1)}
    assert "Front rows" not in visitor.get(f"/{bob.group.slug}/{gala.slug}").text
    assert "Front rows Not offered any more 1 2 0" in bob.get(f"/console/actions/{gala.id}").text


def test_without_tickets_it_is_not_published(bob) -> None:
    page = written(bob, "ticketed", **{name: text for name, text in TYPED.items() if not name.startswith("ticket")})
    refused = bob.post(
        f"/console/actions/{page.id}/edit",
        {k: v for k, v in TYPED.items() if not k.startswith("ticket")}
        | {"then": "publish", "opened": repr(page.edited)},
    )
    assert "Name at least one kind of ticket" in refused.text


WRONG_ROWS = [
    ({"ticket-0-about": "Something"}, [Problem("ticket-0-name", "missing")]),
    ({"ticket-0-name": "A", "ticket-0-capacity": "-1"}, [Problem("ticket-0-capacity", "wrong")]),
    ({"ticket-0-name": "A", "ticket-0-most": "21"}, [Problem("ticket-0-most", "wrong")]),
    ({"ticket-0-name": "x" * 61}, [Problem("ticket-0-name", "too_long")]),
    ({f"ticket-{n}-name": str(n) for n in range(21)}, [Problem("tickets", "too_many")]),
]


@pytest.mark.parametrize(("typed", "problems"), WRONG_ROWS)
def test_what_is_wrong_with_a_row(typed, problems) -> None:
    assert tickets.read(typed, [], "USD") == problems


def test_a_row_keeps_its_id_and_nobody_elses() -> None:
    before = [Ticket(id="aaaaaaaa", name="A"), Ticket(id="bbbbbbbb", name="B")]
    typed = {"ticket-0-id": "aaaaaaaa", "ticket-0-name": "New name", "ticket-1-id": "cccccccc", "ticket-1-name": "B"}
    read = [(one.id, one.name, one.gone) for one in tickets.read(typed, before, "USD") if isinstance(one, Ticket)]
    assert read == [("aaaaaaaa", "New name", ""), ("bbbbbbbb", "B", "")]
    again = tickets.read(tickets.typed(before, "USD"), before, "USD")
    assert [(one.id, one.name) for one in again if isinstance(one, Ticket)] == [("aaaaaaaa", "A"), ("bbbbbbbb", "B")]


def test_two_rows_never_share_an_id() -> None:
    before = [Ticket(id="aaaaaaaa", name="A")]
    typed = {"ticket-0-id": "aaaaaaaa", "ticket-0-name": "A", "ticket-1-id": "aaaaaaaa", "ticket-1-name": "A"}
    ids = [one.id for one in tickets.read(typed, before, "USD") if isinstance(one, Ticket)]
    assert len(set(ids)) == 2


def test_two_hundred_at_once_get_no_ticket_too_many(bob, gala) -> None:
    first, second, _ = settings_of(gala).tickets

    def one(number: int) -> str:
        wanted = {first.id: 1, second.id: number % 3}
        for _ in range(20):
            try:
                return order(gala, f"{number:032x}", wanted).refused
            except keep_seats.Crowded:
                continue
        return "crowded"

    with ThreadPoolExecutor(16) as pool:
        refused = list(pool.map(one, range(200)))
    assert "crowded" not in refused
    for ticket in (first, second):
        held = [one.seat for one in attend.each(gala) if one.kind == ticket]
        taken = seat_store.room(attend.pool_of(gala, ticket.id)).taken
        assert taken == sum(seat.seats for seat in held) <= ticket.capacity
    holders = {one.seat.holder for one in attend.each(gala) if one.seat.seats}
    assert holders == {f"{number:032x}" for number, why in enumerate(refused) if not why}


ORDERS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(0, 3)), max_size=12)


@settings(max_examples=15, deadline=None)
@given(ORDERS)
def test_whoever_is_refused_holds_what_they_held_and_others_what_they_asked(orders_page, asked) -> None:
    page = orders_page()
    first, second, _ = settings_of(page).tickets
    on_paper: dict[str, tuple[int, int]] = {}
    for person, front, balcony in asked:
        name = f"{person:032x}"
        before = on_paper.get(name, (0, 0))
        others = [sum(held[kind] for who_, held in on_paper.items() if who_ != name) for kind in (0, 1)]
        fits = (front <= before[0] or others[0] + front <= 2) and (balcony <= before[1] or others[1] + balcony <= 3)
        refused = order(page, name, {first.id: front, second.id: balcony}).refused
        assert bool(refused) == (not fits)
        on_paper[name] = (front, balcony) if fits else before
    held = {name: [0, 0] for name in on_paper}
    for one in attend.each(page):
        held[one.seat.holder][0 if one.kind == first else 1] = one.seat.seats
    assert {name: tuple(numbers) for name, numbers in held.items()} == on_paper


@pytest.fixture(scope="module")
def orders_page(aws: Cloud):
    """A new page for each example, without a console."""

    def make() -> ActionPage:
        before = [Ticket(id=clock.new_id()[-8:], name=name, capacity=most) for name, most in (("A", 2), ("B", 3))]
        own = {"tickets": [{"id": t.id, "name": t.name, "capacity": t.capacity} for t in (*before, Ticket(id="c"))]}
        own |= {"starts": clock.now() + 86400, "ends": clock.now() + 90000}
        return ActionPage(id=clock.new_id(), group=clock.new_id(), type="ticketed", created=clock.now(), own=own)

    return make
