"""Forms with the first and the last day of a period."""

from __future__ import annotations

from typing import Any

import wtforms as w
from wtforms import validators as v

from crm.core.words import _


class PeriodMixin:
    """A form with the fields `from_on` and `to_on`."""

    from_on: Any

    def validate_to_on(self, field: w.Field) -> None:
        """Refuse an end before the start."""
        if field.data and self.from_on.data and field.data < self.from_on.data:
            raise v.ValidationError(_("Enter an end date on or after the start date."))
