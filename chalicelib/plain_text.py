"""Text that a stranger typed, without what could deceive whoever reads it."""

import re
import unicodedata

# What a name or a street does not hold, and an advertisement does. Some people write their email address there.
_LINK = re.compile(
    r"://|www\.|(?:^|[^\w@.-])(?:[\w-]+\.)+(?:com|net|org|info|biz|shop|xyz|top|online|site|click|link|example)\b",
    re.IGNORECASE,
)


def clean(text: str, *, lines: bool = False) -> str:
    """One line of text (or several) without control or direction-changing characters, in composed form."""
    kept = "".join(
        letter if letter.isprintable() or (lines and letter == "\n") else " "
        for letter in unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    )
    return "\n".join(" ".join(line.split()) for line in kept.split("\n")).strip()


def holds_link(text: str) -> bool:
    """True when a mail program would make a link of a part of it."""
    return bool(_LINK.search(text))
