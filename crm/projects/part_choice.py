"""A field for a part of a project, such as a party or a tender package."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import wtforms as w
from wtforms import validators as v

from crm.core.forms.choices import ChoiceSelect
from crm.core.words import _


def _read_id(value: Any) -> int | None:
    return int(value) if value not in (None, "") else None


class PartField(w.SelectField):
    """One part or none. A stored part that isn't offered, because it is hidden from the user, stays."""

    widget = ChoiceSelect()

    def __init__(self, label: object = None, validators: Any = None, **kw: Any) -> None:
        super().__init__(label, validators, choices=[], coerce=_read_id, **kw)

    def offer(self, parts: Sequence[tuple[int, str]]) -> None:
        """Set the parts to choose from: id and name."""
        offered = [(str(i), name) for i, name in parts]
        if self.object_data and str(self.object_data) not in dict(offered):
            offered.append((str(self.object_data), _("hidden")))
        self.choices = [w.SelectChoice("", ""), *(w.SelectChoice(i, name) for i, name in offered)]

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read an id. Raises ValueError for another text."""
        try:
            self.data = _read_id(valuelist[0]) if valuelist else None
        except ValueError:
            self.data = None
            raise ValueError(_("Choose one from the list.")) from None

    def pre_validate(self, form: w.Form) -> None:  # noqa: ARG002
        """Refuse a part that isn't offered."""
        if not any(choice.selected for choice in self.iter_choices()):
            self.data = None
            raise v.ValidationError(_("Choose one from the list."))
