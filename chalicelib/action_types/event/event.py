"""An event: when and where, how many can come, and what those who come are told."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from chalicelib import clock, config, texts, wall_time
from chalicelib.action_types.event import attend, listing, when
from chalicelib.action_types.event import settings as rules
from chalicelib.action_types.event.attend import Attendance, Held
from chalicelib.action_types.event.settings import Settings
from chalicelib.actions.action_page import ActionPage, Ask
from chalicelib.actions.action_type import ActionType, AskBack, Onward, Refused, Words
from chalicelib.actions.find_page import PublicPage
from chalicelib.actions.question import Question, QuestionType
from chalicelib.actions.seats import Seat, Standing
from chalicelib.actions.store import Action
from chalicelib.actions.submission import Problem, Submission
from chalicelib.network.group import Group
from chalicelib.people.person import Person

# What each email about an event says.
_TOLD = {
    "promoted": {"subject": "event.promoted_subject", "heading": "event.promoted", "text": "event.promoted_text"},
    "reminder": {"subject": "event.reminder_subject", "heading": "event.reminder", "text": "event.reminder_text"},
    "called_off": {"subject": "event.off_subject", "heading": "event.off", "text": "event.off_email_text"},
}
_WAITING = {"subject": "event.waiting_subject", "heading": "event.waiting_thanks", "text": "event.waiting_text"}
_FULL = {"heading_name": "event.waiting_heading", "button_name": "event.waiting_button"}


class Event(ActionType[Settings]):
    name = "event"
    words = Words(
        one="event",
        what="When and where, who comes, and a waiting list when it is full",
        action="RSVP",
        actions="RSVPs",
        actors="people",
        act="RSVP",
        did="Said they come to",
    )
    settings = Settings
    title_hint = "What happens, in one line: “Town hall on the library”"
    text_label = "About the event"
    text_hint = "What it is for, who speaks, what to bring"
    aims = False
    asks = {"name": Ask.REQUIRED, "zip_code": Ask.OPTIONAL}  # noqa: RUF012  (never written to)
    columns: Sequence[str] = ("standing", "seats", "checked_in_utc")
    writes_to_all = True
    thanks_templates = {"thanks": "public/thanks.html", "waiting": "event/waiting.html"}  # noqa: RUF012
    problem_words = {  # noqa: RUF012
        Problem("starts", "missing"): "Say when it starts",
        Problem("ends", "missing"): "Say when it ends",
        Problem("starts", "wrong"): "Choose a day and a time for the start",
        Problem("ends", "wrong"): "Choose a day and a time for the end",
        Problem("starts", "no_such_time"): "That start does not exist: the clocks go forward then. Choose another time",
        Problem("ends", "no_such_time"): "That end does not exist: the clocks go forward then. Choose another time",
        Problem("ends", "before"): "Choose an end that is after the start",
        Problem("zone", "wrong"): "Choose a time zone",
        Problem("form", "wrong"): "Choose whether people come or connect",
        Problem("place", "missing"): "Say where it is",
        Problem("link", "missing"): "Give the link under which people connect",
        Problem("link", "wrong"): "Write a whole link, like https://meet.example.org/library",
        Problem("capacity", "wrong"): "Write a whole number of seats, like 80",
        Problem("guests", "wrong"): f"Write how many guests each may bring, {rules.MOST['guests']} at most",
        Problem("remind", "wrong"): f"Write how many hours before the start, {rules.MOST['remind']} at most",
    }

    zones = staticmethod(wall_time.zones)

    def read_settings(self, fields: Mapping[str, str], before: Settings) -> Settings | list[Problem]:
        return rules.read(fields, before)

    def typed(self, own: Settings) -> dict[str, str]:
        return rules.typed(own)

    def not_ready(self, page: ActionPage) -> Sequence[Problem]:
        return rules.not_ready(self.settings_of(page))

    def takes(self, page: ActionPage) -> bool:
        own = self.settings_of(page)
        return page.is_open and not own.called_off and not own.is_over(clock.now())

    def changed(self, page: ActionPage) -> None:
        if page.is_open:
            attend.change(page)
        listing.keep(page)

    def copied(self, own: Settings) -> Settings:
        return msgspec.structs.replace(own, called_off=0, called_off_text="", listed_as="")

    def questions(self, page: ActionPage) -> tuple[Question, ...]:
        asked, most = super().questions(page), self.settings_of(page).guests
        if not most:
            return asked
        numbers = tuple(str(number) for number in range(most + 1))
        label = texts.say(page.language, "event.guests")
        return (*asked, Question(id="guests", label=label, type=QuestionType.DROPDOWN, choices=numbers))

    def page_values(self, public: PublicPage) -> dict[str, Any]:
        own = self.settings_of(public.page)
        values: dict[str, Any] = {"when": told(public.page), "over": own.is_over(clock.now()), "left": None}
        if not (own.capacity and self.takes(public.page)):
            return values
        left = attend.left(own.kinds[0], attend.room(public.page))
        return values | {"left": left} | (_FULL if not left and own.waiting else {})

    def results(self, page: ActionPage) -> dict[str, Any]:
        return {"own": self.settings_of(page), "takes_place": told(page), "attendance": tally(attend.each(page))}

    def cells(self, page: ActionPage) -> Callable[[Action], Sequence[str]]:
        seats = {one.seat.whose: _cells(one.seat) for one in attend.each(page)}
        return lambda action: seats.get(action.person, ("",) * len(self.columns))

    def accept(self, public: PublicPage, submission: Submission) -> Submission | Refused | AskBack | Onward:
        """A seat, or a place in the waiting list, before anybody is thanked; the form may be days old."""
        own = self.settings_of(public.page)
        if own.called_off or own.is_over(clock.now()):
            return Refused("over")
        seats = 1 + int(str(submission.answers.get("guests", "0")))
        claimed = attend.claim(public.page, submission.person, own.kinds[0], seats)
        if claimed.refused or claimed.seat is None:
            return Refused("over" if claimed.refused == "shut" else claimed.refused)
        kept = {**submission.own, "standing": str(claimed.seat.standing), "claim": claimed.seat.claim}
        return msgspec.structs.replace(submission, own=kept)

    def thanks_at(self, submission: Submission) -> str:
        return "waiting" if submission.own.get("standing") == Standing.WAITING else "thanks"

    def thanked_for(self, submission: Submission) -> str:
        return submission.own.get("claim", "")

    def thank_you(self, group: Group, page: ActionPage, person: Person) -> dict[str, Any] | None:
        own, has = self.settings_of(page), _has(page, person)
        if not has or own.called_off:
            return None
        return _facts(group, page, own, has) | ({} if is_seated(has) else _WAITING)

    def to_be_told(self, page: ActionPage, news: str, about: str) -> Iterable[str]:
        if not self._is_true(page, news, about):
            return ()
        return dict.fromkeys(one.seat.whose for one in attend.each(page) if _concerns(page, one.seat, news))

    def told(self, group: Group, page: ActionPage, person: Person, news: str, about: str) -> dict[str, Any] | None:
        held = [one for one in attend.all_held(page, person.id) if _concerns(page, one.seat, news)]
        about_whom = [one for one in held if news != "promoted" or one.seat.claim == about]
        if not about_whom or not self._is_true(page, news, about):
            return None
        return _facts(group, page, self.settings_of(page), _has(page, person) or held) | _TOLD[news]

    def _is_true(self, page: ActionPage, news: str, about: str) -> bool:
        own = self.settings_of(page)
        if news == "called_off":
            return bool(own.called_off) and about == str(int(own.called_off))
        still = not own.called_off and clock.now() < own.starts
        return still and (news == "promoted" or about == own.reminder)


def told(page: ActionPage) -> str:
    """When it is; '' while nobody has said so."""
    own = rules.settings_of(page)
    return when.told(page.language, own.starts, own.ends, own.zone) if own.starts and own.ends else ""


def tally(held: Iterable[Held]) -> dict[str, int]:
    """People by standing, seats with guests, and how many of the seated are here."""
    seats = [one.seat for one in held]
    counts = {str(each): len({seat.whose for seat in seats if seat.standing == each}) for each in Standing}
    seated = [seat for seat in seats if seat.standing == Standing.SEATED]
    here = {seat.whose for seat in seated if seat.here}
    return counts | {"seats": sum(seat.seats for seat in seated), "here": len(here)}


def is_seated(has: Iterable[Held]) -> bool:
    return any(one.seat.standing == Standing.SEATED for one in has)


def _has(page: ActionPage, person: Person) -> list[Held]:
    has = (Standing.SEATED, Standing.WAITING)
    return [one for one in attend.all_held(page, person.id) if one.seat.standing in has]


def _concerns(page: ActionPage, seat: Seat, news: str) -> bool:
    """That it does not take place also concerns those whose money went back for that reason a moment ago."""
    if news != "called_off" or seat.standing == Standing.SEATED:
        return seat.standing == Standing.SEATED
    back = seat.person and seat.standing == Standing.CANCELLED and seat.at >= rules.settings_of(page).called_off
    return seat.standing == Standing.WAITING or bool(back)


def _facts(group: Group, page: ActionPage, own: Settings, has: Sequence[Held]) -> dict[str, Any]:
    """What every email about an event shows: the link and the instructions only to those who have a seat.

    Only what was not paid for is given back by a link.
    """
    address = f"{config.public_url()}/{group.slug}/{page.slug}"
    cancel = f"{address}/cancel/{attend.token(Attendance(page.group, page.id, has[0].seat.whose))}"
    return {
        "own": own,
        "when": told(page),
        "has": has,
        "comes": is_seated(has) and not own.called_off,
        "seats": sum(one.seat.seats for one in has if one.seat.standing == Standing.SEATED),
        "calendar_link": f"{address}/event.ics",
        "cancel_link": "" if all(one.seat.person for one in has) else cancel,
    }


def _cells(seat: Seat) -> tuple[str, str, str]:
    return str(seat.standing), str(seat.seats), checked_in(seat.here)


def checked_in(at: float) -> str:
    """When somebody was checked in, in UTC, as exports say it; '' of who was not."""
    return wall_time.written(at, "UTC").replace("T", " ") if at else ""
