"""Forms that create a record and ask whether it already exists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

import wtforms as w
from flask import g

from crm.core.data.receipts import find_saved_url
from crm.core.hooks import SIMILAR_RECORDS
from crm.core.words import _, _l


class SimilarRecord(NamedTuple):
    """An existing record that may be the one in the form; `is_question` asks before saving."""

    id: int
    kind: str
    label: str
    native: str
    hint: str
    url: str
    reasons: tuple[str, ...]
    is_question: bool


class SimilarMixin:
    """The field `confirm_new` of a form that creates a record, and the existing records like it."""

    similar_kind: ClassVar[str]
    confirm_new = w.BooleanField(_l("Create anyway"))
    edited: Any
    uid: Any

    def similar_values(self) -> Mapping[str, Any]:
        """Return the values to compare with existing records."""
        raise NotImplementedError

    @property
    def similar(self) -> list[SimilarRecord]:
        """The existing records like the one in the form that the actor may see, most likely first."""
        find_similar = SIMILAR_RECORDS.get(self.similar_kind)
        if find_similar is None or self.edited is not None:
            return []
        return find_similar(g.actor, self.similar_values())

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask to confirm a record that is likely an existing one, but not one that this form created before."""
        valid: bool = super().validate(extra_validators)  # type: ignore[misc]
        if not valid or self.confirm_new.data or find_saved_url(self.uid.data, g.actor.id):
            return valid
        if any(record.is_question for record in self.similar):
            self.confirm_new.errors = [_("Use an existing record below, or choose “Create anyway”.")]
            return False
        return valid


class SimilarField(w.StringField):
    """Which existing record a new name means: its id, or "new" to create one anyway. Only shown if there are some.

    Rendered by the macro `similar_choice`.
    """

    NEW = "new"

    def __init__(self, label: object = None, *, similar_kind: str = "", **kw: Any) -> None:
        self.similar_kind = similar_kind
        self.records: list[SimilarRecord] = []
        super().__init__(label, **kw)

    def compare(self, values: Mapping[str, Any] | None) -> None:
        """Find the existing records like a new one with these values; None if no new one will be created."""
        find_similar = SIMILAR_RECORDS.get(self.similar_kind)
        self.records = find_similar(g.actor, values) if find_similar is not None and values is not None else []

    @property
    def chosen_id(self) -> int | None:
        """The id of the existing record that was chosen; None to create one."""
        return next((record.id for record in self.records if str(record.id) == self.data), None)

    def require_choice(self) -> bool:
        """Require a choice if an existing record is likely the same. Return whether one is missing."""
        is_open = self.chosen_id is None and self.data != self.NEW
        if not is_open or not any(record.is_question for record in self.records):
            return False
        self.errors = [_("Choose “Use this one” or “Create anyway”.")]
        return True
