"""A history in words: when, who, what. Kept as it happens, written out when somebody wants to read it."""

from hashlib import sha256


class History:
    """`start` is the moment that is called 0."""

    def __init__(self, start: float) -> None:
        self.start, self.told = start, list[tuple[float, str, str]]()

    def add(self, at: float, who: str, what: str) -> None:
        self.told.append((at, who, what))

    def lines(self) -> list[str]:
        return [f"{at - self.start:12.3f}  {who:24} {what}" for at, who, what in self.told]

    @property
    def print(self) -> str:
        """The same for the same history."""
        return sha256("\n".join(self.lines()).encode()).hexdigest()[:16]
