"""What may stand on the `mail` queue: single emails of our own, by name. The words are written when they are sent."""

from enum import StrEnum

import msgspec

from chalicelib import queues


class ThankYou(msgspec.Struct, frozen=True, tag="thank_you"):
    """To a person who took action: once for each page, and `again` for what its type thanks for anew."""

    group: str
    page: str
    person: str
    again: str = ""


class PageNews(msgspec.Struct, frozen=True, tag="page_news"):
    """To a person who took action, about `news` that only its type knows: once for each `about`."""

    news: str
    group: str
    page: str
    person: str
    about: str


class SignInLink(msgspec.Struct, frozen=True, tag="sign_in_link"):
    """To an organizer who asked to sign in."""

    email: str
    token: str
    language: str = "en"


class Confirm(msgspec.Struct, frozen=True, tag="confirm"):
    """To an address that somebody entered on a page: is it you? `token` leads to what they typed."""

    group: str
    page: str
    email: str
    token: str


class TestSend(msgspec.Struct, frozen=True, tag="test_send"):
    """A draft mailing, to an organizer, filled in as if for `person` ('' for an invented one). `variant`: a letter."""

    group: str
    mailing: str
    to: str
    id: str
    person: str = ""
    variant: str = ""


class Notice(msgspec.Struct, frozen=True, tag="notice"):
    """To an address that an organizer named: who acted on a page in one window of five minutes."""

    group: str
    page: str
    window: int
    to: str


class Letters(msgspec.Struct, frozen=True, tag="letters"):
    """The letters that a supporter wrote on a page: each is put on the queue by itself."""

    group: str
    page: str
    person: str

    @property
    def whose(self) -> str:
        return f"letters-{self.group}"


class Letter(msgspec.Struct, frozen=True, tag="letter"):
    """One letter of a supporter's, to one target of the page. It waits here until its turn comes."""

    group: str
    page: str
    person: str
    target: str

    @property
    def whose(self) -> str:
        """Thousands may wait, and nobody's thank-you waits behind them."""
        return f"letters-{self.group}"


class GiftWord(StrEnum):
    """What a donor is written to about. `card`: it ends soon; `part`: one of a gift to several groups failed.

    `begun`: a recurring donation that is taken for the first time later.
    """

    RECEIPT = "receipt"
    REFUNDED = "refunded"
    FAILED = "failed"
    CARD = "card"
    BEGUN = "begun"
    CHANGED = "changed"
    LINK = "link"
    STATEMENT = "statement"
    PART = "part"


class GiftNews(msgspec.Struct, frozen=True, tag="gift_news"):
    """To a donor, once for each `about`. `donation`: the id of one, be it recurring; '' of all in a year."""

    news: GiftWord
    group: str
    person: str
    donation: str
    about: str

    @property
    def whose(self) -> str:
        """Statements are thousands at once, and no receipt waits behind them."""
        return f"statements-{self.group}" if self.news == GiftWord.STATEMENT else ""


SingleEmail = GiftNews | ThankYou | PageNews | SignInLink | Confirm | TestSend | Notice | Letters | Letter


def send_later(email: SingleEmail) -> None:
    queues.send("mail", email)
