"""Form of a dated figure of an organization."""

from __future__ import annotations

from typing import Any

import wtforms as w
from flask import g
from wtforms import validators as v

from crm.core.forms.decimals import INVALID_AMOUNT, AmountField, read_percent
from crm.core.forms.forms import Form, of
from crm.core.words import _, _l

from .forms import MAX_PERCENT
from .models import DatedFact
from .policy import FactKind, FactUnit

INVALID_FIGURE = _l("Enter a number, such as 15 or 1,200.")
INVALID_PERCENT = _l("Enter a number from 0 to 100.")
INVALID_FIGURES = {FactUnit.money: INVALID_AMOUNT, FactUnit.percent: INVALID_PERCENT}


class FigureField(AmountField):
    """The value of a figure; a percentage may have its sign."""

    @property
    def has_percent_sign(self) -> bool:
        """Whether the submitted text ends with a percent sign."""
        return bool(self.raw_data) and self.raw_data[0].strip().endswith(("%", "％"))

    def _to_digits(self, text: str) -> str:
        return read_percent(text) if self.has_percent_sign else super()._to_digits(text)


class FactForm(Form):
    """A dated figure and its source."""

    kind = of(DatedFact.kind)
    number = of(DatedFact.number, field_class=FigureField)
    text = of(DatedFact.text)
    currency = of(DatedFact.currency)
    as_of = of(DatedFact.as_of)
    source = of(DatedFact.source)

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        kinds = [kind for kind in FactKind if not (kind.is_hidden and g.actor.hides_money)]
        labels = [(kind.value, _("%(figure)s (%(unit)s)", figure=kind.label, unit=kind.unit.label)) for kind in kinds]
        self.kind.choices = [w.SelectChoice(*choice) for choice in labels]

    def validate_number(self, field: w.Field) -> None:
        """Refuse a text that isn't a number of the figure's unit, a negative value, and a percentage over 100."""
        unit = self.kind.data.unit if self.kind.data else FactUnit.money
        if field.process_errors or (field.has_percent_sign and unit is not FactUnit.percent):
            field.errors = []
            raise v.StopValidation(str(INVALID_FIGURES.get(unit, INVALID_FIGURE)))
        if field.errors:
            return
        if field.data < 0:
            raise v.ValidationError(_("Enter a number of at least %(min)s.", min=0))
        if unit is FactUnit.percent and field.data > MAX_PERCENT:
            raise v.ValidationError(str(INVALID_PERCENT))

    def validate(self, extra_validators: Any = None) -> bool:
        """Require a value or a description, and a currency for money."""
        super().validate(extra_validators)
        is_money = self.kind.data is not None and self.kind.data.unit is FactUnit.money
        if self.number.data is None and not (self.number.errors or self.text.data):
            self.refuse(_("Enter a figure or a description."), "number")
        elif self.number.data is not None and is_money and not (self.currency.data or self.currency.errors):
            self.refuse(_("Choose a currency."), "currency")
        return not self.errors
