"""Builds one UpdateExpression out of what a caller wants changed."""

from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.dynamo.items import is_empty_set


class Change:
    """Collects the clauses of an UpdateExpression."""

    def __init__(self) -> None:
        self.clauses: list[str] = []
        self.names: dict[str, str] = {}
        self.values: dict[str, Any] = {}

    @property
    def expression(self) -> str:
        return " ".join(self.clauses)

    def set(self, always: Mapping[str, Any], once: Mapping[str, Any], inside: Mapping[tuple[str, str], Any]) -> None:
        parts = [f"{self._name(name)} = {self._value(value)}" for name, value in always.items()]
        for name, value in once.items():
            parts.append(f"{self._name(name)} = if_not_exists({self._name(name)}, {self._value(value)})")
        for (name, entry), value in inside.items():
            parts.append(f"{self._name(name)}.{self._name(entry)} = {self._value(value)}")
        if parts:
            self.clauses.append("SET " + ", ".join(parts))

    def clause(self, verb: str, values: Mapping[str, Any]) -> None:
        kept = {name: value for name, value in values.items() if not is_empty_set(value)}
        if kept:
            pairs = [f"{self._name(name)} {self._value(value)}" for name, value in kept.items()]
            self.clauses.append(f"{verb} " + ", ".join(pairs))

    def remove(self, names: Iterable[str | tuple[str, str]]) -> None:
        """Attributes, or (map, entry)."""
        paths = ((name,) if isinstance(name, str) else name for name in names)
        if parts := [".".join(map(self._name, path)) for path in paths]:
            self.clauses.append("REMOVE " + ", ".join(parts))

    def _name(self, name: str) -> str:
        alias = f"#u_{name}" if name.isidentifier() else f"#u{len(self.names)}"
        self.names[alias] = name
        return alias

    def _value(self, value: Any) -> str:
        alias = f":u{len(self.values)}"
        self.values[alias] = value
        return alias
