"""A form for each list."""

from __future__ import annotations

import wtforms as w
from wtforms import validators as v

from crm.core.forms.forms import Form, of
from crm.core.forms.periods import PeriodMixin
from crm.core.words import _

from .models import DayOff, Funder, GiftLimit, LostReason, Rate, Sector


class SectorForm(Form):
    """A line of business."""

    code = of(Sector.code)
    name = of(Sector.name)
    native_name = of(Sector.native_name, required=False)
    source = of(Sector.source, required=False)
    active = of(Sector.active)


class FunderForm(PeriodMixin, Form):
    """An organization that pays for counseling time."""

    code = of(Funder.code)
    name = of(Funder.name)
    from_on = of(Funder.from_on)
    to_on = of(Funder.to_on)
    active = of(Funder.active)


class LostReasonForm(Form):
    """A reason why an opportunity was lost."""

    code = of(LostReason.code)
    name = of(LostReason.name)
    requires_description = of(LostReason.requires_description)
    active = of(LostReason.active)


class DayOffForm(Form):
    """A holiday or a make-up workday."""

    country = of(DayOff.country)
    day = of(DayOff.day)
    name = of(DayOff.name)
    is_workday = of(DayOff.is_workday)
    confirmed = of(DayOff.confirmed)


class RateForm(Form):
    """The value of a currency on a day."""

    currency = of(Rate.currency)
    on = of(Rate.on)
    usd = of(Rate.usd)
    source = of(Rate.source, required=False)

    def validate_usd(self, field: w.Field) -> None:
        """Refuse zero and negative values."""
        if not field.errors and field.data <= 0:
            raise v.ValidationError(_("Enter the value of one unit in US dollars, such as 0.14."))


class GiftLimitForm(Form):
    """The limits above which gifts need approval, from a day on."""

    from_on = of(GiftLimit.from_on)
    usd = of(GiftLimit.usd)
    per_year = of(GiftLimit.per_year)
    note = of(GiftLimit.note, required=False)

    def validate_usd(self, field: w.Field) -> None:
        """Refuse negative values."""
        if not field.errors and field.data < 0:
            raise v.ValidationError(_("Enter a value of 0 or more."))

    def validate_per_year(self, field: w.Field) -> None:
        """Refuse negative numbers."""
        if not field.errors and field.data < 0:
            raise v.ValidationError(_("Enter a number of 0 or more."))
