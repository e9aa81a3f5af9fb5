"""Forms of an organization and of its details as client, prime and post."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import wtforms as w
from flask import g
from wtforms import validators as v

from crm import names
from crm.core.data.record import find_visible
from crm.core.forms.decimals import INVALID_AMOUNT, AmountField, read_percent
from crm.core.forms.fields import MultiCodeField, stripped
from crm.core.forms.forms import Form, Subform, of
from crm.core.forms.periods import PeriodMixin
from crm.core.forms.pickers import PickField
from crm.core.forms.row_lists import FieldList
from crm.core.forms.similar import SimilarMixin
from crm.core.i18n.formats import percent
from crm.core.policy import can
from crm.core.words import _, _l
from crm.records.contact_point_forms import PointsMixin
from crm.reference.code_pickers import CodePickField
from crm.reference.codes import CodeList
from crm.reference.queries import sector_choices

from .models import Alias, Client, ClientAgreement, DatedFact, Organization, Ownership, Post, PostRole, Prime
from .policy import FactKind, FactUnit, OrganizationRole, PostRoleKind

MAX_ROWS = 12
MAX_PERCENT = 100
INVALID_FIGURE = _l("Enter a number, such as 15 or 1,200.")
INVALID_PERCENT = _l("Enter a number from 0 to 100.")
INVALID_FIGURES = {FactUnit.money: INVALID_AMOUNT, FactUnit.percent: INVALID_PERCENT}


def normalize_code(code: str | None) -> str | None:
    """Return a unified social credit code in capitals, without spaces and hyphens."""
    return names.normalize_uscc(code) if code else code


class AliasForm(Subform):
    """Another name."""

    kind = of(Alias.kind)
    name = of(Alias.name, required=False)


class OrganizationForm(SimilarMixin, PointsMixin, Form):
    """An organization: only a name in one script is required. The page shows the fields in these groups."""

    similar_kind = "organization"
    name_fields = ("name", "native_name")
    team_fields = ("team_id", "counselor_id")
    location_fields = ("country", "region", "city", "postal_code", "address", "native_address", "zone", "website")
    contact_fields = ("emails", "phones", "wechat")
    other_fields = ("aliases", "sectors", "uscc", "parent_id", "parent_share", "tags")
    name = of(Organization.name, required=False)
    native_name = of(Organization.native_name)
    roles = MultiCodeField(_l("Roles"), OrganizationRole)
    country = of(Organization.country)
    region = of(Organization.region)
    city = of(Organization.city)
    postal_code = of(Organization.postal_code)
    address = of(Organization.address)
    native_address = of(Organization.native_address)
    zone = of(Organization.zone, description=_l("Leave blank to use the country and city."))
    website = of(Organization.website)
    aliases = FieldList(w.FormField(AliasForm), _l("Other names"), min_entries=1, max_entries=MAX_ROWS)
    sectors = w.SelectMultipleField(_l("Sectors"), coerce=int)
    uscc = of(Organization.uscc, filters=[stripped, normalize_code])
    parent_id = PickField(_l("Parent organization"), kinds=("organization",))
    parent_share = of(Organization.parent_share)
    tags = w.StringField(
        _l("Tags"), [v.Length(max=300)], filters=[stripped], description=_l("Separate tags with commas.")
    )
    read_first = of(Organization.read_first)
    team_id = of(
        Organization.team_id, description=_l("Clients belong to a team. Other organizations are shared with all teams.")
    )
    counselor_id = of(Organization.counselor_id)

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.sectors.choices = [w.SelectChoice(i, n) for i, n in sector_choices(self.sectors.object_data or ())]
        if g.actor.hides_money:
            del self.parent_share
        elif _has_hidden_parent(self.edited):
            self._withhold_share()
        if self.edited is not None and not can(g.actor, "record:counselor", self.edited):
            del self.counselor_id

    def _withhold_share(self) -> None:
        """Leave the share of a hidden parent blank, as the parent itself is."""
        self.withheld = ("parent_share",)
        if not self.parent_share.raw_data:
            self.parent_share.data = None

    def values(self) -> dict[str, Any]:
        """Return the submitted values; the share of a hidden parent that stays isn't among them."""
        values = super().values()
        if self.withheld and self.edited.parent_id == values["parent_id"]:
            del values["parent_share"]
        return values

    def similar_values(self) -> dict[str, Any]:
        """Return the names and contact details."""
        return self.values() | self.typed_points | {"aliases": [row.form.name.data for row in self.aliases]}


