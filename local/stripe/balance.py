"""What an account has by its payments, and what Stripe keeps of each."""

from local.stripe.account import Account, Thing


def settle(account: Account, charge: Thing) -> None:
    """2.9 % and 30 of the smallest unit, rounded half up, as an American card costs."""
    fee = (charge["amount"] * 29 + 500) // 1000 + 30
    made = make(account, "charge", charge, charge["amount"], fee)
    charge |= {"balance_transaction": made["id"]}


def make(account: Account, kind: str, source: Thing, amount: int, fee: int) -> Thing:
    return account.make(
        "balance_transaction",
        "txn_",
        amount=amount,
        available_on=account.now() + 2 * 86400,
        balance_type="payments",
        currency=source["currency"],
        fee=fee,
        fee_details=[],
        net=amount - fee,
        reporting_category=kind,
        source=source["id"],
        status="pending",
        type=kind,
    )
