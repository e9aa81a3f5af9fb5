"""Makes rows of organizations, people and their children, as the services of their features would."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from crm import names
from crm.core.data.history import Change, Via
from crm.core.data.identity import User
from crm.followups.enums import Tier
from crm.followups.models import Cadence
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
from crm.people.models import Affiliation, Person
from crm.people.policy import Employer as FirmOf
from crm.people.policy import team_of_person
from crm.records.models import ContactPoint, RecordTag, Tag
from crm.records.policy import Medium, PointLabel
from crm.records.services import point_tokens

from .inserter import Sheets
from .specs import ClientFacts, Figures, OrganizationRef, OrganizationSpec, PersonFacts, PersonRef

tokens = lru_cache(maxsize=200_000)(names.tokens)
sort_key = lru_cache(maxsize=50_000)(names.sort_key)
point_words = lru_cache(maxsize=200_000)(point_tokens)


def name_columns(label: str, native: str | None, words: Iterable[str]) -> dict[str, Any]:
    """Return the columns of a record's name, sort key and search tokens, as `name_record` sets them; caches names."""
    unique_words = dict.fromkeys(" ".join((tokens(label, native), *words)).split())
    return {
        "label": label[:200],
        "native_label": (native or "")[:200],
        "sort_key": sort_key(label or native or ""),
        "tokens": " ".join(unique_words),
    }


