"""The field of a column, with an optional label (work, mobile) and a group of columns that belong together."""

from __future__ import annotations

from typing import NamedTuple

#: Fields of which a row may have several.
_REPEATING = frozenset(
    {"email", "phone", "website", "note", "notes", "label", "aliases", "phone_label", "email_label", "honorific"}
)


class FieldTarget(NamedTuple):
    """A field of a row. Its `code` is the stored form: `street:work#2`."""

    field: str
    label: str = ""
    group: str = ""

    @property
    def code(self) -> str:
        """The stored form: field, label after a colon, group after a hash."""
        return self.field + (f":{self.label}" if self.label else "") + (f"#{self.group}" if self.group else "")

    @property
    def may_repeat(self) -> bool:
        """Whether several columns may go to this field."""
        return self.field in _REPEATING

    @classmethod
    def parse(cls, code: str) -> FieldTarget:
        rest, _hash, group = code.partition("#")
        name, _colon, label = rest.partition(":")
        return cls(name, label, group)
