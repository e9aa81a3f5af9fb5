"""Generates organizations and people: as many as wanted, plausible, in both scripts, none of them real."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta

from crm.followups.enums import Tier
from crm.organizations.policy import (
    AliasKind,
    OrganizationRole,
)
from crm.people.policy import ConsentKind, DisplayOrder, OfficialKind
from crm.records.policy import ContactMedium, PointLabel
from crm.sample import chinese_names, western_names
from crm.sample.organization_names import domain_of, home_name, host_name
from crm.sample.person_names import GeneratedName, draw_name
from crm.sample.places import ABROAD, CHINA, HOME, HONG_KONG, TAIWAN, SamplePlace
from crm.sample.rows.organizations import add_organization
from crm.sample.rows.people import add_person
from crm.sample.rows.specs import (
    AffiliationSpec,
    OrganizationRef,
    OrganizationSpec,
    PersonRef,
    PersonSpec,
)
from crm.sample.rows.writer import RecordWriter
from crm.sample.sectors import TRADES

from .client_facts import draw_client_facts
from .generated import GeneratedRecords

CLIENT = (OrganizationRole.client,)
HOST_ROLES = (
    ((OrganizationRole.distributor,), 32),
    ((OrganizationRole.prime,), 15),
    ((OrganizationRole.project_owner,), 12),
    ((OrganizationRole.end_user,), 12),
    ((OrganizationRole.representative,), 8),
    ((OrganizationRole.government,), 7),
    ((OrganizationRole.association,), 4),
    ((OrganizationRole.service_provider,), 4),
    ((OrganizationRole.show_organizer,), 2),
    ((OrganizationRole.prime, OrganizationRole.end_user), 4),
)
TEAMS = (("Inland", 45), ("Bay", 35), ("Valley", 20))
CONSENTS = (ConsentKind.card, ConsentKind.written, ConsentKind.contract, None)
SMALL_ORGANIZATION_COUNT = 2_000
"""Up to this number, all generated organizations have different names."""


class PeopleGenerator:
    """Generates organizations and people."""

    def __init__(self, writer: RecordWriter, generated: GeneratedRecords, days: int) -> None:
        self.writer, self.generated, self.rng, self.days = writer, generated, writer.rng, days
        self.phones = 0

    def past(self, days: int | None = None) -> datetime:
        """Return a moment in office hours in the past."""
        day = self.writer.now - timedelta(days=self.rng.uniform(8, days or self.days))
        return day.replace(hour=self.rng.randint(16, 23), minute=self.rng.randint(0, 59), second=0, microsecond=0)

    def organizations(self, count: int) -> None:
        """Create so many organizations, nearly half of them clients."""
        roles, weights = zip(*HOST_ROLES, strict=True)
        for _ in range(count):
            if self.rng.random() < 0.46:
                self.client()
            else:
                self.host(self.rng.choices(roles, weights)[0])
            self.writer.inserter.insert_if_many()

    def _name_of(self, draw: Callable[[], tuple[str, str | None]]) -> tuple[str, str | None]:
        """Return a name; an unused one where few organizations are made."""
        name, native = draw()
        while len(self.generated.names) < SMALL_ORGANIZATION_COUNT and name in self.generated.names:
            name, native = draw()
        self.generated.names.add(name)
        return name, native

    def _has_many(self, count: int) -> bool:
        return len(self.generated.names) > count

    def client(self) -> OrganizationRef:
        """Create a small company in California."""
        rng = self.rng
        team = rng.choices([t for t, _w in TEAMS], [w for _t, w in TEAMS])[0]
        place, sector = rng.choice(HOME[team]), rng.choice(tuple(TRADES))
        if rng.random() < 0.12:
            place = place._replace(county=None, postal="")
        counselor = rng.choice(self.generated.counselors[team])
        made_at = self.past(self.days + 200)
        name, _none = self._name_of(lambda: (home_name(rng, sector, many=self._has_many(400)), None))
        facts = draw_client_facts(rng, made_at, place)
        spec = OrganizationSpec(
            name=name,
            place=place,
            made_at=made_at,
            roles=CLIENT,
            by=counselor,
            team=team,
            counselor=counselor,
            sectors=(sector,),
            domain=domain_of(name),
            phone=self.phone(place),
            client=facts,
        )
        client = add_organization(self.writer, spec)
        self.generated.clients.append(client)
        self.generated.sectors[client.id] = sector
        if rng.random() < 0.06:
            self.writer.add_cadence(client.id, rng.choice((Tier.a, Tier.b, Tier.b)), made_at.date())
        if rng.random() < 0.3:
            tags = (
                "export ready",
                "STEP 2027",
                "needs rep",
                "first order",
                "Suzhou fair",
                "certificate",
                "family firm",
            )
            self.writer.tag(client.id, *rng.sample(tags, rng.randint(1, 2)))
        return client

    def host(self, roles: tuple[OrganizationRole, ...]) -> OrganizationRef:
        """Create an organization abroad, four of five in China."""
        rng = self.rng
        places = rng.choices((CHINA, HONG_KONG, TAIWAN, ABROAD), (78, 5, 5, 12))[0]
        place, sector = rng.choice(places), rng.choice(tuple(TRADES))
        name, native = self._name_of(
            lambda: host_name(rng, place, sector, roles, many=self._has_many(SMALL_ORGANIZATION_COUNT))
        )
        aliases = ((AliasKind.trading, native[:4]),) if native and len(native) > 10 and rng.random() < 0.3 else ()
        by = rng.choice(self.generated.counselors[rng.choice(("Inland", "Bay", "Valley"))])
        spec = OrganizationSpec(
            name=name,
            native=native,
            place=place,
            made_at=self.past(self.days + 400),
            roles=roles,
            by=by,
            counselor=by if rng.random() < 0.4 else None,
            sectors=(sector,),
            domain=domain_of(name),
            phone=self.phone(place),
            aliases=aliases,
        )
        organization_ref = add_organization(self.writer, spec)
        self.generated.hosts.append(organization_ref)
        self.generated.sectors[organization_ref.id] = sector
        return organization_ref

    def phone(self, place: SamplePlace) -> str:
        """Return a phone number that nobody has: 555-01xx in the United States, 0000 elsewhere."""
        self.phones += 1
        if place.country == "US":
            return f"{place.dial} 555 01{self.phones % 100:02}"
        return f"{place.dial} 0000 {self.phones % 300:04}"

    def mobile(self, country: str) -> tuple[str, str]:
        """Return a mobile number that nobody has, as written and in E.164 ("" if it is not valid)."""
        end = self.rng.randint(0, 9999)
        if country != "CN":
            return f"+852 5500 {end:04}", f"+8525500{end:04}"
        begin = self.rng.choice((135, 136, 137, 138, 139, 150, 158, 186))
        return f"+86 {begin} 0000 {end:04}", f"+86{begin}0000{end:04}"

    def people(self, count: int) -> None:
        """Create so many people: one for each organization first, then at random."""
        organizations = [organization for organization in self.generated.organizations if not organization.people]
        self.rng.shuffle(organizations)
        everywhere = [*self.generated.clients, *self.generated.hosts]
        for position in range(count):
            self.person(organizations[position] if position < len(organizations) else self.rng.choice(everywhere))
            self.writer.inserter.insert_if_many()

    def person(self, organization: OrganizationRef) -> PersonRef:
        """Create a person who works at an organization."""
        rng, country = self.rng, organization.place.country
        drawn = draw_name(self.rng, country)
        made_at = max(organization.made_at, self.past(self.days + 100))
        title, native_title = _title(rng, country)
        official = OfficialKind.official if OrganizationRole.government in organization.roles else OfficialKind.none
        job = AffiliationSpec(
            organization=organization,
            title=title,
            native_title=native_title if drawn.family_native else None,
            official=official,
            from_on=date(rng.randint(2014, 2025), rng.randint(1, 12), 1) if rng.random() < 0.5 else None,
        )
        by = rng.choice(self.generated.counselors["Inland" if rng.random() < 0.5 else "Bay"])
        if organization.team_id is not None:
            by = next(name for name, i in self.writer.users.items() if i == organization.counselor_id)
        china = country in ("CN", "HK", "TW")
        return add_person(
            self.writer,
            PersonSpec(
                made_at=made_at,
                family_latin=drawn.family_latin,
                given_latin=drawn.given_latin,
                family_native=drawn.family_native,
                given_native=drawn.given_native,
                english_name=drawn.english_name,
                order=DisplayOrder.family_first if drawn.family_native else DisplayOrder.given_first,
                jobs=(job,),
                place=organization.place,
                by=by,
                points=self._points(drawn, organization),
                languages="Mandarin, English" if china and rng.random() < 0.5 else None,
                mail_language={"CN": "zh_Hans", "TW": "zh_Hant", "HK": "zh_Hant"}.get(country),
                consent=rng.choices(CONSENTS, (6, 1, 1, 2))[0],
                consent_place=rng.choice(("Suzhou fair", "Office", "Riverside", "Ningbo")),
                consent_on=made_at.date(),
            ),
        )

    def _points(
        self, drawn: GeneratedName, organization: OrganizationRef
    ) -> tuple[tuple[ContactMedium, PointLabel, str, str], ...]:
        rng, country = self.rng, organization.place.country
        given_part = (drawn.given_latin or "x").replace("-", "").replace("'", "").lower()
        family = (drawn.family_latin or "y").replace(" ", "").lower()
        mail = f"{given_part}.{family}@{domain_of(organization.label)}"
        points = [(ContactMedium.email, PointLabel.work, mail, mail)] if rng.random() < 0.85 else []
        if country == "US":
            raw = self.phone(organization.place)
            points.append((ContactMedium.phone, PointLabel.work, raw, "+" + "".join(filter(str.isdigit, raw))))
        elif country in ("CN", "HK"):
            points.append((ContactMedium.phone, PointLabel.mobile, *self.mobile(country)))
            if rng.random() < 0.4:
                name = f"{family}_{given_part}"[:18]
                points.append((ContactMedium.wechat, PointLabel.other, name, name))
        return tuple(points)


def _title(rng: random.Random, country: str) -> tuple[str, str | None]:
    draw = rng.choice
    if country in ("CN", "HK", "TW"):
        title, native = draw(chinese_names.TITLES)
        return title, native
    return draw(western_names.TITLES if country == "US" else western_names.ABROAD_TITLES), None
