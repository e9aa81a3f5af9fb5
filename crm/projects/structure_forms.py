"""Forms of a tender package and of a registration as supplier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import wtforms as w
from wtforms import validators as v

from crm.core.errors import Invalid
from crm.core.forms.fields import DateField, SupportedYear, TimeField
from crm.core.forms.forms import Form, of
from crm.core.forms.pickers import PickField
from crm.core.words import _, _l
from crm.organizations.client_field import ClientField

from .models import SupplierRegistration, TenderPackage
from .part_choice import PartField
from .policy import END_OF_DAY


def with_bid_wall(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a form with `bid_wall` instead of its date and time. Raises Invalid for a date alone."""
    rest = dict(values)
    day, hour = rest.pop("bid_day"), rest.pop("bid_time")
    if day and hour is None:
        raise Invalid(_("Enter a time, such as 5:00 PM for the end of the day."), "bid_time")
    return rest | {"bid_wall": datetime.combine(day, hour) if day else None}


class PackageForm(Form):
    """A tender package: who is responsible for it, and the bid deadline in the project's time zone."""

    fact_fields = ("name", "native_name", "organization_id", "state")
    name = of(TenderPackage.name)
    native_name = of(TenderPackage.native_name)
    organization_id = PartField(_l("Responsible party"))
    state = of(TenderPackage.state)
    bid_day = DateField(_l("Bid deadline"), [v.Optional(), SupportedYear()])
    bid_time = TimeField(_l("Local time"), [v.Optional()], default=END_OF_DAY)

    def __init__(self, *args: Any, parties: Sequence[tuple[int, str]], zone: str = "", **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.organization_id.offer(parties)
        self.bid_time.description = zone

    def values(self) -> dict[str, Any]:
        """Return the values, with the deadline as `bid_wall`. Raises Invalid for a date without a time."""
        return with_bid_wall(super().values())


class RegistrationForm(Form):
    """The registration of a client as a supplier of a prime contractor."""

    client_id = ClientField()
    prime_id = PickField(_l("Prime contractor"), kinds=("organization",), needed=True)
    state = of(SupplierRegistration.state)
    portal_url = of(SupplierRegistration.portal_url)
    registered_on = of(SupplierRegistration.registered_on)
    expires_on = of(SupplierRegistration.expires_on)

    def validate_expires_on(self, field: w.Field) -> None:
        """Refuse an end before the registration."""
        if field.data and self.registered_on.data and field.data < self.registered_on.data:
            raise v.ValidationError(_("Enter an end date on or after the start date."))
