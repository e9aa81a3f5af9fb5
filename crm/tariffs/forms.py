"""The form of a tariff note."""

from __future__ import annotations

import wtforms as w
from wtforms import validators as v

from crm.core.forms.fields import strip_text
from crm.core.forms.forms import Form, of
from crm.core.words import _

from .models import TariffNote
from .policy import is_hs_prefix, join_digits


class TariffNoteForm(Form):
    """What applies to an HS code in a country."""

    hs = of(TariffNote.hs, filters=[strip_text, join_digits])
    country = of(TariffNote.country)
    text = of(TariffNote.text)
    source = of(TariffNote.source)
    noted_on = of(TariffNote.noted_on)
    valid_until = of(TariffNote.valid_until)

    def validate_hs(self, field: w.Field) -> None:
        """Refuse other than 2, 4 or 6 digits."""
        if not is_hs_prefix(field.data or ""):
            raise v.ValidationError(_("Enter 2, 4 or 6 digits, such as 9026."))

    def validate_valid_until(self, field: w.Field) -> None:
        """Refuse an end before the date of the note."""
        if field.data and self.noted_on.data and field.data < self.noted_on.data:
            raise v.ValidationError(_("Enter an end date on or after the date of the note."))
