"""A custom field: something a group wants to know of its people, of one type, wherever it is asked."""

import msgspec


class CustomField(msgspec.Struct, frozen=True, kw_only=True):
    """`type` is a `QuestionType`; `choices` those offered when it was first asked; `created` epoch seconds."""

    id: str
    group: str
    label: str
    type: str
    created: float
    choices: tuple[str, ...] = ()
