"""People of the demo."""

from __future__ import annotations

from datetime import date
from typing import Any

from crm.followups.enums import Tier
from crm.people.models import Relation
from crm.people.policy import ConsentKind, DisplayOrder, OfficialKind, RelationKind
from crm.records.models import Star
from crm.sample.specs import AffiliationSpec, PersonFacts, PersonRef

from .script import DemoScript, contact_points

SOE, OFFICIAL = OfficialKind.state_owned, OfficialKind.official
# key, native family and given, Latin family and given, firm, title, native title, official, points
CHINESE: tuple[tuple[str, tuple[str, str], tuple[str, str], str, str, str, OfficialKind, dict[str, str]], ...] = (
    (
        "Wang Xiaoming",
        ("王", "小明"),
        ("Wang", "Xiaoming"),
        "Huayue Municipal Engineering Group",
        "General Manager",
        "总经理",
        SOE,
        {
            "mail": "wangxm@huayue.example",
            "mobile": "+86 138 0000 2716",
            "phone": "+86 512 6000 8800",
            "wechat": "hy_wangxm",
        },
    ),
    (
        "Li Hui",
        ("李", "慧"),
        ("Li", "Hui"),
        "Huayue Municipal Engineering Group",
        "Assistant to the General Manager",
        "总经理助理",
        SOE,
        {"mail": "lihui@huayue.example", "mobile": "+86 136 0000 3318"},
    ),
    (
        "Li Hui, Jiangchuan",
        ("李", "慧"),
        ("Li", "Hui"),
        "Jiangchuan Smart City Technology",
        "Technical Director",
        "技术总监",
        OfficialKind.none,
        {"mobile": "+86 136 0000 4471", "wechat": "jc_lihui"},
    ),
    (
        "Zhao Jianguo",
        ("赵", "建国"),
        ("Zhao", "Jianguo"),
        "Suzhou Digital City Bureau",
        "Section Chief",
        "科长",
        OFFICIAL,
        {"phone": "+86 512 6000 1200"},
    ),
    (
        "Zhou Limin",
        ("周", "立民"),
        ("Zhou", "Limin"),
        "Lotus Bridge",
        "Manager",
        "经理",
        OfficialKind.none,
        {"mail": "zhou.lm@lotus.example", "mobile": "+86 138 0000 0000", "wechat": "zhou_lm"},
    ),
    (
        "Zhou Ting",
        ("周", "婷"),
        ("Zhou", "Ting"),
        "Lotus Bridge",
        "Vice President",
        "副总裁",
        OfficialKind.none,
        {"mail": "zhou.ting@lotus.example", "mobile": "+86 139 0000 5521"},
    ),
    (
        "Lu Min",
        ("卢", "敏"),
        ("Lu", "Min"),
        "Huadong Water",
        "Purchasing Manager",
        "采购经理",
        SOE,
        {"mobile": "+86 139 0000 1141", "wechat": "lu_hd"},
    ),
    (
        "Wang Guodong",
        ("王", "国栋"),
        ("Wang", "Guodong"),
        "Ningbo Port Bureau",
        "Director",
        "主任",
        OFFICIAL,
        {"phone": "+86 574 8700 0010"},
    ),
    (
        "Sun Li",
        ("孙", "丽"),
        ("Sun", "Li"),
        "Eastport Logistics",
        "Purchasing Manager",
        "采购经理",
        OfficialKind.none,
        {"mobile": "+86 137 0000 7720", "wechat": "sunli_dg"},
    ),
    (
        "Zheng Haibo",
        ("郑", "海波"),
        ("Zheng", "Haibo"),
        "Eastport Logistics",
        "Engineer",
        "工程师",
        OfficialKind.none,
        {"phone": "+86 574 8700 0000"},
    ),
    (
        "Ma Jun",
        ("马", "骏"),
        ("Ma", "Jun"),
        "Nanling Grid Automation",
        "Project Manager",
        "项目经理",
        OfficialKind.none,
        {"mobile": "+86 135 0000 6102"},
    ),
    (
        "Jiang Hao",
        ("姜", "浩"),
        ("Jiang", "Hao"),
        "Hanjiang Water",
        "Chief Engineer",
        "总工程师",
        SOE,
        {"mobile": "+86 137 0000 2205"},
    ),
    (
        "Qian Wen",
        ("钱", "文"),
        ("Qian", "Wen"),
        "Jinling Data Center",
        "Project Manager",
        "项目经理",
        SOE,
        {"mobile": "+86 158 0000 3090"},
    ),
    (
        "Tsai Chih-hao",
        ("蔡", "志豪"),
        ("Tsai", "Chih-hao"),
        "Kaohsiung Water Works",
        "Director",
        "主任",
        OFFICIAL,
        {"mail": "chtsai@kww.example"},
    ),
    (
        "Chan Ka-wai",
        ("陳", "嘉慧"),
        ("Chan", "Ka-wai"),
        "Harbour East Trading",
        "Manager",
        "經理",
        OfficialKind.none,
        {"mobile": "+852 5500 0123"},
    ),
)
# Latin given and family, firm, title, mail
AMERICANS = (
    ("Rosa", "Delgado", "Delta Orchards", "Owner", "+1 559 555 0122"),
    ("Tom", "Okafor", "ClearAir Sensors", "Chief Technology Officer", "+1 760 555 0131"),
    ("Marisol", "Vega", "Bay Cold Chain", "Operations Manager", "+1 951 555 0144"),
    ("Tom", "Alvarez", "Redwood Filters", "President", "+1 951 555 0117"),
    ("Helen", "Brandt", "Bluewater Metering", "Export Manager", "+1 760 555 0162"),
    ("Victor", "Lindgren", "Tri-Valley Sensors", "Founder", "+1 909 555 0108"),
    ("Priya", "Nair", "Vista Predictive", "Founder", "+1 760 555 0148"),
    ("Walter", "Hale", "Palomar Photonics", "President", "+1 760 555 0175"),
    ("Grace", "Tanaka", "Otay Thermal", "Sales Manager", "+1 619 555 0119"),
    ("Luis", "Serrano", "Laguna Noise Control", "Owner", "+1 951 555 0183"),
)


