"""Compares a month of a group's gifts with Stripe: `make reconcile STAGE=prod GROUP=riverside MONTH=2026-11`.

With your own AWS credentials, through the product's own functions. Ends with 1 when something differs; MEND=1 looks at
Stripe again for whatever does, and compares once more.
"""

import argparse
import sys
from collections.abc import Iterator

from chalicelib import clock
from chalicelib.giving import money, months, reconcile, reconcile_recurring
from chalicelib.giving.difference import WORDS, Difference
from chalicelib.giving.months import Month
from chalicelib.giving.reconcile import Compared
from chalicelib.giving.stripe_gateway import Later, Refused
from chalicelib.network import store
from chalicelib.network.group import Group
from infra.group import CannotMake, work_on


def main() -> None:
    options = _read_options()
    try:
        work_on(options.stage)
        agrees = run(options.group, options.month, mend=options.mend)
    except CannotMake as problem:
        sys.exit(str(problem))
    except (Later, Refused) as problem:
        sys.exit(f"Stripe does not answer as it should, nothing was compared: {problem}")
    sys.exit(0 if agrees else 1)


def run(slug: str, name: str, *, mend: bool = False) -> bool:
    """Print the comparison; whether everything agrees (in the end). Raises CannotMake."""
    group, month = _group(slug), months.named(name, clock.now())
    if month.name != name:
        raise CannotMake(f"`{name}` is no month. Write it like 2026-11.")
    parts, differences = _compare(group, month)
    if mend and differences:
        print(f"{reconcile.mend(differences)} of {len(differences)} looked at again.")
        parts, differences = _compare(group, month)
    for line in _lines(month, parts, differences):
        print(line)
    return not differences


def _compare(group: Group, month: Month) -> tuple[list[Compared], tuple[Difference, ...]]:
    """The payments part by part, and all that differs, with the recurring donations as they are now."""
    parts = list(_parts(group, month))
    differences = tuple(difference for part in parts for difference in part.differences)
    return parts, differences + reconcile_recurring.compare(group)


def _parts(group: Group, month: Month) -> Iterator[Compared]:
    """The latest first, until the month's beginning."""
    until = month.until
    while until > month.since:
        part = reconcile.compare(group, month.since, until, patient=True)
        yield part
        until = part.since


def _lines(month: Month, parts: list[Compared], differences: tuple[Difference, ...]) -> Iterator[str]:
    yield f"{month.name} (UTC)"
    for where, number, sums in (
        ("at Stripe", sum(part.theirs for part in parts), [part.their_sums for part in parts]),
        ("here", sum(part.ours for part in parts), [part.our_sums for part in parts]),
    ):
        currencies = sorted({currency for each in sums for currency in each})
        left = [f"{money.plain(sum(each.get(name, 0) for each in sums), name)} {name}" for name in currencies]
        yield f"{where}: {number} payments, {', '.join(left) or 'nothing'} left after what went back"
    yield f"{sum(part.others for part in parts)} more on this account did not come through Muster"
    for account in sorted({account for part in parts for account in part.unseen}):
        yield f"{account}: the group's before, left out, because Stripe does not let us see it any more"
    for each in differences:
        ours, theirs = (money.plain(amount, each.currency) for amount in (each.ours, each.theirs))
        yield f"{each.stripe_id}: {WORDS[each.kind]}: here {ours}, at Stripe {theirs} {each.currency}"
    yield f"{len(differences)} differ" if differences else "everything agrees"


def _group(slug: str) -> Group:
    target = store.find_name(slug)
    group = store.find_group(target.group) if target and not target.page else None
    if group is None:
        raise CannotMake(f"There is no group at /{slug}.")
    return group


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="infra.reconcile", description="Compare a month of gifts with Stripe.")
    parser.add_argument("--stage", required=True)
    parser.add_argument("--group", required=True, help="where its pages are: /group")
    parser.add_argument("--month", required=True, help="2026-11")
    parser.add_argument("--mend", action="store_true", help="look at Stripe again for whatever differs")
    return parser.parse_args()


if __name__ == "__main__":
    main()
