"""U.S. posts of the shipped list, with roles that continue when people change."""

from __future__ import annotations

from datetime import date, timedelta

from crm.followups.enums import Tier
from crm.organizations.policy import OrganizationRole, PostRoleKind
from crm.people.policy import ConsentKind, DisplayOrder, OfficialKind
from crm.reference.services import shipped_rows
from crm.sample.person_names import GeneratedName, draw_name
from crm.sample.places import BY_CITY, SamplePlace
from crm.sample.random_words import words
from crm.sample.rows import leads
from crm.sample.rows.organizations import add_organization
from crm.sample.rows.people import add_person
from crm.sample.rows.specs import AffiliationSpec, OrganizationRef, OrganizationSpec, PersonRef, PersonSpec

from .demo_records import DemoRecords, contact_points

ROTATING, LOCAL, VACANT = PostRoleKind.rotating, PostRoleKind.local, PostRoleKind.vacant
STAFFED = words("BJS SHA CAN SHE WUH HKG TPE KHH ALA AST JKT SIN VTE BKK SGN KHI DXB NBO")
"""Posts with people we know."""


def create(demo: DemoRecords) -> None:
    """Create all posts; those we work with have people."""
    for row in shipped_rows("us_posts"):
        organization = _post(demo, row)
        demo.organizations[row["name_en"]] = organization
        demo.generator.generated.posts.append(organization)
        leads.add_post(demo.writer, organization, row)
        if row["code"] in STAFFED:
            _roles(demo, organization, row["code"])
        elif not row["status"].startswith("closed"):
            leads.add_post_role(demo.writer, organization, "Commercial Officer", VACANT)
    guangzhou = demo.organizations["Consulate General Guangzhou"]
    demo.writer.add_cadence(guangzhou.id, Tier.a, demo.day(-200))


def _post(demo: DemoRecords, row: dict[str, str]) -> OrganizationRef:
    holders = BY_CITY.get(row["city"])
    place = holders or SamplePlace(row["country_iso2"], row["city"], None, None, None, row["timezone"])
    closed = (
        "Closed on July 27, 2020; its district was reassigned to Beijing."
        if row["status"].startswith("closed")
        else None
    )
    counselor = {"CAN": "anna", "SHA": "anna", "KHH": "boris", "ALA": "clara"}.get(row["code"])
    return add_organization(
        demo.writer,
        OrganizationSpec(
            name=row["name_en"],
            native=row["name_zh"] or None,
            place=place,
            made_at=demo.moment(-430),
            roles=(OrganizationRole.post,),
            by="clara",
            counselor=counselor,
            read_first=closed,
            domain=f"{row['code'].lower()}.post.example",
        ),
    )


def _roles(demo: DemoRecords, organization: OrganizationRef, code: str) -> None:
    known_name = {"SHA": GeneratedName("Whitcombe", "Daniel"), "CAN": GeneratedName("Ellis", "Karen")}.get(code)
    officer = _add_holder(demo, organization, "Commercial Officer", known_name)
    before = (
        _add_holder(demo, organization, "Commercial Officer", None, left_on=demo.day(-500))
        if code in ("SHA", "BJS")
        else None
    )
    ends = demo.day({"SHA": 240, "CAN": 58}.get(code) or demo.writer.rng.randint(70, 600))
    holders: list[leads.HolderSpec] = [(officer, demo.day(-500), None, ends)]
    if before:
        holders.insert(0, (before, demo.day(-1_400), demo.day(-500), None))
    leads.add_post_role(demo.writer, organization, "Commercial Officer", ROTATING, holders)
    if organization.place.country in ("CN", "HK", "TW"):
        local = GeneratedName("Chen", "Mei-ling", "陳", "美玲") if code == "KHH" else None
        specialist = _add_holder(demo, organization, "Commercial Specialist", local, local=True)
        leads.add_post_role(
            demo.writer, organization, "Commercial Specialist", LOCAL, [(specialist, date(2019, 5, 6), None, None)]
        )
    if code in ("BJS", "TPE"):
        leads.add_post_role(demo.writer, organization, "Agricultural Attaché", VACANT)


def _add_holder(
    demo: DemoRecords,
    organization: OrganizationRef,
    title: str,
    known_name: GeneratedName | None,
    left_on: date | None = None,
    *,
    local: bool = False,
) -> PersonRef:
    rng = demo.writer.rng
    name = known_name or draw_name(rng, organization.place.country if local else "US")
    family, given_name, native_family, native_given = (
        name.family_latin,
        name.given_latin,
        name.family_native,
        name.given_native,
    )
    mail = (
        f"{given_name}.{family}@{organization.label.split()[-1].lower()}.post.example".replace("'", "")
        .replace("-", "")
        .lower()
    )
    job = AffiliationSpec(
        organization=organization,
        title=title,
        native_title="商务专员" if native_family else None,
        official=OfficialKind.official,
        from_on=(left_on or demo.day(0)) - timedelta(days=700),
        to_on=left_on,
    )
    holder = add_person(
        demo.writer,
        PersonSpec(
            made_at=demo.moment(-400),
            family_latin=family,
            given_latin=given_name,
            family_native=native_family,
            given_native=native_given,
            order=DisplayOrder.family_first if native_family else DisplayOrder.given_first,
            jobs=(job,),
            place=organization.place,
            by="clara",
            points=contact_points(mail),
            consent=ConsentKind.card,
            consent_place="Reception",
            consent_on=demo.day(-400),
        ),
    )
    if left_on is not None:
        organization.people.remove(holder)
    demo.people[holder.label] = holder
    return holder
