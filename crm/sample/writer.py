"""Makes rows of firms, people and what hangs on them, as the services of their features would."""

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
    """Give the columns by which a record is called, sorted and found: as `name_record` does, remembering names."""
    found = dict.fromkeys(" ".join((tokens(label, native), *words)).split())
    return {
        "label": label[:200],
        "native_label": (native or "")[:200],
        "sort_key": sort_key(label or native or ""),
        "tokens": " ".join(found),
    }


class Office:
    """Knows the users, teams and lists, and makes rows on the sheets."""

    def __init__(self, sheets: Sheets, users: dict[str, User], lists: dict[str, dict[str, int]], now: datetime) -> None:
        self.sheets = sheets
        self.rng = sheets.rng
        self.users = {name: user.id for name, user in users.items()}
        self.teams = lists["teams"]
        self.sectors, self.funders = lists["sectors"], lists["funders"]
        self.lost_reasons = list(lists["lost_reasons"].values())[:-1]  # the last asks for words
        self.first_team = {"boris": self.teams["Bay"]}
        self.now = now
        self.today = now.astimezone(ZoneInfo("America/Los_Angeles")).date()
        self.keeps_history = True
        self._tags: dict[str, int] = {}

    def team_of(self, name: str) -> int:
        """The first team of a user."""
        return self.first_team.get(name, self.teams["Inland"])

    def stamp(self, by: str, made_at: datetime) -> dict[str, Any]:
        """Who made a record, and when."""
        return {"created_at": made_at, "created_by_id": self.users[by]}

    def note_made(self, record_id: int, table: str, by: str, made_at: datetime) -> None:
        """Write the line of history that the flush of a new record would."""
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

    def firm(self, told: OrganizationSpec) -> OrganizationRef:
        """Make an organization with its roles, names and facts."""
        team_id = None if is_shared(told.roles) else self.teams[told.team or "Inland"]
        counselor_id = self.users[told.counselor] if told.counselor else None
        points = _firm_points(told)
        aliases = [name for _kind, name in told.aliases]
        words = [
            tokens(told.name, told.native, *aliases, told.place.city),
            *(point_words(p[0], p[3] or p[2]) for p in points),
        ]
        firm_id = self.sheets.record(
            Organization,
            **self.stamp(told.by, told.made_at),
            **name_columns(told.name, told.native, words),
            team_id=team_id,
            counselor_id=counselor_id,
            confidential=told.confidential,
            name=told.name,
            native_name=told.native,
            **_whereabouts(told),
            uscc=told.uscc,
            parent_id=told.parent.id if told.parent else None,
            parent_share=Decimal(told.parent_share) if told.parent_share else None,
            read_first=told.read_first,
        )
        self.note_made(firm_id, "organization", told.by, told.made_at)
        self._firm_rows(firm_id, told)
        self.points(firm_id, points)
        signed_on = told.client.signed_on if told.client else None
        return OrganizationRef(
            firm_id,
            told.name,
            told.native or "",
            frozenset(told.roles),
            told.place,
            team_id,
            counselor_id,
            told.confidential,
            told.made_at,
            signed_on,
        )

    def _firm_rows(self, firm_id: int, told: OrganizationSpec) -> None:
        for role in told.roles:
            self.sheets.add(OrganizationRoleLink, organization_id=firm_id, role=role)
        for kind, name in told.aliases:
            self.sheets.add(Alias, organization_id=firm_id, kind=kind, name=name)
        for code in dict.fromkeys(told.sectors):
            self.sheets.add(OrganizationSector, organization_id=firm_id, sector_id=self.sectors[code])
        if OrganizationRole.client in told.roles:
            self._client(firm_id, told.client or ClientFacts())
        if OrganizationRole.prime in told.roles:
            self.sheets.add(
                Prime,
                organization_id=firm_id,
                portal_url=f"https://suppliers.{told.domain}" if told.domain else None,
                registration=self.rng.choice(list(RegistrationState)),
                takes_small=self.rng.choice(list(YesNoUnknown)),
                present_in="; ".join(
                    filter(None, (told.place.city, self.rng.choice(("Jakarta", "Almaty", "Karachi"))))
                ),
            )

    def _client(self, firm_id: int, told: ClientFacts) -> None:
        self.sheets.add(
            Client,
            organization_id=firm_id,
            status=told.status,
            business_stage=told.stage,
            legal_form=told.legal_form,
            founded_on=told.founded_on,
            county=told.county,
            naics=told.naics,
            step_eligible=told.step,
            wish=told.wish,
            china_goals=told.goals,
        )
        if told.signed_on:
            self.sheets.add(
                ClientAgreement, organization_id=firm_id, from_on=told.signed_on, to_on=told.until, on_file=True
            )
        if told.figures:
            self._figures(firm_id, told.figures)

    def _figures(self, firm_id: int, told: Figures) -> None:
        numbers = {
            FactKind.staff: told.staff,
            FactKind.export_staff: told.export_staff,
            FactKind.sales: told.sales,
            FactKind.export_sales: told.export_sales,
            FactKind.us_content: told.us_content,
        }
        money = (FactKind.sales, FactKind.export_sales)
        for kind, number in numbers.items():
            if number is not None:
                self.sheets.add(
                    DatedFact,
                    organization_id=firm_id,
                    kind=kind,
                    number=Decimal(number),
                    as_of=told.as_of,
                    currency="USD" if kind in money else None,
                    source="Intake form",
                )
        if told.export_countries:
            self.sheets.add(
                DatedFact,
                organization_id=firm_id,
                kind=FactKind.export_countries,
                text=told.export_countries,
                as_of=told.as_of,
                source="Intake form",
            )

    def points(self, record_id: int, points: Iterable[tuple[Medium, PointLabel, str, str]]) -> None:
        """Note how somebody can be reached."""
        for position, (medium, label, raw, value) in enumerate(points):
            self.sheets.add(
                ContactPoint, record_id=record_id, medium=medium, label=label, raw=raw, value=value, position=position
            )

    def person(self, told: PersonFacts) -> PersonRef:
        """Make a person with their jobs; shared or of a team as the firms say."""
        parts = (told.family_native, told.given_native, told.family_latin, told.given_latin)
        shown = names.full_name(*parts, told.order.value, english_name=told.english_name)
        city = told.place.city if told.place else None
        organizations = [FirmOf(job.firm.team_id) for job in told.jobs]
        team_id = team_of_person(organizations, self.team_of(told.by))
        words = [names.person_tokens(*parts, told.english_name, city)]
        words += [tokens(job.firm.label, job.firm.native) for job in told.jobs if _is_known(job.firm, team_id)]
        words += [point_words(medium, value or raw) for medium, _label, raw, value in told.points]
        columns = name_columns(shown.latin or shown.native or "", shown.native if shown.latin else None, words)
        columns["sort_key"] = names.person_sort_key(*parts) or columns["sort_key"]
        main = next((job for job in told.jobs if job.main), None)
        addressed = told.address_as or (names.propose_address(told.family_native, main.native_title) if main else None)
        person_id = self.sheets.record(
            Person,
            **self.stamp(told.by, told.made_at),
            **columns,
            team_id=team_id,
            counselor_id=self.users[told.counselor] if told.counselor else None,
            family_latin=told.family_latin,
            given_latin=told.given_latin,
            family_native=told.family_native,
            given_native=told.given_native,
            english_name=told.english_name,
            display_order=told.order,
            address_as=addressed,
            **_person_plain(told),
        )
        self.note_made(person_id, "person", told.by, told.made_at)
        self.points(person_id, told.points)
        zone = told.place.zone if told.place else "America/Los_Angeles"
        human = PersonRef(
            person_id, columns["label"], columns["native_label"], main.firm if main else None, team_id, zone
        )
        self._jobs(human, told)
        return human

    def _jobs(self, human: PersonRef, told: PersonFacts) -> None:
        for job in told.jobs:
            self.sheets.add(
                Affiliation,
                person_id=human.id,
                organization_id=job.firm.id,
                title=job.title,
                native_title=job.native_title,
                from_on=job.from_on,
                to_on=job.to_on,
                main=job.main,
                official=job.official,
            )
            if job.main:
                job.firm.people.append(human)

    def tag(self, record_id: int, *tags: str) -> None:
        """Put tags on a record."""
        for name in tags:
            if name not in self._tags:
                self._tags[name] = self.sheets.add(Tag, name=name, key=names.sort_key(name)[:60])
            self.sheets.add(RecordTag, record_id=record_id, tag_id=self._tags[name])

    def keep_in_touch(self, record_id: int, tier: Tier, since: date, every_days: int | None = None) -> None:
        """Say how often to keep in touch."""
        self.sheets.add(Cadence, record_id=record_id, tier=tier, every_days=every_days, counts_from=since)


