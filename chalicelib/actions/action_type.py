"""What the house asks of a type of action page. Each type answers in a folder of `chalicelib/action_types/`."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

from chalicelib.actions.action_page import ActionPage, Ask
from chalicelib.actions.find_page import PublicPage
from chalicelib.actions.question import Question
from chalicelib.actions.store import Action
from chalicelib.actions.submission import Answers, Fields, Problem, Submission
from chalicelib.giving.donation import Donation
from chalicelib.network.group import Group
from chalicelib.people.person import Person

Settings = TypeVar("Settings", bound=msgspec.Struct)
# Values of a field with what is shown for each.
Choices = Sequence[tuple[str, str]]


class Words(NamedTuple):
    """How the console speaks of a type and of what people do there: `3 signatures`, `New signers`, `sign`, `Signed`."""

    one: str
    what: str
    action: str
    actions: str
    actors: str
    act: str
    did: str = "Acted on"


class Refused(NamedTuple):
    """Why nothing could be accepted, though it was filled in well; names the text `<type>.refused.<reason>`."""

    reason: str


class AskBack(NamedTuple):
    """The page again, with `values` for `page.html`: what could only be asked now. Nothing is recorded by that."""

    values: Mapping[str, Any]
    problems: Sequence[Problem] = ()


class Onward(NamedTuple):
    """Accepted, and to be finished elsewhere: where they are led. It is recorded once it is finished."""

    url: str


class Bought(NamedTuple):
    """What a receipt says of what was paid for: rows of labels and words, some text, and where to go from there."""

    rows: Sequence[tuple[str, str]]
    text: str
    link: str


class NoSettings(msgspec.Struct, frozen=True):
    """Of a type that has nothing to set beyond what every page has."""


class ActionType(Generic[Settings]):
    """A type; its own rules override these. Settings are what only its organizers set, checked and frozen."""

    name: str
    words: Words
    settings: type[Settings]
    # How to write a good title, in an example.
    title_hint = "What it is about, in one line"
    # What its text is called in the editor, and what belongs into it.
    text_label = "Why it matters"
    text_hint = "What happens, whom it hurts, and what you ask for"
    # What is asked about the person, beside the email address.
    asks: Mapping[str, Ask] = {"name": Ask.REQUIRED, "zip_code": Ask.OPTIONAL}
    # What it asks also of those whom we recognise, because what the page then shows follows from it.
    asks_anew: Collection[str] = ()
    # What its own problems are called in the console.
    problem_words: Mapping[Problem, str] = {}
    # What the export has beside what it has of every type, in order; `cells` fills it.
    columns: Sequence[str] = ()
    # True where the organizer's own questions are what the page is about.
    is_about_questions = False
    # True where a thermometer fills towards the next round number when the organizer set no goal.
    aims = True
    # False for a page that only leads to others.
    takes_submissions = True
    # Where those who acted are led, by the last part of the address (`thanks_at`), and what is shown there.
    thanks_templates: Mapping[str, str] = {"thanks": "public/thanks.html"}
    # True where people need the email about what they did: it also goes to those who joined no list.
    writes_to_all = False

    def settings_of(self, page: ActionPage) -> Settings:
        return msgspec.convert(page.own, self.settings)

    def read_settings(self, fields: Mapping[str, str], before: Settings) -> Settings | list[Problem]:
        """What an organizer typed into `editor.html`; `before` is what was saved last."""
        return before

    def typed(self, settings: Settings) -> dict[str, str]:
        """Saved settings as the fields of `editor.html` hold them."""
        return {name: str(value) for name, value in msgspec.to_builtins(settings).items()}

    def not_ready(self, page: ActionPage) -> Sequence[Problem]:
        """What must be mended before this page is published, beyond its title."""
        return ()

    def takes(self, page: ActionPage) -> bool:
        """Whether people can act there now."""
        return page.is_open

    def changed(self, page: ActionPage) -> None:
        """What follows a page that was saved, published or closed. It may come twice."""

    def copied(self, settings: Settings) -> Settings:
        """The settings of a new page that says the same."""
        return settings

    def questions(self, page: ActionPage) -> tuple[Question, ...]:
        """What the form asks beside the person's own particulars, in order."""
        return page.questions

    def editor_values(self, page: ActionPage) -> dict[str, Any]:
        """What `editor.html` and `more.html` need to know beyond the page and what is typed."""
        return {}

    def asks_more(self, public: PublicPage) -> Mapping[str, Ask]:
        """What its form asks about the person whatever the organizer chose, because something else demands it."""
        return {}

    def in_short(self, public: PublicPage, fields: Fields) -> Sequence[tuple[str, str]]:
        """What a form asks for beyond who sends it, for whoever has to confirm it: a label and words."""
        return ()

    def prefilled(self, public: PublicPage, query: Mapping[str, str]) -> Fields:
        """What is filled in already because the page's address says so: the same for everyone who has that address."""
        return {}

    def knows(self, public: PublicPage, person: Person) -> Mapping[str, str]:
        """Answers to what only this type's form asks, by field, that somebody gave before and the page would take.

        They go with the form of whom we recognise, and are shown to nobody.
        """
        return {}

    def choices_for(self, public: PublicPage, person: Person) -> Mapping[str, Choices]:
        """By field, what somebody whom we recognise may choose from in place of the usual. They are shown it."""
        return {}

    def read_own(self, public: PublicPage, fields: Fields) -> Mapping[str, str] | list[Problem]:
        """What only this type's form asks, checked: kept with the action as its `own`."""
        return {}

    def counted(self, own: Mapping[str, str]) -> Mapping[str, int]:
        """What an action adds to the page's counters beside itself; taken back when somebody acts anew."""
        return {}

    def cells(self, page: ActionPage) -> Callable[[Action], Sequence[str]]:
        """What stands under `columns` for an action."""
        return lambda action: ()

    def page_values(self, public: PublicPage) -> dict[str, Any]:
        """What `page.html` needs to know beyond the page, or in place of what every page is told."""
        return {}

    def results(self, page: ActionPage) -> dict[str, Any]:
        """What `results.html` needs to know beyond what every page's results show, or in place of it."""
        return {}

    def complete(self, public: PublicPage, answers: Answers, fields: Fields) -> Mapping[str, str] | AskBack | Refused:
        """What goes with good answers, as far as it takes looking up, or the next question; kept as `read_own` is."""
        return {}

    def accept(self, public: PublicPage, submission: Submission) -> Submission | Refused | AskBack | Onward:
        """The last word before a submission is accepted, such as taking a seat. It may come twice for one person."""
        return submission

    def takes_money(self, public: PublicPage) -> bool:
        """Whether whoever acts is led on to pay: such a form is guarded with more care."""
        return False

    def paid(self, page: ActionPage, person: str, donation: str, *, theirs: bool, open_still: bool) -> None:
        """What they pay for is theirs, or is not (any more). It may come twice, and in any order."""

    def bought(self, group: Group, page: ActionPage, donation: Donation) -> Bought | None:
        """What they have for it; None when it is not theirs (any more)."""
        return None

    def thanks_at(self, submission: Submission) -> str:
        """The last part of the address to which whoever acted is led."""
        return "thanks"

    def recorded(self, submission: Submission) -> None:
        """What follows an action once it is written down. It may come twice."""

    def thanked_for(self, submission: Submission) -> str:
        """What makes this another thank-you email than the last; '': one for each person, however often they act."""
        return ""

    def thank_you(self, group: Group, page: ActionPage, person: Person) -> dict[str, Any] | None:
        """What `email.html` and `email.txt` need to know, and `subject`, `heading` or `text` where other texts than the
        usual are meant, by their names. None: there is nothing to thank for any more.
        """
        return {}

    def to_be_told(self, page: ActionPage, news: str, about: str) -> Iterable[str]:
        """Who is written to about `news` of this page: ids of people. Nobody, when it is not true any more."""
        return ()

    def told(self, group: Group, page: ActionPage, person: Person, news: str, about: str) -> dict[str, Any] | None:
        """What the email about `news` says, with `subject`, `heading` and `text`, which name texts; None: not true."""
        return None