def play(stage: DemoScript) -> None:
    """Create the people, how they know each other, and Anna's favorites."""
    for row in CHINESE:
        stage.people[row[0]] = _chinese(stage, row)
    for given_name, family, organization, title, phone in AMERICANS:
        host = stage.organizations[organization]
        mail = f"{given_name}.{family}@{organization.lower().replace(' ', '').replace('-', '')}.example".lower()
        stage.people[f"{given_name} {family}"] = stage.office.person(
            PersonFacts(
                made_at=max(host.made_at, stage.moment(-400)),
                family_latin=family,
                given_latin=given_name,
                place=host.place,
                jobs=(AffiliationSpec(organization=host, title=title, from_on=date(2019, 1, 1)),),
                points=contact_points(mail, phone=phone),
                by="boris" if host.team_id == stage.office.teams["Bay"] else "anna",
                consent=ConsentKind.contract,
                consent_on=stage.day(-300),
            )
        )
    _know_each_other(stage)
    wang = stage.people["Wang Xiaoming"]
    stage.office.tag(wang.id, "smart city", "water")
    stage.office.keep_in_touch(wang.id, Tier.a, stage.day(-300))
    stage.office.keep_in_touch(stage.people["Zhou Limin"].id, Tier.a, stage.day(-300))


def star_record(stage: DemoScript, record_id: int, name: str = "anna") -> None:
    """Star a record for a user."""
    stage.office.sheets.add(Star, user_id=stage.office.users[name], record_id=record_id, at=stage.moment(-20))


def _chinese(stage: DemoScript, row: tuple[Any, ...]) -> PersonRef:
    key, native, latin, organization, title, native_title, official, points = row
    host = stage.organizations[organization]
    jobs = [
        AffiliationSpec(
            organization=host, title=title, native_title=native_title, official=official, from_on=date(2022, 3, 1)
        )
    ]
    name_parts: dict[str, Any] = {}
    if key == "Wang Xiaoming":
        before = stage.organizations["Jiangchuan Smart City Technology"]
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
    return stage.office.person(
        PersonFacts(
            made_at=stage.moment(-390),
            family_latin=latin[0],
            given_latin=latin[1],
            family_native=native[0],
            given_native=native[1],
            order=DisplayOrder.family_first,
            jobs=tuple(jobs),
            place=host.place,
            counselor="anna" if not hant else "boris",
            points=contact_points(**points),
            languages="Mandarin, English",
            mail_language="zh_Hant" if hant else "zh_Hans",
            consent=ConsentKind.card,
            consent_place="Suzhou",
            consent_on=stage.day(-390),
            **name_parts,
        )
    )


def _know_each_other(stage: DemoScript) -> None:
    pairs = (
        ("Wang Xiaoming", "Daniel Whitcombe", RelationKind.introduced_by, "Consulate reception"),
        ("Li Hui", "Wang Xiaoming", RelationKind.assistant_of, "Her business card"),
        ("Zhao Jianguo", "Wang Xiaoming", RelationKind.schoolmate, "Tongji University, according to both"),
        ("Zhou Limin", "Zhou Ting", RelationKind.reports_to, "Company website"),
        ("Sun Li", "Zhou Limin", RelationKind.former_colleague, "Ningbo, until 2021"),
        ("Zhou Ting", "Wang Xiaoming", RelationKind.former_colleague, "Jiangchuan, 2016 to 2018"),
    )
    for one, other, kind, evidence in pairs:
        stage.office.sheets.add(
            Relation,
            person_id=stage.people[one].id,
            other_id=stage.people[other].id,
            kind=kind,
            evidence=evidence,
            team_id=stage.office.teams["Inland"] if kind is RelationKind.schoolmate else None,
        )