class Office:
    """Knows the users, teams and lists, and adds rows to the sheets."""

    def __init__(self, sheets: Sheets, users: dict[str, User], lists: dict[str, dict[str, int]], now: datetime) -> None:
        self.sheets = sheets
        self.rng = sheets.rng
        self.users = {name: user.id for name, user in users.items()}
        self.teams = lists["teams"]
        self.sectors, self.funders = lists["sectors"], lists["funders"]
        self.lost_reasons = list(lists["lost_reasons"].values())[:-1]  # without "other", which needs a text
        self.first_team = {"boris": self.teams["Bay"]}
        self.now = now
        self.today = now.astimezone(ZoneInfo("America/Los_Angeles")).date()
        self.keeps_history = True
        self._tags: dict[str, int] = {}

    def team_of(self, name: str) -> int:
        """Return the first team of a user."""
        return self.first_team.get(name, self.teams["Inland"])

    def stamp(self, by: str, made_at: datetime) -> dict[str, Any]:
        """Return when and by whom a record was created, as columns."""
        return {"created_at": made_at, "created_by_id": self.users[by]}

    def add_history(self, record_id: int, table: str, by: str, made_at: datetime) -> None:
        """Add the history entry that the flush of a new record would write."""
        if self.keeps_history:
            self.sheets.add(
                Change,
                at=made_at,
                actor_id=self.users[by],
                via=Via.web,
                root_id=record_id,
                what="created",
                table=table,
                row_id=str(record_id),
                diff={},
            )

    def add_organization(self, spec: OrganizationSpec) -> OrganizationRef:
        """Add an organization with its roles, names and details."""
        team_id = None if is_shared(spec.roles) else self.teams[spec.team or "Inland"]
        counselor_id = self.users[spec.counselor] if spec.counselor else None
        points = _firm_points(spec)
        aliases = [name for _kind, name in spec.aliases]
        words = [
            names.organization_tokens(spec.name, spec.native, *aliases),
            tokens(spec.place.city),
            *(point_words(p[0], p[3] or p[2]) for p in points),
        ]
        firm_id = self.sheets.record(
            Organization,
            **self.stamp(spec.by, spec.made_at),
            **name_columns(spec.name, spec.native, words),
            team_id=team_id,
            counselor_id=counselor_id,
            confidential=spec.confidential,
            name=spec.name,
            native_name=spec.native,
            **_whereabouts(spec),
            uscc=spec.uscc,
            parent_id=spec.parent.id if spec.parent else None,
            parent_share=Decimal(spec.parent_share) if spec.parent_share else None,
            read_first=spec.read_first,
        )
        self.add_history(firm_id, "organization", spec.by, spec.made_at)
        self._firm_rows(firm_id, spec)
        self.points(firm_id, points)
        signed_on = spec.client.signed_on if spec.client else None
        return OrganizationRef(
            firm_id,
            spec.name,
            spec.native or "",
            frozenset(spec.roles),
            spec.place,
            team_id,
            counselor_id,
            spec.confidential,
            spec.made_at,
            signed_on,
        )

    def _firm_rows(self, firm_id: int, spec: OrganizationSpec) -> None:
        for role in spec.roles:
            self.sheets.add(OrganizationRoleLink, organization_id=firm_id, role=role)
        for kind, name in spec.aliases:
            self.sheets.add(Alias, organization_id=firm_id, kind=kind, name=name)
        for code in dict.fromkeys(spec.sectors):
            self.sheets.add(OrganizationSector, organization_id=firm_id, sector_id=self.sectors[code])
        if OrganizationRole.client in spec.roles:
            self._client(firm_id, spec.client or ClientFacts())
        if OrganizationRole.prime in spec.roles:
            self.sheets.add(
                Prime,
                organization_id=firm_id,
                portal_url=f"https://suppliers.{spec.domain}" if spec.domain else None,
                registration=self.rng.choice(list(RegistrationState)),
                takes_small=self.rng.choice(list(YesNoUnknown)),
                present_in="; ".join(
                    filter(None, (spec.place.city, self.rng.choice(("Jakarta", "Almaty", "Karachi"))))
                ),
            )

    def _client(self, firm_id: int, spec: ClientFacts) -> None:
        self.sheets.add(
            Client,
            organization_id=firm_id,
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
            self.sheets.add(
                ClientAgreement, organization_id=firm_id, from_on=spec.signed_on, to_on=spec.until, on_file=True
            )
        if spec.figures:
            self._figures(firm_id, spec.figures)

    def _figures(self, firm_id: int, spec: Figures) -> None:
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
                self.sheets.add(
                    DatedFact,
                    organization_id=firm_id,
                    kind=kind,
                    number=Decimal(number),
                    as_of=spec.as_of,
                    currency="USD" if kind in money else None,
                    source="Intake form",
                )
        if spec.export_countries:
            self.sheets.add(
                DatedFact,
                organization_id=firm_id,
                kind=FactKind.export_countries,
                text=spec.export_countries,
                as_of=spec.as_of,
                source="Intake form",
            )

    def points(self, record_id: int, points: Iterable[tuple[Medium, PointLabel, str, str]]) -> None:
        """Add the contact points of a record."""
        for position, (medium, label, raw, value) in enumerate(points):
            self.sheets.add(
                ContactPoint, record_id=record_id, medium=medium, label=label, raw=raw, value=value, position=position
            )

    def person(self, spec: PersonFacts) -> PersonRef:
        """Add a person with positions; shared, or of the team of the organizations."""
        parts = (spec.family_native, spec.given_native, spec.family_latin, spec.given_latin)
        full_name = names.full_name(*parts, spec.order.value, english_name=spec.english_name)
        city = spec.place.city if spec.place else None
        organizations = [FirmOf(job.organization.team_id) for job in spec.jobs]
        team_id = team_of_person(organizations, self.team_of(spec.by))
        words = [names.person_tokens(*parts, spec.english_name, city)]
        words += [
            tokens(job.organization.label, job.organization.native)
            for job in spec.jobs
            if _is_known(job.organization, team_id)
        ]
        words += [point_words(medium, value or raw) for medium, _label, raw, value in spec.points]
        columns = name_columns(
            full_name.latin or full_name.native or "", full_name.native if full_name.latin else None, words
        )
        columns["sort_key"] = names.person_sort_key(*parts) or columns["sort_key"]
        main = next((job for job in spec.jobs if job.main), None)
        addressed = spec.address_as or (names.propose_address(spec.family_native, main.native_title) if main else None)
        person_id = self.sheets.record(
            Person,
            **self.stamp(spec.by, spec.made_at),
            **columns,
            team_id=team_id,
            counselor_id=self.users[spec.counselor] if spec.counselor else None,
            family_latin=spec.family_latin,
            given_latin=spec.given_latin,
            family_native=spec.family_native,
            given_native=spec.given_native,
            english_name=spec.english_name,
            display_order=spec.order,
            address_as=addressed,
            **_person_plain(spec),
        )
        self.add_history(person_id, "person", spec.by, spec.made_at)
        self.points(person_id, spec.points)
        zone = spec.place.zone if spec.place else "America/Los_Angeles"
        person_ref = PersonRef(
            person_id, columns["label"], columns["native_label"], main.organization if main else None, team_id, zone
        )
        self._jobs(person_ref, spec)
        return person_ref

    def _jobs(self, person_ref: PersonRef, spec: PersonFacts) -> None:
        for job in spec.jobs:
            self.sheets.add(
                Affiliation,
                person_id=person_ref.id,
                organization_id=job.organization.id,
                title=job.title,
                native_title=job.native_title,
                from_on=job.from_on,
                to_on=job.to_on,
                main=job.main,
                official=job.official,
            )
            if job.main:
                job.organization.people.append(person_ref)

    def tag(self, record_id: int, *tags: str) -> None:
        """Add tags to a record."""
        for name in tags:
            if name not in self._tags:
                self._tags[name] = self.sheets.add(Tag, name=name, key=names.sort_key(name)[:60])
            self.sheets.add(RecordTag, record_id=record_id, tag_id=self._tags[name])

    def keep_in_touch(self, record_id: int, tier: Tier, since: date, every_days: int | None = None) -> None:
        """Set how often to keep in touch."""
        self.sheets.add(Cadence, record_id=record_id, tier=tier, every_days=every_days, counts_from=since)


def _firm_points(spec: OrganizationSpec) -> list[tuple[Medium, PointLabel, str, str]]:
    points = []
    if spec.domain:
        points.append((Medium.email, PointLabel.work, f"info@{spec.domain}", f"info@{spec.domain}"))
    if spec.phone:
        points.append((Medium.phone, PointLabel.work, spec.phone, plain_number(spec.phone)))
    return points


def _is_known(organization: OrganizationRef, team_id: int | None) -> bool:
    """Return whether everybody who sees a person of this team sees the organization."""
    return organization.team_id is None or (organization.team_id == team_id and not organization.confidential)


@lru_cache(maxsize=50_000)
def plain_number(raw: str) -> str:
    """Return a number in E.164 if it is valid, else ""; as `set_points` stores it."""
    return names.parse_phone(raw).e164 or ""


def _whereabouts(spec: OrganizationSpec) -> dict[str, Any]:
    place = spec.place
    return {
        "country": place.country,
        "region": place.region,
        "city": place.city,
        "zone": place.zone,
        "city_key": sort_key(place.city)[:80],
        "postal_code": place.postal or None,
        "website": f"https://www.{spec.domain}" if spec.domain else None,
    }


def _person_plain(spec: PersonFacts) -> dict[str, Any]:
    place = spec.place
    return {
        "pronunciation": spec.pronunciation,
        "languages": spec.languages,
        "mail_language": spec.mail_language,
        "country": place.country if place else None,
        "city": place.city if place else None,
        "city_key": sort_key(place.city)[:80] if place else "",
        "zone": place.zone if place else None,
        "consent": spec.consent,
        "consent_place": spec.consent_place,
        "consent_on": spec.consent_on,
        "read_first": spec.read_first,
        "note": spec.note,
    }
