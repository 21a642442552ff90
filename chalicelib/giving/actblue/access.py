"""How ActBlue may tell a group of gifts: a password of ours, kept as a keyed hash, and what the group wants done."""

import hmac
from base64 import b64decode

import msgspec
from msgspec.structs import replace

from chalicelib import clock, config
from chalicelib.network import store as network
from chalicelib.network.group import Group

USER = "muster"
# An address is found by what nobody may learn by trying: whether there is such a group takes as long as a password.
_NONE = "0" * 64


class Access(msgspec.Struct, frozen=True):
    """`hash` '': switched off. `committees`: whose gifts are the group's, by ActBlue's ids or the FEC's; none: all.

    `joins`: donors who are new, or acted without joining, are put on the list. They agreed to that with the group, not
    with us, so it is for the group to say.
    """

    hash: str = ""
    since: float = 0
    committees: tuple[str, ...] = ()
    joins: bool = False

    @property
    def is_open(self) -> bool:
        return bool(self.hash)

    def is_own(self, *committee: str) -> bool:
        """Whether gifts to a committee, known by these ids, are the group's."""
        return not self.committees or bool(set(committee) & set(self.committees))


def of(group: Group) -> Access:
    return msgspec.convert(group.actblue, Access)


def renew(group: Group) -> str:
    """A new password, told this once; the one before is good no more."""
    password = clock.new_secret()
    _keep(group, replace(of(group), hash=_hash(group.id, f"{USER}:{password}"), since=clock.now()))
    return password


def switch_off(group: Group) -> None:
    """Nothing is taken any more. What was told stays."""
    _keep(group, replace(of(group), hash=""))


def choose(group: Group, committees: tuple[str, ...], *, joins: bool) -> None:
    _keep(group, replace(of(group), committees=committees, joins=joins))


def admits(group: str, authorization: str) -> Group | None:
    """The group, if a request with this header may tell it of gifts."""
    found = network.find_group(group, consistent=True)
    wanted = (of(found).hash if found else "") or _NONE
    told = _hash(group, _credentials(authorization))
    return found if hmac.compare_digest(told.encode(), wanted.encode()) else None


def _credentials(authorization: str) -> str:
    """`user:password` of a Basic header; '' for what is none."""
    scheme, _, encoded = authorization.partition(" ")
    try:
        return b64decode(encoded.strip(), validate=True).decode() if scheme.lower() == "basic" else ""
    except ValueError:
        return ""


def _hash(group: str, credentials: str) -> str:
    return hmac.digest(config.secret(), b"\0".join((b"actblue", group.encode(), credentials.encode())), "sha256").hex()


def _keep(group: Group, access: Access) -> None:
    network.change_group(group.id, actblue=msgspec.to_builtins(access))