def _has_hidden_parent(organization: Any) -> bool:
    """Return whether an organization that is edited has a parent that the user may not see."""
    parent_id = organization.parent_id if organization is not None else None
    return parent_id is not None and find_visible(g.actor, parent_id) is None


class ClientForm(Form):
    """Client details."""

    status = of(Client.status)
    business_stage = of(Client.business_stage)
    legal_form = of(Client.legal_form)
    founded_on = of(Client.founded_on)
    county = of(Client.county)
    naics = CodePickField(_l("NAICS"), code_list=CodeList.naics)
    step_eligible = of(Client.step_eligible)
    wish = of(Client.wish)
    china_goals = of(Client.china_goals)


class AgreementForm(PeriodMixin, Form):
    """A service agreement."""

    from_on = of(ClientAgreement.from_on)
    to_on = of(ClientAgreement.to_on)
    on_file = of(ClientAgreement.on_file)


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
        if not super().validate(extra_validators):
            return False
        if self.number.data is None and not self.text.data:
            self.refuse(_("Enter a figure or a description."), "number")
        elif self.number.data is not None and self.kind.data.unit is FactUnit.money and not self.currency.data:
            self.refuse(_("Choose a currency."), "currency")
        return not self.errors


class OwnershipForm(Form):
    """An owner and the owner's share; `recorded` is the sum of the shares of the other owners, in percent."""

    owner_id = PickField(_l("Owner organization"), kinds=("organization",))
    owner_name = of(Ownership.owner_name, description=_l("Use this if the owner isn't listed as an organization."))
    share = of(Ownership.share)
    as_of = of(Ownership.as_of)
    source = of(Ownership.source)
    confirm_total = w.BooleanField(_l("Save anyway"))

    def __init__(self, *args: Any, recorded: Decimal = Decimal(0), **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.recorded = recorded

    def validate(self, extra_validators: Any = None) -> bool:
        """Require an owner, and ask to confirm shares of more than 100 percent: they may be of different dates."""
        valid = super().validate(extra_validators)
        if valid and not self.owner_id.data and not self.owner_name.data:
            self.refuse(_("Choose an owner or enter a name."), "owner_name")
        total = self.recorded + (self.share.data or 0)
        if valid and self.share.data and total > MAX_PERCENT and not self.confirm_total.data:
            text = _("Correct the percentage or save anyway: the owners add up to %(total)s.", total=percent(total))
            self.refuse(text, "share")
        return valid and not (self.owner_name.errors or self.share.errors)

    @property
    def confirmations(self) -> tuple[str, ...]:
        """Fields that are shown only after the server asked."""
        return () if self.share.errors or self.confirm_total.data else ("confirm_total",)

    def values(self) -> dict[str, Any]:
        """Return the values without the confirmation."""
        return {k: x for k, x in super().values().items() if k != "confirm_total"}


class PrimeForm(Form):
    """Prime contractor details."""

    portal_url = of(Prime.portal_url)
    registration = of(Prime.registration)
    takes_small = of(Prime.takes_small)
    present_in = of(Prime.present_in)


class PostForm(Form):
    """U.S. post details."""

    kind = of(Post.kind)
    code = of(Post.code)
    district = of(Post.district)
    opened_on = of(Post.opened_on)
    closed_on = of(Post.closed_on)
    source = of(Post.source)


class PostRoleForm(Form):
    """A role at a post."""

    title = of(PostRole.title)
    kind = of(PostRole.kind)

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        if self.edited is not None and self.edited.kind is not PostRoleKind.vacant:
            # A role becomes vacant in the form of its holder, which also ends the holder's term.
            self.kind.choices = [c for c in self.kind.choices if c.value != PostRoleKind.vacant.value]
            self.kind.description = _l("To mark this role vacant, change its current holder.")
