"""What a mailing says, compiled once when it is frozen and kept beside its audience."""

from functools import lru_cache

import msgspec

from chalicelib import config, files
from chalicelib.mailings import asks, links
from chalicelib.mailings.mailing import Mailing, run_folder
from chalicelib.mailings.merge import Compiled
from chalicelib.network import store as network
from chalicelib.network.group import Group


class Frozen(msgspec.Struct, frozen=True):
    """The words with their holes, and whom they come from; `links` are where its links lead, by number.

    `home` is the group's own page.
    """

    compiled: Compiled
    group_name: str
    sender: str
    reply_to: str
    home: str = ""
    links: list[str] = []


def freeze(mailing: Mailing) -> tuple[Group, set[str]]:
    """Lay out and compile the mailing as it now stands, and keep it for this run.

    Gives the group it comes from, and the merge fields that stand in it.
    """
    group, fields = network.find_group(mailing.group), set[str]()
    if group is None:
        raise LookupError(mailing.group)
    for letter in mailing.letters:
        frozen = _tracked(compile_for(mailing, group, letter))
        files.put(_key(mailing.folder, letter), msgspec.json.encode(frozen), "application/json")
        fields |= {hole.field for hole in frozen.compiled.holes}
    return group, fields


def compile_for(mailing: Mailing, group: Group, letter: str = "") -> Frozen:
    """What `freeze` keeps of a variant, but for the redirects; the preview shows the very same."""
    from chalicelib.mailings import layout, merge, ses  # noqa: PLC0415  (MJML is only needed here)

    home = f"{config.public_url()}/{group.slug}"
    mailing = mailing.worded(letter)
    body = links.with_source(mailing.body, links.source_code(mailing.id, letter), home)
    words = asks.with_links(layout.lay_out(mailing.subject, mailing.preheader, body, group, group.language), home)
    sender = ses.mailbox(*sender_of(mailing, group))
    return Frozen(merge.compile(words), group.name, sender, group.reply_to, home)


def sender_of(mailing: Mailing, group: Group) -> tuple[str, str]:
    """Name and address; an address that the group may not send from (any more) is not used."""
    own = mailing.sender_address if group.may_send_from(mailing.sender_address) else group.mail_address
    return mailing.sender_name or group.from_name, own


def _tracked(frozen: Frozen) -> Frozen:
    """The same with its links led through us, which is for those who get it and not for previews."""
    compiled, addresses = links.track(frozen.compiled)
    return msgspec.structs.replace(frozen, compiled=compiled, links=addresses)


def of_run(mailing: Mailing, letter: str = "") -> Frozen:
    return _read(_key(mailing.folder, letter))


def of_place(group: str, run: str, letter: str = "") -> Frozen | None:
    """What the recipients of a run got; None when there is nothing such."""
    try:
        return _read(_key(run_folder(group, run), letter))
    except LookupError:
        return None


@lru_cache(maxsize=16)
def _read(key: str) -> Frozen:
    content = files.get(key)
    if content is None:
        raise LookupError(key)
    return msgspec.json.decode(content, type=Frozen)


def _key(folder: str, letter: str) -> str:
    return f"{folder}/content-{letter}.json" if letter else f"{folder}/content.json"
