"""Checks of what CloudFormation made: secret, triggers, expiry, queues, and that a visitor gets a page."""

import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

from infra import templates
from infra.finding import Finding, Installation, bad, good, judged, unknown
from infra.package import of_type

_TRIGGERS = {
    "record-submissions": "submissions",
    "deliver-emails": "mail",
    "send-chunks": "sends",
    "take-feedback": "feedback",
}
_WAITING = [
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
]


def check(live: Installation) -> Iterator[Finding]:
    yield _secret(live)
    yield from _triggers(live)
    yield from _expiry(live)
    yield from _dead_letters(live)
    yield _alarms(live)
    yield _front_page(live)


def _secret(live: Installation) -> Finding:
    """Only that it is there: the doctor need not be able to read it."""
    names = [f"/muster/{live.stage}/{name}" for name in ("url", "secret", "stripe-key", "stripe-hook-secret")]
    missing = live.client("ssm").get_parameters(Names=names)["InvalidParameters"]
    return judged(not missing, "the URL and the secrets are in SSM", f"{' and '.join(missing)} missing: deploy again")


def _triggers(live: Installation) -> Iterator[Finding]:
    lambdas = live.client("lambda")
    for function, queue in _TRIGGERS.items():
        found = lambdas.list_event_source_mappings(FunctionName=f"{live.name}-{function}")["EventSourceMappings"]
        if len(found) != 1:
            yield bad(f"{function} has {len(found)} triggers instead of one")
            continue
        yield judged(
            found[0].get("FunctionResponseTypes") == ["ReportBatchItemFailures"],
            f"{function} gives back single messages that failed",
            f"{function} lacks ReportBatchItemFailures: messages that fail are lost",
        )
        yield _awake(live, function, queue, found[0]["State"])


def _awake(live: Installation, function: str, queue: str, state: str) -> Finding:
    """The senders poll only while there is something to send; the others always."""
    awake = state in ("Enabled", "Enabling", "Creating", "Updating")
    if function != "send-chunks":
        return judged(awake, f"{function} is woken by its queue", f"{function}'s trigger is {state}")
    waiting = _waiting(live, queue)
    if waiting:
        return judged(awake, f"{function} is awake: {waiting} hints wait", f"{waiting} hints wait, {function} sleeps")
    asleep = f"{function} is awake with nothing on its queue: right only while a mailing is sending"
    return judged(not awake, f"{function} sleeps while nothing is sent", asleep)


def _expiry(live: Installation) -> Iterator[Finding]:
    """Sign-in links, sessions and logs of emails go by themselves, by the tables' time to live."""
    dynamodb = live.client("dynamodb")
    for table in of_type(templates.joined(), "AWS::DynamoDB::Table").values():
        if wanted := table.get("TimeToLiveSpecification"):
            name = table["TableName"]["Fn::Sub"].replace("${Stage}", live.stage)
            found = dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
            on = found.get("TimeToLiveStatus") in ("ENABLED", "ENABLING")
            right = on and found.get("AttributeName") == wanted["AttributeName"]
            yield judged(right, f"rows of {name} expire", f"rows of {name} never expire: {found}")


def _dead_letters(live: Installation) -> Iterator[Finding]:
    for queue in (*_TRIGGERS.values(), "jobs"):
        waiting = _waiting(live, f"{queue}-dead")
        yield judged(not waiting, f"no failed {queue}", f"{waiting} failed {queue} rest in {live.name}-{queue}-dead")


def _alarms(live: Installation) -> Finding:
    address = live.parameters.get("AlarmEmail")
    if not address:
        return bad("nobody is told when something breaks: deploy once with ALARM_EMAIL")
    topic = f"arn:aws:sns:{live.region}:{live.account}:{live.name}-alarms"
    heard = live.client("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    confirmed = any(each["SubscriptionArn"].startswith("arn:") for each in heard)
    return judged(confirmed, f"alarms reach {address}", f"{address} has not confirmed that it wants alarms")


def _front_page(live: Installation) -> Finding:
    url = live.outputs["Url"]
    if not url.startswith("https://"):
        return unknown(f"whether visitors get a page at {url}: not HTTPS, so not the public address")
    try:
        with urllib.request.urlopen(url, timeout=20) as page:  # noqa: S310  (https only, see above)
            through = "CloudFront" in str(page.headers.get("Via", ""))
    except urllib.error.HTTPError as error:
        return bad(f"{url} answers {error.code}")
    except OSError as error:
        return bad(f"{url} does not answer: {error}")
    return good(f"{url} answers{' through CloudFront' if through else ''}")


def _waiting(live: Installation, queue: str) -> int:
    sqs: Any = live.client("sqs")
    url = sqs.get_queue_url(QueueName=f"{live.name}-{queue}")["QueueUrl"]
    counts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=_WAITING)["Attributes"]
    return sum(int(count) for count in counts.values())
