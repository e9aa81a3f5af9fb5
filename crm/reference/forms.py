"""One form for each list."""

from __future__ import annotations

from crm.core.forms import Form, of

from .models import DayOff, Funder, Rate, Sector


class SectorForm(Form):
    """A line of business."""

    code = of(Sector.code)
    name = of(Sector.name)
    native_name = of(Sector.native_name, required=False)
    source = of(Sector.source, required=False)
    active = of(Sector.active)


class FunderForm(Form):
    """Who pays for counseling time."""

    code = of(Funder.code)
    name = of(Funder.name)
    from_on = of(Funder.from_on)
    to_on = of(Funder.to_on)
    active = of(Funder.active)


class DayOffForm(Form):
    """A holiday or a make-up working day."""

    country = of(DayOff.country)
    day = of(DayOff.day)
    name = of(DayOff.name)
    is_workday = of(DayOff.is_workday)
    confirmed = of(DayOff.confirmed)


class RateForm(Form):
    """What a currency was worth on a day."""

    currency = of(Rate.currency)
    on = of(Rate.on)
    usd = of(Rate.usd)
    source = of(Rate.source, required=False)
