"""Forms of an organization and of its details as client, prime and post."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import wtforms as w
from flask import g
from wtforms import validators as v

from crm import names
from crm.core.data.record import find_visible
from crm.core.forms.fields import MultiCodeField, strip_text
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

from .models import Alias, Client, ClientAgreement, Organization, Ownership, Post, PostRole, Prime
from .policy import OrganizationRole, PostRoleKind

MAX_ROWS = 12
MAX_PERCENT = 100


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
    uscc = of(Organization.uscc, filters=[strip_text, normalize_code])
    parent_id = PickField(_l("Parent organization"), kinds=("organization",))
    parent_share = of(Organization.parent_share)
    tags = w.StringField(
        _l("Tags"), [v.Length(max=300)], filters=[strip_text], description=_l("Separate tags with commas.")
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
    title = of(PostRole.title)
    kind = of(PostRole.kind)

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        if self.edited is not None and self.edited.kind is not PostRoleKind.vacant:
            # A role becomes vacant in the form of its holder, which also ends the holder's term.
            self.kind.choices = [c for c in self.kind.choices if c.value != PostRoleKind.vacant.value]
            self.kind.description = _l("To mark this role vacant, change its current holder.")
