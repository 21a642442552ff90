"""What a million emails and a million submissions cost beside SES's fee, from requests really counted."""

from collections import Counter

from benchmarks import in_process, sending
from benchmarks.lists import fill
from benchmarks.rows import Row
from chalicelib.actions import store as actions
from chalicelib.actions import take_action
from chalicelib.actions.action_page import ActionPage, Status
from chalicelib.actions.find_page import PublicPage
from chalicelib.actions.submission import Answers
from chalicelib.actions.take_action import Sent
from chalicelib.mailings import send, sweep

EMAILS, SUBMISSIONS = 5_000, 1_000
MILLION = 1_000_000

# us-east-1, on demand, dollars each.
_WRITE, _READ = 0.625 / MILLION, 0.125 / MILLION
_PRICES = {
    "sqs": 0.40 / MILLION,
    "s3.GetObject": 0.40 / MILLION,
    "s3.PutObject": 5.00 / MILLION,
    "lambda.Invoke": 0.20 / MILLION,
}
_LAMBDA_SECOND = 0.0000133334 * 0.5  # 512 MB on arm64
_GATEWAY = 3.50 / MILLION


def rows() -> list[Row]:
    with in_process.stack():
        emails, signed = _emails(), submissions()
    return [
        Row("1M emails, beside SES's fee", f"${emails[0]:.2f}", f"{emails[1]}; naive $10.79", "≤ $1"),
        Row("1M submissions, email aside", f"${signed[0]:.2f}", f"{signed[1]}; naive $14.58", "≤ $7"),
    ]


def _emails() -> tuple[float, str]:
    group = in_process.group()
    fill(group, EMAILS)
    with in_process.counted() as counts:
        mailing, _ = sending.planned(group)
        in_process.handle("sends", send.send_all)
        sweep.run(group.id, mailing.id)
    # Fifty a call at about 0.5 s of waiting for SES, and two facts a chunk that events bring later.
    chunks = EMAILS / 50
    seconds, later = chunks * 0.55 * _LAMBDA_SECOND, chunks * 2 * _WRITE
    return _per_million(counts, EMAILS, seconds + later, read_items=2 * EMAILS + EMAILS / 8)


def submissions() -> tuple[float, str]:
    """Dollars for a million, and what the requests were; within `in_process.stack`."""
    group = in_process.group()
    page = ActionPage(
        id="0" * 32, group=group.id, type="petition", slug="p", title="P", created=0, status=Status.PUBLISHED
    )
    actions.add_page(page)
    public = PublicPage(group, page, 0)
    with in_process.counted() as counts:
        for number in range(SUBMISSIONS):
            answers = Answers(email=f"s{number}@{group.slug}.example.org", name="Ada Lovelace", zip_code="02139")
            take_action.accept_later(public, Sent(answers), {})
        in_process.handle("submissions", take_action.record_all)
    # A signature is a GET from the cache and a POST through API Gateway; its action has an index entry (one unit more).
    web = SUBMISSIONS * (_GATEWAY + 0.02 * _LAMBDA_SECOND + 0.20 / MILLION + _WRITE)
    # Lambda takes a hundred at once where this run took ten: the batch's own requests count a tenth.
    return _per_million(counts, SUBMISSIONS, web, read_items=SUBMISSIONS * 4)


def _per_million(counts: Counter[str], size: int, more: float, read_items: float) -> tuple[float, str]:
    writes = sum(counts[f"dynamodb.{name}"] for name in ("PutItem", "UpdateItem", "DeleteItem"))
    writes += counts["dynamodb.BatchWriteItem"] * 25
    queues = sum(count for name, count in counts.items() if name.startswith("sqs."))
    other = sum(counts[name] * price for name, price in _PRICES.items() if "." in name)
    dollars = writes * _WRITE + read_items * _READ + queues * _PRICES["sqs"] + other + more
    each = f"per 1,000: {writes / size * 1000:.0f} writes, {queues / size * 1000:.0f} queue calls"
    return dollars / size * MILLION, each
