"""What a mailing says, compiled once when it is frozen and kept beside its audience."""

from functools import lru_cache

import msgspec

from chalicelib import files
from chalicelib.mailings.mailing import Mailing
from chalicelib.mailings.merge import Compiled
from chalicelib.network import store as network
from chalicelib.network.group import Group


class Frozen(msgspec.Struct, frozen=True):
    """The words with their holes, and whom they come from."""

    compiled: Compiled
    group_name: str
    sender: str
    reply_to: str


def freeze(mailing: Mailing) -> None:
    """Lay out and compile the mailing as it now stands, and keep it for this run."""
    group = network.find_group(mailing.group)
    if group is None:
        raise LookupError(mailing.group)
    files.put(_key(mailing), msgspec.json.encode(compile_for(mailing, group)), "application/json")


def compile_for(mailing: Mailing, group: Group) -> Frozen:
    """What `freeze` keeps; the preview shows the very same."""
    from chalicelib.mailings import layout, merge, ses  # noqa: PLC0415  (MJML is only needed here)

    words = layout.lay_out(mailing.subject, mailing.preheader, mailing.body, group, group.language)
    sender = ses.mailbox(group.from_name, group.mail_address)
    return Frozen(merge.compile(words), group.name, sender, group.reply_to)


def of_run(mailing: Mailing) -> Frozen:
    return _read(_key(mailing))


@lru_cache(maxsize=16)
def _read(key: str) -> Frozen:
    content = files.get(key)
    if content is None:
        raise LookupError(key)
    return msgspec.json.decode(content, type=Frozen)


def _key(mailing: Mailing) -> str:
    return f"{mailing.folder}/content.json"
