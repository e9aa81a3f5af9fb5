"""Forms of a person, a position, a relation, a China rep."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import wtforms as w
from flask import g
from wtforms import validators as v

from crm.core import clock
from crm.core.forms.fields import strip_text
from crm.core.forms.forms import Form, of
from crm.core.forms.pickers import PickField
from crm.core.forms.similar import SimilarMixin
from crm.core.policy import can
from crm.core.words import _, _l
from crm.organizations.client_field import ClientField
from crm.records.contact_point_forms import PointsMixin

from .endings import is_past
from .models import Affiliation, Person, PostHolder, Relation, Representation
from .policy import ConsentKind, Exclusivity, RepresentationStatus
from .queries import RepresentationRow, list_exclusive_conflicts


class PersonForm(PointsMixin, Form):
    """A person: only a name in one script is required. The page shows the fields in these groups."""

    name_fields = ("family_latin", "given_latin", "family_native", "given_native")
    form_of_address_fields = ("english_name", "display_order", "address_as", "pronunciation")
    contact_fields = ("wechat", "linkedin", "mail_language", "languages")
    location_fields = ("country", "city", "zone", "counselor_id", "address", "native_address")
    consent_fields = ("consent", "consent_place", "consent_on")
    birthday_fields = ("birth_month", "birth_day", "birth_year")
    given_latin = of(Person.given_latin)
    family_latin = of(Person.family_latin)
    family_native = of(Person.family_native)
    given_native = of(Person.given_native)
    english_name = of(Person.english_name)
    display_order = of(Person.display_order)
    address_as = of(Person.address_as)
    pronunciation = of(Person.pronunciation)
    country = of(Person.country)
    city = of(Person.city)
    zone = of(Person.zone, description=_l("Leave blank to use the country and city."))
    address = of(Person.address)
    native_address = of(Person.native_address)
    linkedin = of(Person.linkedin)
    languages = of(Person.languages)
    mail_language = of(Person.mail_language)
    consent = of(Person.consent)
    consent_place = of(Person.consent_place)
    consent_on = of(Person.consent_on)
    birth_month = of(Person.birth_month)
    birth_day = of(Person.birth_day)
    birth_year = of(Person.birth_year)
    read_first = of(Person.read_first)
    note = of(Person.note)
    tags = w.StringField(
        _l("Tags"), [v.Length(max=300)], filters=[strip_text], description=_l("Separate tags with commas.")
    )
    counselor_id = of(Person.counselor_id)

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        if self.edited is not None and not can(g.actor, "record:counselor", self.edited):
            del self.counselor_id


def _today() -> date:
    return clock.today(g.actor.zone)


class NewPersonForm(SimilarMixin, PersonForm):
    """A new person, with the first position in the same form. Usually they handed over their card today."""

    similar_kind = "person"

    display_order = of(
        Person.display_order,
        required=False,
        blank=_l("Automatic"),
        default=None,
        filters=(),
        description=_l("Chinese names show the family name first."),
    )
    consent = of(Person.consent, default=ConsentKind.card)
    consent_on = of(Person.consent_on, default=_today)
    organization_id = PickField(_l("Works at"), kinds=("organization",))
    team_id = of(Person.team_id, description=_l("Choose a team if you don't know where this person works."))
    title = of(Affiliation.title)
    native_title = of(Affiliation.native_title)

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        if not g.actor.is_above_teams:
            del self.team_id

    def similar_values(self) -> dict[str, Any]:
        """Return the name, contact details and organization."""
        return self.values() | self.typed_points


class AffiliationForm(Form):
    """A position."""

    organization_id = PickField(_l("Works at"), kinds=("organization",), needed=True)
    title = of(Affiliation.title)
    native_title = of(Affiliation.native_title)
    department = of(Affiliation.department)
    from_on = of(Affiliation.from_on)
    to_on = of(Affiliation.to_on)
    main = of(Affiliation.main)
    official = of(Affiliation.official)
    rank = of(Affiliation.rank)
    rank_words = of(Affiliation.rank_words)
    confirm_shared = w.BooleanField(_l("Share with all teams"))

    @property
    def confirmations(self) -> tuple[str, ...]:
        """Fields that are shown only after the server asked."""
        return ("confirm_shared",) if not (self.confirm_shared.errors or self.confirm_shared.data) else ()


class RelationForm(Form):
    """A relation to another person."""

    kind = of(Relation.kind)
    other_id = PickField(_l("Person"), kinds=("person",), needed=True)
    evidence = of(Relation.evidence)
    since_on = of(Relation.since_on)


class TermForm(Form):
    """The dates between which a person holds or held a role at a post."""

    from_on = of(PostHolder.from_on)
    to_on = of(PostHolder.to_on)
    expected_end_on = of(PostHolder.expected_end_on)


class HolderForm(Form):
    """The holder of a role at a post; or the role is vacant."""

    person_id = PickField(_l("Person"), kinds=("person",))
    vacant = w.BooleanField(_l("Vacant"))
    from_on = of(PostHolder.from_on)
    to_on = of(PostHolder.to_on)
    expected_end_on = of(PostHolder.expected_end_on)

    def validate(self, extra_validators: Any = None) -> bool:
        """Require either a person or “Vacant”."""
        valid = super().validate(extra_validators)
        if valid and self.person_id.is_filled == self.vacant.data:
            self.refuse(_("Choose a person or select “Vacant”, not both."), "person_id")
        return valid and not self.person_id.errors

    @property
    def selected_person_id(self) -> int | None:
        """Return the id of the selected person; None for a vacant role."""
        return next(iter(self.person_id.ids), None)


class RepresentationForm(Form):
    """A person, an organization or both that represent a client in China."""

    client_id = ClientField()
    person_id = PickField(_l("Person"), kinds=("person",))
    organization_id = PickField(_l("Organization"), kinds=("organization",), makers=("organization.representative",))
    rep_kind = of(Representation.rep_kind)
    status = of(Representation.status)
    territory = of(Representation.territory)
    exclusive = of(Representation.exclusive)
    basis = of(Representation.basis, description=_l("Choose “Written agreement” if one was signed."))
    from_on = of(Representation.from_on)
    to_on = of(Representation.to_on)
    may_quote = of(Representation.may_quote)
    mark_owner = of(Representation.mark_owner)
    note = of(Representation.note)
    confirm_exclusive = w.BooleanField(_l("Save anyway"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask to confirm an exclusive rep beside others in the same territory."""
        good = super().validate(extra_validators)
        if good and not self.confirm_exclusive.data and not self._has_ended():
            conflicts = self._list_conflicts()
            self.exclusive.errors = [_conflict_text(conflicts)] if conflicts else []
        return good and not self.exclusive.errors

    def values(self) -> dict[str, Any]:
        """Return the values without the confirmation."""
        return {k: x for k, x in super().values().items() if k != "confirm_exclusive"}

    def _has_ended(self) -> bool:
        return self.status.data is RepresentationStatus.ended or is_past(self.to_on.data)

    def _list_conflicts(self) -> list[RepresentationRow]:
        """Return the other reps that a new or changed rep conflicts with; none if nothing relevant changed."""
        row, client_id = self.edited, self.client_id.data
        chosen = (client_id, self.territory.data or None, self.exclusive.data)
        is_reopened = row is not None and (row.status is RepresentationStatus.ended or is_past(row.to_on))
        is_same = row is not None and not is_reopened and (row.client_id, row.territory, row.exclusive) == chosen
        if client_id is None or is_same:
            return []
        return list_exclusive_conflicts(g.actor, *chosen, except_id=row.id if row else None)


def _conflict_text(conflicts: Sequence[RepresentationRow]) -> str:
    names = [row.person or row.organization or str(_("a confidential China rep")) for row in conflicts]
    terms = [", ".join(filter(None, (row.territory, _exclusivity_text(row)))) for row in conflicts]
    described = [f"{name} ({text})" for name, text in zip(names, terms, strict=True)]
    return _(
        "Change the terms or check “Save anyway”. Active in the same territory: %(reps)s.",
        reps=", ".join(described),
    )


def _exclusivity_text(row: RepresentationRow) -> str:
    return str(_("exclusive: unknown") if row.exclusive is Exclusivity.unknown else row.exclusive)
