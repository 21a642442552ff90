"""Makes a group and its first organizer on an installation: `make group STAGE=prod SLUG=… NAME=… ORGANIZER=… DOMAIN=…`.

With your own AWS credentials, through the product's own functions. Naming a group that is there adds the organizer; a
DOMAIN is one more that the group may send its mail from. With STRIPE=own its gifts go to the account of the
installation's own key, for whoever runs one for a single group.
"""

import argparse
import os
import sys

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib import aws, config
from chalicelib.giving import accounts
from chalicelib.giving.stripe_gateway import OWN
from chalicelib.network import store
from chalicelib.people.email_address import normalise


class CannotMake(Exception):
    """The text says what is wrong and what to do."""


def main() -> None:
    options = _read_options()
    try:
        print(make(options.stage, options.slug, options.name, options.organizer, options.domain))
        if options.stripe:
            print(give_own_account(options.slug))
    except CannotMake as problem:
        sys.exit(str(problem))


def make(stage: str, slug: str, name: str, organizer: str, domain: str = "") -> str:
    """Make what is missing; what to do next, in words. Raises CannotMake."""
    email = normalise(organizer)
    if email is None:
        raise CannotMake(f"{organizer} is not an email address.")
    if slug in store.RESERVED or not slug.replace("-", "").isalnum() or slug != slug.lower():
        raise CannotMake(f"A group cannot be at /{slug}. Use small letters, digits and hyphens.")
    work_on(stage)
    known = store.find_name(slug)
    if known is None and not name:
        raise CannotMake(f"There is no group at /{slug} yet. Give its NAME to make it.")
    made = None if known else store.create_group(slug, name, sender_name=name)
    group = made.id if made else known.group if known else None
    if group is None:
        raise CannotMake(f"Somebody else has just taken /{slug}.")
    store.add_organizer(email, group)
    if domain:
        _allow(group, domain)
    return f"{email} may sign in at {config.public_url()}/console/sign-in and organize /{slug}."


def give_own_account(slug: str) -> str:
    """Have the group's gifts go to the installation's own account at Stripe. Raises CannotMake."""
    target = store.find_name(slug)
    group = store.find_group(target.group, consistent=True) if target else None
    if group is None:
        raise CannotMake(f"There is no group at /{slug}.")
    if accounts.of(group).id not in ("", OWN):
        raise CannotMake(f"/{slug} has connected an account of its own. Disconnect it in Giving, Settings first.")
    accounts.use_own(group)
    return f"Gifts to /{slug} go to the account of this installation's Stripe key."


def _allow(group: str, domain: str) -> None:
    known = store.find_group(group, consistent=True)
    domains = {domain.lower(), *(known.sender_domains if known else ())}
    store.change_group(group, sender_domains=sorted(domains))


def work_on(stage: str) -> None:
    """Take over the environment of the deployed web function: the tables' names and where the parameters are."""
    try:
        function = aws.client("lambda").get_function_configuration(FunctionName=f"muster-{stage}-web")
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise CannotMake(f"AWS does not let us: {error}") from None
        raise CannotMake(
            f"There is no installation `{stage}` here. Deploy it first: make deploy STAGE={stage}"
        ) from None
    except BotoCoreError as error:
        raise CannotMake(f"AWS cannot be asked: {error} (AWS_REGION and your credentials say where and who)") from None
    os.environ.update(function["Environment"]["Variables"])


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="infra.group", description="Make a group and its first organizer.")
    parser.add_argument("--stage", required=True)
    parser.add_argument("--slug", required=True, help="where its pages are: /slug")
    parser.add_argument("--name", default="", help="what people call it")
    parser.add_argument("--organizer", required=True, help="email address of who signs in")
    parser.add_argument("--domain", default="", help="a domain, verified for sending, that its mail may come from")
    parser.add_argument("--stripe", choices=["own"], help="own: gifts go to the account of the installation's key")
    return parser.parse_args()


if __name__ == "__main__":
    main()
