"""What the Lambda that records submissions does again and again, in a process that may be killed at any moment."""

from benchmarks.in_process import receive, remove
from chalicelib import log
from chalicelib.actions import take_action


def main() -> None:
    log.line = lambda event, **told: None
    while True:
        messages = receive("submissions", wait=1)
        records = [{"messageId": each["MessageId"], "body": each["Body"]} for each in messages]
        failed = {each["itemIdentifier"] for each in take_action.record_all(records)["batchItemFailures"]}
        remove("submissions", [each for each in messages if each["MessageId"] not in failed])


if __name__ == "__main__":
    main()
