"""What a payment is made with, as far as Stripe shows it: of a card its last digits and its last month."""

import msgspec


class Card(msgspec.Struct, frozen=True):
    exp_month: int = 0
    exp_year: int = 0
    last4: str | None = None

    @property
    def ends(self) -> str:
        """`2027-09`, '' where Stripe does not say."""
        return f"{self.exp_year}-{self.exp_month:02}" if self.exp_year else ""


class Method(msgspec.Struct, frozen=True):
    """`card`: None of what is no card."""

    card: Card | None = None
