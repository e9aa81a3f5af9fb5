"""People of the demo."""

from __future__ import annotations

from datetime import date
from typing import Any

from crm.followups.enums import Tier
from crm.people.models import Relation
from crm.people.policy import ConsentKind, DisplayOrder, OfficialKind, OfficialRank, RelationKind
from crm.records.models import Star
from crm.reference.services import shipped_rows
from crm.sample.rows.people import add_person
from crm.sample.rows.specs import AffiliationSpec, PersonRef, PersonSpec

from .demo_records import DemoRecords, contact_points


def create(demo: DemoRecords) -> None:
    """Create the people, how they know each other, and Anna's favorites."""
    for row in shipped_rows("people_china", "crm.sample.demo"):
        demo.people[row["key"]] = _chinese(demo, row)
    for row in shipped_rows("people_us", "crm.sample.demo"):
        demo.people[f"{row['given']} {row['family']}"] = _american(demo, row)
    _know_each_other(demo)
    wang = demo.people["Wang Xiaoming"]
    demo.writer.tag(wang.id, "smart city", "water")
    demo.writer.add_cadence(wang.id, Tier.a, demo.day(-300))
    demo.writer.add_cadence(demo.people["Zhou Limin"].id, Tier.a, demo.day(-300))


def star_record(demo: DemoRecords, record_id: int) -> None:
    """Star a record for anna."""
    demo.writer.inserter.add(Star, user_id=demo.writer.users["anna"], record_id=record_id, at=demo.moment(-20))


def _american(demo: DemoRecords, row: dict[str, str]) -> PersonRef:
    host = demo.organizations[row["organization"]]
    domain = host.label.lower().replace(" ", "").replace("-", "")
    return add_person(
        demo.writer,
        PersonSpec(
            made_at=max(host.made_at, demo.moment(-400)),
            family_latin=row["family"],
            given_latin=row["given"],
            place=host.place,
            jobs=(AffiliationSpec(organization=host, title=row["title"], from_on=date(2019, 1, 1)),),
            points=contact_points(f"{row['given']}.{row['family']}@{domain}.example".lower(), phone=row["phone"]),
            by="boris" if host.team_id == demo.writer.teams["Bay"] else "anna",
            consent=ConsentKind.contract,
            consent_on=demo.day(-300),
        ),
    )


def _chinese(demo: DemoRecords, row: dict[str, str]) -> PersonRef:
    key, host = row["key"], demo.organizations[row["organization"]]
    jobs = [
        AffiliationSpec(
            organization=host,
            title=row["title"],
            native_title=row["native_title"],
            official=OfficialKind.from_code(row["official"]),
            rank=OfficialRank.from_code(row["rank"]) if row["rank"] else None,
            rank_words=row["rank_words"] or None,
            from_on=date(2022, 3, 1),
        )
    ]
    name_parts: dict[str, Any] = {}
    if key == "Wang Xiaoming":
        before = demo.organizations["Jiangchuan Smart City Technology"]
        jobs.append(
            AffiliationSpec(
                organization=before,
                title="Vice President",
                native_title="副总裁",
                from_on=date(2016, 5, 1),
                to_on=date(2022, 2, 28),
                main=False,
            )
        )
        name_parts = {
            "english_name": "Simon",
            "pronunciation": "Wáng Xiǎomíng",
            "address_as": "王总",
            "read_first": "Greets in English, negotiates in Chinese. Call after 9:30 AM through his assistant. No gifts "
            "without approval: he counts as a foreign official.",
        }
    if key == "Zhou Limin":
        name_parts = {"read_first": "NNN not signed: don't send drawings."}
    hant = host.place.country in ("TW", "HK")
    return add_person(
        demo.writer,
        PersonSpec(
            made_at=demo.moment(-390),
            family_latin=row["family"],
            given_latin=row["given"],
            family_native=row["family_native"],
            given_native=row["given_native"],
            order=DisplayOrder.family_first,
            jobs=tuple(jobs),
            place=host.place,
            counselor="anna" if not hant else "boris",
            points=contact_points(row["mail"], row["mobile"], row["wechat"], row["phone"]),
            languages="Mandarin, English",
            mail_language="zh_Hant" if hant else "zh_Hans",
            consent=ConsentKind.card,
            consent_place="Suzhou",
            consent_on=demo.day(-390),
            **name_parts,
        ),
    )


def _know_each_other(demo: DemoRecords) -> None:
    pairs = (
        ("Wang Xiaoming", "Daniel Whitcombe", RelationKind.introduced_by, "Consulate reception"),
        ("Li Hui", "Wang Xiaoming", RelationKind.assistant_of, "Her business card"),
        ("Zhao Jianguo", "Wang Xiaoming", RelationKind.schoolmate, "Tongji University, according to both"),
        ("Zhou Limin", "Zhou Ting", RelationKind.reports_to, "Company website"),
        ("Sun Li", "Zhou Limin", RelationKind.former_colleague, "Ningbo, until 2021"),
        ("Zhou Ting", "Wang Xiaoming", RelationKind.former_colleague, "Jiangchuan, 2016 to 2018"),
    )
    for one, other, kind, evidence in pairs:
        demo.writer.inserter.add(
            Relation,
            person_id=demo.people[one].id,
            other_id=demo.people[other].id,
            kind=kind,
            evidence=evidence,
            team_id=demo.writer.teams["Inland"] if kind is RelationKind.schoolmate else None,
        )
