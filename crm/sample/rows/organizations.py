"""Makes rows of organizations with their roles, names and details."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from crm import names
from crm.organizations.models import (
    Alias,
    Client,
    ClientAgreement,
    DatedFact,
    Organization,
    OrganizationRoleLink,
    OrganizationSector,
    Prime,
)
from crm.organizations.policy import FactKind, OrganizationRole, RegistrationState, YesNoUnknown, is_shared
from crm.records.policy import ContactMedium, PointLabel

from .specs import ClientFacts, ClientFigures, OrganizationRef, OrganizationSpec
from .writer import RecordWriter, name_columns, plain_number, point_words, tokens


def add_organization(writer: RecordWriter, spec: OrganizationSpec) -> OrganizationRef:
    """Add an organization with its roles, names and details."""
    team_id = None if is_shared(spec.roles) else writer.teams[spec.team or "Inland"]
    counselor_id = writer.users[spec.counselor] if spec.counselor else None
    points = _contact_points(spec)
    aliases = [name for _kind, name in spec.aliases]
    words = [
        names.organization_tokens(spec.name, spec.native, *aliases),
        tokens(spec.place.city),
        *(point_words(p[0], p[3] or p[2]) for p in points),
    ]
    organization_id = writer.inserter.record(
        Organization,
        **writer.stamp(spec.by, spec.made_at),
        **name_columns(spec.name, spec.native, words),
        team_id=team_id,
        counselor_id=counselor_id,
        confidential=spec.confidential,
        name=spec.name,
        native_name=spec.native,
        **_address_columns(spec),
        uscc=spec.uscc,
        parent_id=spec.parent.id if spec.parent else None,
        parent_share=Decimal(spec.parent_share) if spec.parent_share else None,
        read_first=spec.read_first,
    )
    writer.add_history(organization_id, "organization", spec.by, spec.made_at)
    _add_details(writer, organization_id, spec)
    writer.points(organization_id, points)
    return OrganizationRef(
        organization_id,
        spec.name,
        spec.native or "",
        frozenset(spec.roles),
        spec.place,
        team_id,
        counselor_id,
        spec.confidential,
        spec.made_at,
    )


def _add_details(writer: RecordWriter, organization_id: int, spec: OrganizationSpec) -> None:
    for role in spec.roles:
        writer.inserter.add(OrganizationRoleLink, organization_id=organization_id, role=role)
    for kind, name in spec.aliases:
        writer.inserter.add(Alias, organization_id=organization_id, kind=kind, name=name)
    for code in dict.fromkeys(spec.sectors):
        writer.inserter.add(OrganizationSector, organization_id=organization_id, sector_id=writer.sectors[code])
    if OrganizationRole.client in spec.roles:
        _add_client(writer, organization_id, spec.client or ClientFacts())
    if OrganizationRole.prime in spec.roles:
        writer.inserter.add(
            Prime,
            organization_id=organization_id,
            portal_url=f"https://suppliers.{spec.domain}" if spec.domain else None,
            registration=writer.rng.choice(list(RegistrationState)),
            takes_small=writer.rng.choice(list(YesNoUnknown)),
            present_in="; ".join(filter(None, (spec.place.city, writer.rng.choice(("Jakarta", "Almaty", "Karachi"))))),
        )


def _add_client(writer: RecordWriter, organization_id: int, spec: ClientFacts) -> None:
    writer.inserter.add(
        Client,
        organization_id=organization_id,
        status=spec.status,
        business_stage=spec.stage,
        legal_form=spec.legal_form,
        founded_on=spec.founded_on,
        county=spec.county,
        naics=spec.naics,
        step_eligible=spec.step,
        wish=spec.wish,
        china_goals=spec.goals,
    )
    if spec.signed_on:
        writer.inserter.add(
            ClientAgreement, organization_id=organization_id, from_on=spec.signed_on, to_on=spec.until, on_file=True
        )
    if spec.figures:
        _add_figures(writer, organization_id, spec.figures)


def _add_figures(writer: RecordWriter, organization_id: int, spec: ClientFigures) -> None:
    numbers = {
        FactKind.staff: spec.staff,
        FactKind.export_staff: spec.export_staff,
        FactKind.sales: spec.sales,
        FactKind.export_sales: spec.export_sales,
        FactKind.us_content: spec.us_content,
    }
    money = (FactKind.sales, FactKind.export_sales)
    for kind, number in numbers.items():
        if number is not None:
            writer.inserter.add(
                DatedFact,
                organization_id=organization_id,
                kind=kind,
                number=Decimal(number),
                as_of=spec.as_of,
                currency="USD" if kind in money else None,
                source="Intake form",
            )
    if spec.export_countries:
        writer.inserter.add(
            DatedFact,
            organization_id=organization_id,
            kind=FactKind.export_countries,
            text=spec.export_countries,
            as_of=spec.as_of,
            source="Intake form",
        )


def _contact_points(spec: OrganizationSpec) -> list[tuple[ContactMedium, PointLabel, str, str]]:
    points = []
    if spec.domain:
        points.append((ContactMedium.email, PointLabel.work, f"info@{spec.domain}", f"info@{spec.domain}"))
    if spec.phone:
        points.append((ContactMedium.phone, PointLabel.work, spec.phone, plain_number(spec.phone)))
    return points


def _address_columns(spec: OrganizationSpec) -> dict[str, Any]:
    place = spec.place
    return {
        "country": place.country,
        "region": place.region,
        "city": place.city,
        "zone": place.zone,
        "city_key": names.city_key(place.city),
        "postal_code": place.postal or None,
        "website": f"https://www.{spec.domain}" if spec.domain else None,
    }
