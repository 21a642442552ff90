"""Who may lay something onto the queue that takes what Stripe tells: our topic, our bucket, and one rule if there is one."""

from chalicelib.giving import hear
from infra.package import ROOT, of_type

POLICY, SOURCE = "FeedbackQueuePolicy", "StripeEventSource"


def statements(template):
    return of_type(template, "AWS::SQS::QueuePolicy")[POLICY]["PolicyDocument"]["Statement"]


def test_a_stranger_can_send_nothing_to_any_queue(prod):
    for policy in of_type(prod, "AWS::SQS::QueuePolicy").values():
        for told in policy["PolicyDocument"]["Statement"]:
            each = told["Fn::If"][1] if "Fn::If" in told else told
            assert set(each["Principal"]) == {"Service"}
            assert each["Action"] == "sqs:SendMessage"
            assert "aws:SourceArn" in each["Condition"]["ArnEquals"]


def test_only_the_rule_on_stripes_own_bus_may_send_where_there_is_one(prod):
    [told] = [each["Fn::If"] for each in statements(prod) if "Fn::If" in each]
    condition, allowed, otherwise = told
    assert (condition, otherwise) == ("HasStripeEventSource", {"Ref": "AWS::NoValue"})
    assert allowed["Principal"] == {"Service": "events.amazonaws.com"}
    [source] = allowed["Condition"]["ArnEquals"].values()
    assert source["Fn::Sub"].endswith(":rule/${StripeEventSource}/muster-${Stage}-stripe")


def test_without_a_source_there_is_neither_bus_nor_rule(prod):
    assert prod["Parameters"][SOURCE]["Default"] == ""
    assert prod["Conditions"]["HasStripeEventSource"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": SOURCE}, ""]}]}
    for name in ("StripeEventBus", "StripeEventsRule"):
        assert prod["Resources"][name]["Condition"] == "HasStripeEventSource"


def test_the_rule_takes_what_we_hear_from_its_source_and_brings_it_to_our_queue(prod):
    rule = prod["Resources"]["StripeEventsRule"]["Properties"]
    assert rule["EventPattern"] == {"source": [{"Ref": SOURCE}], "detail-type": sorted(hear.KINDS)}
    assert "ScheduleExpression" not in rule
    assert [target["Arn"] for target in rule["Targets"]] == [{"Fn::GetAtt": ["FeedbackQueue", "Arn"]}]


def test_who_sets_the_webhook_up_is_told_every_type_of_event():
    told = (ROOT / "docs/deploy.md").read_text("utf-8")
    assert [kind for kind in sorted(hear.KINDS) if f"`{kind}`" not in told] == []
