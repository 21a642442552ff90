"""What of a template bills although nobody does anything. Muster must cost nothing in a month without people.

Types are let in one by one: what is not listed is refused until somebody argues it here.
"""

import re
from collections.abc import Iterator
from typing import Any

from infra.package import functions, of_type
from infra.templates import Template

# Free when idle, or billed by what is stored: each with its reason.
FREE = {
    "AWS::CloudFront::CachePolicy": "free",
    "AWS::CloudFront::Distribution": "billed by request and byte",
    "AWS::CloudFront::OriginAccessControl": "free",
    "AWS::CloudWatch::Alarm": "ten are free",
    "AWS::DynamoDB::Table": "on demand: billed by request and by byte stored, 25 GB free",
    "AWS::Events::EventBus": "billed by event",
    "AWS::Events::Rule": "billed by what it starts",
    "AWS::IAM::Role": "free",
    "AWS::KinesisFirehose::DeliveryStream": "billed by byte",
    "AWS::Lambda::Permission": "free",
    "AWS::Logs::LogGroup": "billed by byte, and forgotten in time",
    "AWS::S3::Bucket": "billed by request and by byte stored",
    "AWS::S3::BucketPolicy": "free",
    "AWS::SES::ConfigurationSet": "free",
    "AWS::SES::ConfigurationSetEventDestination": "free; its destination bills by event",
    "AWS::SES::EmailIdentity": "free",
    "AWS::SNS::Subscription": "billed by message",
    "AWS::SNS::Topic": "billed by message",
    "AWS::SNS::TopicPolicy": "free",
    "AWS::SQS::Queue": "billed by request",
    "AWS::SQS::QueuePolicy": "free",
    "AWS::SSM::Parameter": "standard ones are free",
    "AWS::Scheduler::Schedule": "billed by what it starts",
    "AWS::Scheduler::ScheduleGroup": "free",
    "AWS::Serverless::Api": "billed by request",
    "AWS::Serverless::Function": "billed by run",
}

_ALARM_METRICS = 10
_POLLING_TRIGGERS = 3


def bills(template: Template) -> list[str]:
    """Everything that would bill while idle, one line each."""
    checks = (_types, _functions, _triggers, _clocks, _tables, _alarms, _gateway, _mail, _edge, _rest)
    return [line for check in checks for line in check(template)]


def _types(template: Template) -> Iterator[str]:
    for name, resource in template["Resources"].items():
        if resource["Type"] not in FREE:
            yield f"{name}: {resource['Type']} is not known to be free when idle"


def _functions(template: Template) -> Iterator[str]:
    shared = {"Globals": template.get("Globals", {}).get("Function", {})}
    for name, function in (functions(template) | shared).items():
        for setting, why in _FUNCTION_SETTINGS.items():
            if setting in function:
                yield f"{name}: {setting} {why}"


_FUNCTION_SETTINGS = {
    "ProvisionedConcurrencyConfig": "bills for every hour it is kept ready",
    "SnapStart": "bills for every version it keeps a picture of",
    "VpcConfig": "needs a NAT gateway to reach anything, which bills by the hour",
    "CapacityProviderConfig": "keeps machines running",
}


def triggers(template: Template) -> dict[str, dict[str, Any]]:
    """The queues' triggers, by the function's logical id."""
    return {
        name: event["Properties"]
        for name, function in functions(template).items()
        for event in function.get("Events", {}).values()
        if event["Type"] == "SQS"
    }


def _triggers(template: Template) -> Iterator[str]:
    always_on = {name: trigger for name, trigger in triggers(template).items() if trigger.get("Enabled", True)}
    if len(always_on) > _POLLING_TRIGGERS:
        yield f"{', '.join(always_on)}: only {_POLLING_TRIGGERS} triggers may poll around the clock"
    for name, trigger in always_on.items():
        if "ScalingConfig" in trigger:
            yield f"{name}: with MaximumConcurrency its trigger polls with five pollers instead of two"
    for name, trigger in triggers(template).items():
        if "ProvisionedPollerConfig" in trigger:
            yield f"{name}: ProvisionedPollerConfig bills for every hour"


