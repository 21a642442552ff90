"""Where a sender's CPU goes, by part: `python -m benchmarks.sender_profile`. Small functions look dearer than real."""

import cProfile
import pstats
from collections import Counter

from benchmarks import in_process
from benchmarks.lists import fill
from benchmarks.sending import planned
from chalicelib.mailings import send

EMAILS = 10_000

# The first part whose words are in the file or the name of a function; what is built in is counted where it belongs.
PARTS = (
    ("waiting", ("recv_into", "sendall", "'connect'", "'acquire'")),
    ("HTTP: requests, answers, their headers", ("/http/", "/email/", "socket", "/wire/connections", "/urllib/")),
    ("signing requests for AWS", ("/wire/sign", "openssl_sha256")),
    ("the secrets of each email: way out, links, address", ("signing.py", "hmac", "unsubscribe.py", "subscription.py")),
    ("filling in each email", ("merge.py", "entries.py", "content.py", "/html/", "links.py")),
    ("rows: keys, requests, values", ("/dynamo/", "store.py", "chunk.py", "config.py", "<frozen os>")),
    ("JSON", ("msgspec",)),
    ("claim, pace, record", ("/mailings/",)),
)  # fmt: skip


def main() -> None:
    with in_process.stack():
        group = in_process.group()
        fill(group, EMAILS)
        planned(group)
        profile = cProfile.Profile()
        profile.runcall(in_process.handle, "sends", send.send_all)
    seconds = Counter[str]()
    for (file, _, name), (_, _, own, _, _) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        seconds[_part(f"{file} {name}")] += own
    del seconds["waiting"]
    print(f"{seconds.total() / EMAILS * 1000:.3f} ms an email under the profiler, of it:")
    for part, own in seconds.most_common():
        print(f"| {part} | {own / seconds.total():.0%} |")


def _part(called: str) -> str:
    return next(
        (part for part, words in PARTS if any(word in called for word in words)),
        "Python's own functions: strings, dictionaries",
    )


if __name__ == "__main__":
    main()
