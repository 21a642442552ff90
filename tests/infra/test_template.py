"""The packaged template: what CloudFormation is told, whatever Chalice and the files under infra/ made of it."""

import json
import re
from copy import deepcopy

import pytest

from chalicelib.web import requests
from infra import idle, templates
from infra.package import ROOT, functions, of_type

# Actions that AWS offers for no single resource, or that name their resources in another way; nothing else may say *.
UNBOUND = {"ses:GetAccount": "an account has one quota, and no ARN"}

# What CloudFormation calls the property that becomes a resource's own name.
NAMES = {"BucketName", "DeliveryStreamName", "FunctionName", "LogGroupName", "Name", "QueueName", "RoleName"} | {
    "TableName",
    "TopicName",
}

QUEUE_FUNCTIONS = {
    "RecordSubmissions": "SubmissionsQueue",
    "DeliverEmails": "MailQueue",
    "SendChunks": "SendsQueue",
    "TakeFeedback": "FeedbackQueue",
}


def test_prod_and_local_are_the_same_template_but_for_what_runs_it(prod, local):
    """What was tested on this machine is what goes to AWS."""
    templates = deepcopy((prod, local))
    for template in templates:
        for function in functions(template).values():
            del function["Runtime"], function["Architectures"]
    assert templates[0] == templates[1]


@pytest.mark.parametrize("function", QUEUE_FUNCTIONS)
def test_a_failed_message_comes_again_alone(prod, function):
    """Without this setting Lambda ignores what the function says, and failed messages are deleted in silence."""
    assert idle.triggers(prod)[function]["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_every_queue_function_is_known_here(prod):
    told = {name: trigger["Queue"]["Fn::Sub"] for name, trigger in idle.triggers(prod).items()}
    assert told == {name: f"${{{queue}.Arn}}" for name, queue in QUEUE_FUNCTIONS.items()}


@pytest.mark.parametrize(("function", "queue"), QUEUE_FUNCTIONS.items())
def test_a_message_stays_hidden_while_its_function_may_still_run(prod, function, queue):
    visibility = of_type(prod, "AWS::SQS::Queue")[queue]["VisibilityTimeout"]
    assert visibility >= 6 * functions(prod)[function]["Timeout"]


@pytest.mark.parametrize("queue", QUEUE_FUNCTIONS.values())
def test_a_message_nobody_can_handle_rests_after_five_times(prod, queue):
    redrive = of_type(prod, "AWS::SQS::Queue")[queue]["RedrivePolicy"]
    dead = queue.replace("Queue", "DeadQueue")
    assert redrive == {"deadLetterTargetArn": {"Fn::GetAtt": [dead, "Arn"]}, "maxReceiveCount": 5}


def test_every_dead_letter_queue_has_an_alarm(prod):
    watched = {str(alarm.get("Dimensions")) for alarm in of_type(prod, "AWS::CloudWatch::Alarm").values()}
    dead = [name for name in of_type(prod, "AWS::SQS::Queue") if name.endswith("DeadQueue")]
    assert all(any(name in dimensions for dimensions in watched) for name in dead)


def test_the_senders_sleep_until_a_mailing_wakes_them(prod):
    off = [name for name, trigger in idle.triggers(prod).items() if not trigger.get("Enabled", True)]
    assert off == ["SendChunks"]


def test_only_planner_and_sweeper_can_wake_them(prod):
    knows = {name for name, f in functions(prod).items() if "SENDS_TRIGGER" in str(f.get("Environment"))}
    may = {name for name, actions in _actions_by_role(prod).items() if "lambda:UpdateEventSourceMapping" in actions}
    assert knows == {"PlanMailing", "SweepMailing"}
    assert may == {"PlanMailingRole", "SweepMailingRole"}


def test_every_function_has_a_role_of_its_own(prod):
    roles = [function["Role"]["Fn::GetAtt"][0] for function in functions(prod).values()]
    assert len(set(roles)) == len(roles) == 9


def test_no_role_may_do_everything_or_everywhere(prod):
    for name, statement in _statements(prod):
        for action in _listed(statement["Action"]):
            assert "*" not in action, f"{name} may {action}"
            if "*" in _listed(statement["Resource"]):
                assert action in UNBOUND, f"{name} may {action} everywhere"


def test_roles_reach_only_into_their_own_installation(prod):
    for name, statement in _statements(prod):
        for resource in _listed(statement["Resource"]):
            words = json.dumps(resource)
            own = "Fn::GetAtt" in words or "${Stage}" in words or ".Arn}" in words or "SqsEventSource}" in words
            assert own or resource == "*" or ":identity/*" in words or ":template/*" in words, f"{name}: {resource}"


def test_every_function_logs_into_its_own_group_only(prod):
    for name, function in functions(prod).items():
        group = f"/aws/lambda/{function['FunctionName']['Fn::Sub']}"
        made = prod["Resources"][function_log := prod["Resources"][name]["DependsOn"]]["Properties"]
        assert made["LogGroupName"] == {"Fn::Sub": group}, function_log
        assert f"log-group:{group}:*" in json.dumps(prod["Resources"][function["Role"]["Fn::GetAtt"][0]])


def test_every_name_begins_with_the_installation(prod):
    """Two installations in one account do not meet."""
    own = re.compile(r"(/|/aws/lambda/)?muster[-/]\$\{Stage\}")
    for logical, resource in prod["Resources"].items():
        for key in NAMES & resource.get("Properties", {}).keys():
            name = resource["Properties"][key]
            assert "Ref" in name or own.match(name["Fn::Sub"]), f"{logical}: {name}"


def test_what_people_entrusted_to_us_outlives_a_deleted_stack(prod):
    for name, resource in prod["Resources"].items():
        if resource["Type"] in ("AWS::DynamoDB::Table", "AWS::S3::Bucket"):
            kept = (resource.get("DeletionPolicy"), resource.get("UpdateReplacePolicy"))
            assert kept == ("RetainExceptOnCreate", "Retain"), name


def test_buckets_are_closed(prod):
    for name, bucket in of_type(prod, "AWS::S3::Bucket").items():
        assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}, name