def _clocks(template: Template) -> Iterator[str]:
    """Schedules that come round more often than hourly."""
    for name, expression in _schedules(template):
        often = re.fullmatch(r"rate\((\d+) minutes?\)", expression)
        if (often and int(often[1]) < 60) or re.match(r"cron\((?!\d+ )", expression):
            yield f"{name}: {expression} wakes a function around the clock"


def _schedules(template: Template) -> Iterator[tuple[str, str]]:
    for kind in ("AWS::Events::Rule", "AWS::Scheduler::Schedule"):
        for name, rule in of_type(template, kind).items():
            yield name, str(rule.get("ScheduleExpression", ""))
    for name, function in functions(template).items():
        for event in function.get("Events", {}).values():
            if event["Type"] in ("Schedule", "ScheduleV2"):
                properties = event["Properties"]
                yield name, str(properties.get("Schedule") or properties.get("ScheduleExpression"))


def _tables(template: Template) -> Iterator[str]:
    for name, table in of_type(template, "AWS::DynamoDB::Table").items():
        indexes = table.get("GlobalSecondaryIndexes", [])
        if table.get("BillingMode") != "PAY_PER_REQUEST" or any("ProvisionedThroughput" in each for each in indexes):
            yield f"{name}: provisioned capacity bills by the hour"
        if table.get("PointInTimeRecoverySpecification", {}).get("PointInTimeRecoveryEnabled") is True:
            yield f"{name}: point-in-time recovery bills by size whether or not it changes; leave it to Backups"


def _alarms(template: Template) -> Iterator[str]:
    """Ten are free; AWS counts the metrics that alarms watch, and quick ones cost more."""
    alarms = of_type(template, "AWS::CloudWatch::Alarm")
    watched = sum(
        len([m for m in alarm.get("Metrics", [{"MetricStat": 1}]) if "MetricStat" in m]) for alarm in alarms.values()
    )
    if watched > _ALARM_METRICS:
        yield f"{watched} metrics have alarms; {_ALARM_METRICS} are free"
    for name, alarm in alarms.items():
        if int(alarm.get("Period", 60)) < 60:
            yield f"{name}: an alarm that looks more often than once a minute is never free"


def _gateway(template: Template) -> Iterator[str]:
    for name, api in of_type(template, "AWS::Serverless::Api").items():
        if api.get("CacheClusterEnabled") or api.get("CacheClusterSize"):
            yield f"{name}: API Gateway's cache bills by the hour"


def _mail(template: Template) -> Iterator[str]:
    for name, configuration in of_type(template, "AWS::SES::ConfigurationSet").items():
        if "SendingPoolName" in configuration.get("DeliveryOptions", {}):
            yield f"{name}: dedicated addresses bill by the month"
        if "VdmOptions" in configuration:
            yield f"{name}: the Virtual Deliverability Manager bills for every email"


def _edge(template: Template) -> Iterator[str]:
    for name, distribution in of_type(template, "AWS::CloudFront::Distribution").items():
        config = distribution.get("DistributionConfig", {})
        if "WebACLId" in config:
            yield f"{name}: WAF bills by the month"
        if "'vip'" in str(config.get("ViewerCertificate")):
            yield f"{name}: addresses of its own cost $600 a month"


def _rest(template: Template) -> Iterator[str]:
    for name, parameter in of_type(template, "AWS::SSM::Parameter").items():
        if parameter.get("Tier", "Standard") != "Standard":
            yield f"{name}: advanced parameters bill by the month"
    for name, group in of_type(template, "AWS::Logs::LogGroup").items():
        if "RetentionInDays" not in group:
            yield f"{name}: logs that are never forgotten bill for ever"
    for name, bucket in of_type(template, "AWS::S3::Bucket").items():
        for setting in {"InventoryConfigurations", "MetricsConfigurations", "ReplicationConfiguration"} & bucket.keys():
            yield f"{name}: {setting} bills by the object"
