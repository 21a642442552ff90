"""The peer: django-post_office sends the same email to as many people, through SES's single-email call.

Run by `sending.py` in a process of its own: `python -m benchmarks.post_office <ses url> <emails>`.
"""

import json
import sys
import time

import botocore.config
import botocore.session
import django
from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend

URL, EMAILS = sys.argv[1], int(sys.argv[2])


class SesBackend(BaseEmailBackend):
    """Hands each message to SES, as the SES backends for Django do."""

    client = botocore.session.get_session().create_client(
        "sesv2",
        region_name="us-east-1",
        endpoint_url=URL,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=botocore.config.Config(retries={"total_max_attempts": 1}),
    )

    def send_messages(self, messages):
        for message in messages:
            body = {"Text": {"Data": message.body}, "Html": {"Data": message.alternatives[0][0]}}
            self.client.send_email(
                FromEmailAddress="muster@example.org",
                Destination={"ToAddresses": message.to},
                Content={"Simple": {"Subject": {"Data": message.subject}, "Body": body}},
            )
        return len(messages)


def main() -> None:
    settings.configure(
        INSTALLED_APPS=["django.contrib.contenttypes", "post_office"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        USE_TZ=True,
        EMAIL_BACKEND="post_office.EmailBackend",
        POST_OFFICE={"BACKENDS": {"default": "benchmarks.post_office.SesBackend"}, "THREADS_PER_PROCESS": 1},
    )
    django.setup()
    from django.core.management import call_command
    from post_office import mail
    from post_office.mail import get_queued
    from post_office.utils import split_emails

    call_command("migrate", verbosity=0)
    html = "<p>Dear {{ first_name }},</p>" + "<p>The library closes in the spring.</p>" * 20
    cpu, wall = time.process_time(), time.perf_counter()
    for number in range(EMAILS):
        mail.send(
            f"peer{number}@example.org",
            "muster@example.org",
            subject="Hello {{ first_name }}",
            message="Dear {{ first_name }},",
            html_message=html,
            context={"first_name": f"Person {number}"},
        )
    while queued := list(get_queued()):
        for batch in split_emails(queued, 1):
            mail._send_bulk(batch, uses_multiprocessing=False)
    told = {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
