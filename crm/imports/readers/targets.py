"""Where a column's cells go: a field, perhaps with a label (work, mobile) and a group that binds columns together."""

from __future__ import annotations

from typing import NamedTuple

#: Fields of which a row may have several.
_REPEATING = frozenset(
    {"email", "phone", "website", "note", "notes", "label", "aliases", "phone_label", "email_label", "honorific"}
)


class FieldTarget(NamedTuple):
    """A field of the row to be made. Its `code` is how a mapping is kept: `street:work#2`."""

    field: str
    label: str = ""
    group: str = ""

    @property
    def code(self) -> str:
        """The text form: field, label after a colon, group after a hash."""
        return self.field + (f":{self.label}" if self.label else "") + (f"#{self.group}" if self.group else "")

    @property
    def may_repeat(self) -> bool:
        """Whether several columns may go to this field."""
        return self.field in _REPEATING

    @classmethod
    def parse(cls, code: str) -> FieldTarget:
        """The target of a text form."""
        rest, _hash, group = code.partition("#")
        name, _colon, label = rest.partition(":")
        return cls(name, label, group)
