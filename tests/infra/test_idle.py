"""A month in which nobody signs and nobody writes costs nothing. Each rule is shown a template that breaks it."""

import copy

import pytest

from infra import idle


def test_nothing_bills_while_idle(prod):
    assert idle.bills(prod) == []


def _new(kind, **properties):
    return lambda template: template["Resources"].update(New={"Type": kind, "Properties": properties})


def _set(resource, **properties):
    return lambda template: template["Resources"][resource]["Properties"].update(properties)


def _trigger(function, **properties):
    def change(template):
        (event,) = template["Resources"][function]["Properties"]["Events"].values()
        event["Properties"].update(properties)

    return change


def _event(kind, **properties):
    event = {"Type": kind, "Properties": properties}
    return lambda template: template["Resources"]["PlanMailing"]["Properties"].update(Events={"Clock": event})


def _globally(**properties):
    return lambda template: template["Globals"]["Function"].update(properties)


def _more_alarms(template):
    template["Resources"] |= {f"Alarm{i}": template["Resources"]["MailAlarm"] for i in range(3)}


def _own_addresses(template):
    config = template["Resources"]["Distribution"]["Properties"]["DistributionConfig"]
    config["ViewerCertificate"]["Fn::If"][1]["SslSupportMethod"] = "vip"


def _firewall(template):
    template["Resources"]["Distribution"]["Properties"]["DistributionConfig"]["WebACLId"] = "arn:aws:wafv2:acl"


def _endless_logs(template):
    del template["Resources"]["PlanMailingLogGroup"]["Properties"]["RetentionInDays"]


METRIC = {"Id": "m", "MetricStat": {"Period": 60}}

BROKEN = {
    "provisioned concurrency": _set("APIHandler", ProvisionedConcurrencyConfig={"ProvisionedConcurrentExecutions": 1}),
    "provisioned concurrency for all": _globally(ProvisionedConcurrencyConfig={"ProvisionedConcurrentExecutions": 1}),
    "SnapStart": _set("SendChunks", SnapStart={"ApplyOn": "PublishedVersions"}),
    "SnapStart for all": _globally(SnapStart={"ApplyOn": "PublishedVersions"}),
    "managed instances": _set("SendChunks", CapacityProviderConfig={}),
    "a function in a network": _set("APIHandler", VpcConfig={"SubnetIds": ["subnet-1"]}),
    "a network": _new("AWS::EC2::VPC"),
    "a NAT gateway": _new("AWS::EC2::NatGateway"),
    "a network endpoint": _new("AWS::EC2::VPCEndpoint"),
    "a key": _new("AWS::KMS::Key"),
    "a secret": _new("AWS::SecretsManager::Secret"),
    "a firewall": _new("AWS::WAFv2::WebACL"),
    "a firewall from elsewhere": _firewall,
    "a DNS zone": _new("AWS::Route53::HostedZone"),
    "a dashboard": _new("AWS::CloudWatch::Dashboard"),
    "a trail": _new("AWS::CloudTrail::Trail"),
    "a stream": _new("AWS::Kinesis::Stream"),
    "a search domain": _new("AWS::OpenSearchService::Domain"),
    "a cluster": _new("AWS::Redshift::Cluster"),
    "dedicated addresses": _new("AWS::SES::DedicatedIpPool"),
    "dedicated addresses in use": _set("ConfigurationSet", DeliveryOptions={"SendingPoolName": "ours"}),
    "the deliverability manager": _new("AWS::SES::VdmAttributes"),
    "the deliverability manager for a set": _set("ConfigurationSet", VdmOptions={}),
    "a tenant": _new("AWS::SES::Tenant"),
    "more than ten alarms": _more_alarms,
    "alarms on many metrics": _set("MailAlarm", Metrics=[METRIC] * 4),
    "a quick alarm": _set("MailAlarm", Period=10),
    "a provisioned table": _set("PeopleTable", BillingMode="PROVISIONED"),
    "a provisioned index": _set("ActionsTable", GlobalSecondaryIndexes=[{"ProvisionedThroughput": {}}]),
    "backups that cannot be refused": _set(
        "PeopleTable", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    ),
    "a provisioned trigger": _trigger("TakeFeedback", ProvisionedPollerConfig={"MinimumPollers": 2}),
    "a trigger with five pollers": _trigger("TakeFeedback", ScalingConfig={"MaximumConcurrency": 5}),
    "a fourth trigger": _trigger("SendChunks", Enabled=True),
    "a minute clock": _event("Schedule", Schedule="rate(1 minute)"),
    "a quarter-hour clock": _event("ScheduleV2", ScheduleExpression="rate(15 minutes)"),
    "a cron clock": _event("Schedule", Schedule="cron(*/5 * * * ? *)"),
    "a clock as a rule": _new("AWS::Events::Rule", ScheduleExpression="rate(1 minute)"),
    "a clock as a schedule": _new("AWS::Scheduler::Schedule", ScheduleExpression="cron(* * * * ? *)"),
    "API Gateway's cache": _set("RestAPI", CacheClusterEnabled=True),
    "addresses of the edge's own": _own_addresses,
    "an advanced parameter": _set("UrlParameter", Tier="Advanced"),
    "logs kept for ever": _endless_logs,
    "an inventory": _set("FilesBucket", InventoryConfigurations=[]),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_what_bills_is_found(prod, broken):
    template = copy.deepcopy(prod)
    BROKEN[broken](template)
    assert len(idle.bills(template)) == 1


@pytest.mark.parametrize(
    "expression", ["rate(1 day)", "rate(60 minutes)", "cron(0 4 * * ? *)", "at(2026-11-23T10:00:00)"]
)
def test_a_clock_that_comes_round_seldom_is_free(prod, expression):
    template = copy.deepcopy(prod)
    _event("Schedule", Schedule=expression)(template)
    assert idle.bills(template) == []