def test_the_order_that_aws_needs_is_written_down(prod):
    """The emulator creates in any order; AWS looks at what is named when it is named."""
    waits = {name: resource.get("DependsOn") for name, resource in prod["Resources"].items()}
    assert waits["FilesBucket"] == "FeedbackQueuePolicy"
    assert waits["EventsSubscription"] == "FeedbackQueuePolicy"
    assert waits["RareEvents"] == "EventsTopicPolicy"


def test_console_unsubscribing_links_oembed_and_posts_are_never_cached(prod):
    config = of_type(prod, "AWS::CloudFront::Distribution")["Distribution"]["DistributionConfig"]
    disabled = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
    private = {each["PathPattern"] for each in config["CacheBehaviors"] if each["CachePolicyId"] == disabled}
    assert private == {"/console*", "/l/*", "/oembed", "/u/*"}
    assert config["DefaultCacheBehavior"]["CachedMethods"] == ["GET", "HEAD"]


def test_no_visitor_sees_the_stage_of_api_gateway(prod):
    config = of_type(prod, "AWS::CloudFront::Distribution")["Distribution"]["DistributionConfig"]
    (app,) = [origin for origin in config["Origins"] if origin["Id"] == "app"]
    assert app["OriginPath"] == f"/{of_type(prod, 'AWS::Serverless::Api')['RestAPI']['StageName']}"


def test_no_two_files_name_the_same_resource(tmp_path, monkeypatch):
    for name in ("one", "two"):
        (tmp_path / f"{name}.yml").write_text("Resources: {Twice: {Type: AWS::SNS::Topic}}")
    monkeypatch.setattr(templates, "FOLDER", tmp_path)
    with pytest.raises(ValueError, match="Twice"):
        templates.joined()


def test_cloudfront_says_to_the_app_alone_that_it_is_cloudfront(prod):
    [distribution] = of_type(prod, "AWS::CloudFront::Distribution").values()
    said = {origin["Id"]: origin.get("OriginCustomHeaders") for origin in distribution["DistributionConfig"]["Origins"]}
    assert said == {"app": [{"HeaderName": requests.EDGE_KEY, "HeaderValue": {"Ref": "EdgeKey"}}], "media": None}
    assert prod["Parameters"]["EdgeKey"]["NoEcho"] in (True, "true")


def test_the_docs_name_every_parameter_of_the_template(prod):
    text = (ROOT / "docs" / "deploy.md").read_text()
    for name in prod["Parameters"]:
        assert re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).upper() in text, name


def _statements(template):
    for name, role in of_type(template, "AWS::IAM::Role").items():
        for policy in role["Policies"]:
            for statement in policy["PolicyDocument"]["Statement"]:
                yield name, statement


def _actions_by_role(template):
    actions = {}
    for name, statement in _statements(template):
        actions.setdefault(name, []).extend(_listed(statement["Action"]))
    return actions


def _listed(value):
    return value if isinstance(value, list) else [value]


def test_no_error_is_kept_at_the_edge(prod):
    (front,) = of_type(prod, "AWS::CloudFront::Distribution").values()
    kept = {
        each["ErrorCode"]: each["ErrorCachingMinTTL"] for each in front["DistributionConfig"]["CustomErrorResponses"]
    }
    assert kept == dict.fromkeys((400, 403, 404, 405, 414, 500, 502, 503, 504), 0)


@pytest.mark.parametrize("answer", ["DEFAULT_5XX", "THROTTLED"])
def test_the_gateway_promises_only_what_it_knows(prod, answer):
    """A request that timed out at the gateway may have been done behind it; one that was throttled was not."""
    said = prod["Resources"]["RestAPI"]["Properties"]["GatewayResponses"][answer]["ResponseTemplates"]
    for page in said.values():
        assert ("may have arrived" in page) == (answer == "DEFAULT_5XX")
        assert "recorded" not in page
        assert "lease" not in page