def _firm_points(told: OrganizationSpec) -> list[tuple[Medium, PointLabel, str, str]]:
    found = []
    if told.domain:
        found.append((Medium.email, PointLabel.work, f"info@{told.domain}", f"info@{told.domain}"))
    if told.phone:
        found.append((Medium.phone, PointLabel.work, told.phone, plain_number(told.phone)))
    return found


def _is_known(firm: OrganizationRef, team_id: int | None) -> bool:
    """Whether everybody who sees a person of this team sees the firm."""
    return firm.team_id is None or (firm.team_id == team_id and not firm.confidential)


@lru_cache(maxsize=50_000)
def plain_number(raw: str) -> str:
    """A number in E.164 if it is valid, else nothing; as `set_points` keeps it."""
    return names.parse_phone(raw).e164 or ""


def _whereabouts(told: OrganizationSpec) -> dict[str, Any]:
    place = told.place
    return {
        "country": place.country,
        "region": place.region,
        "city": place.city,
        "zone": place.zone,
        "city_key": sort_key(place.city)[:80],
        "postal_code": place.postal or None,
        "website": f"https://www.{told.domain}" if told.domain else None,
    }


def _person_plain(told: PersonFacts) -> dict[str, Any]:
    place = told.place
    return {
        "pronunciation": told.pronunciation,
        "languages": told.languages,
        "mail_language": told.mail_language,
        "country": place.country if place else None,
        "city": place.city if place else None,
        "city_key": sort_key(place.city)[:80] if place else "",
        "zone": place.zone if place else None,
        "consent": told.consent,
        "consent_place": told.consent_place,
        "consent_on": told.consent_on,
        "read_first": told.read_first,
        "note": told.note,
    }
