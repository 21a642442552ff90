"""Everything that can wake Muster: pages and screens, queues, and the jobs that schedules and other Lambdas start."""

import gc

# Nothing that is imported becomes garbage: looking for it meanwhile took a tenth of a cold start.
gc.disable()

from typing import Any

from chalice.app import Chalice, SQSEvent

from chalicelib import config
from chalicelib.actions import take_action
from chalicelib.actions import tell_people as tell
from chalicelib.giving import send_statements
from chalicelib.mailings import deliver, feedback, plan, send, sweep
from chalicelib.mailings.outbox import GiftWord
from chalicelib.people import import_people as imports
from chalicelib.queues import Reply
from chalicelib.web import console, public

app = Chalice(app_name="muster", debug=False)

# Supporters and organizers
public.mount(app)
console.mount(app)

gc.freeze()
gc.enable()


# Queues
@app.on_sqs_message(queue=config.queue_name("submissions"), batch_size=100, maximum_batching_window_in_seconds=1)
def record_submissions(event: SQSEvent) -> Reply:
    return take_action.record_all(event.to_dict()["Records"])


@app.on_sqs_message(queue=config.queue_name("mail"), batch_size=10)
def deliver_emails(event: SQSEvent) -> Reply:
    return deliver.deliver_all(event.to_dict()["Records"])


@app.on_sqs_message(queue=config.queue_name("sends"), batch_size=10)
def send_chunks(event: SQSEvent) -> Reply:
    return send.send_all(event.to_dict()["Records"])


@app.on_sqs_message(queue=config.queue_name("feedback"), batch_size=10)
def take_feedback(event: SQSEvent) -> Reply:
    return feedback.take_all(event.to_dict()["Records"])


# Jobs
@app.lambda_function(name="plan_mailing")
def plan_mailing(event: dict[str, Any], context: Any) -> None:
    plan.run(event["group"], event["mailing"])


@app.lambda_function(name="sweep_mailing")
def sweep_mailing(event: dict[str, Any], context: Any) -> None:
    sweep.run(event["group"], event["mailing"])


@app.lambda_function(name="tell_people")
def tell_people(event: dict[str, Any], context: Any) -> None:
    if event["news"] == GiftWord.STATEMENT:
        send_statements.run(event["group"], event["about"])
    else:
        tell.run(event["group"], event["page"], event["news"], event["about"])


@app.lambda_function(name="import_people")
def import_people(event: dict[str, Any], context: Any) -> None:
    imports.run(event["group"], event["import"])
