"""Clients, primes, owners and buyers of the demo."""

from __future__ import annotations

from datetime import date

from crm.followups.enums import Tier
from crm.organizations.policy import AliasKind, BusinessStage, ClientStatus, LegalForm, OrganizationRole, YesNoUnknown
from crm.sample.places import SamplePlace, find_place
from crm.sample.rows.organizations import add_organization
from crm.sample.rows.specs import ClientFacts, ClientFigures, OrganizationSpec

from .demo_records import DemoRecords

R = OrganizationRole
# name, city, team, counselor, sector, days signed ago (None: not), founded, staff, sales, US content
CLIENTS: tuple[tuple[str, str, str, str, str, int | None, int | None, int | None, int | None, int | None], ...] = (
    ("ClearAir Sensors", "Carlsbad", "Inland", "anna", "air", 410, 2011, 34, 6_200_000, 78),
    ("Bluewater Metering", "Escondido", "Inland", "anna", "water", 620, 2004, 58, 11_400_000, 71),
    ("Tri-Valley Sensors", "Ontario", "Inland", "anna", "water", 500, 2009, 41, 7_900_000, 82),
    ("Delta Orchards", "Fresno", "Inland", "anna", "food", None, 1996, None, None, None),
    ("Bay Cold Chain", "Riverside", "Inland", "anna", "food", 300, 2015, 22, None, 64),
    ("Redwood Filters", "Corona", "Inland", "anna", "water", 280, None, 17, 2_900_000, 88),
    ("Sonoma Filtration", "Temecula", "Inland", "dora", "water", 190, 2012, 26, 4_100_000, 75),
    ("Helix Edge Robotics", "San Bernardino", "Inland", "dora", "smart_city", 220, 2018, 19, 3_300_000, 58),
    ("Junipero Flow Meters", "Riverside", "Inland", "anna", "water", 350, 1999, 63, 12_800_000, 90),
    ("Desert Sun Inverters", "Corona", "Inland", "clara", "clean_energy", 260, 2014, 48, 9_700_000, 61),
    ("Calico Fleet Data", "Ontario", "Inland", "anna", "smart_city", 150, 2020, 12, 1_400_000, 95),
    ("Otay Thermal", "Chula Vista", "Inland", "anna", "clean_energy", 330, 2016, 31, 5_600_000, 69),
    ("Tecate Road Signals", "Chula Vista", "Inland", "dora", "smart_city", 400, 2007, 37, 6_800_000, 73),
    ("Pacific Pallet", "Ontario", "Inland", "anna", "logistics", 240, 2001, 72, 15_100_000, 66),
    ("Ridgecrest Drones", "San Bernardino", "Inland", "dora", "logistics", 120, 2019, 14, 2_100_000, 84),
    ("Cabrillo Coatings", "Carlsbad", "Inland", "clara", "construction", 700, 1992, 85, 19_300_000, 92),
    ("Tamarack Water Labs", "Temecula", "Inland", "anna", "water", 310, 2013, 24, 3_800_000, 87),
    ("Harborlight", "Escondido", "Inland", "dora", "logistics", 450, 2006, 44, 9_200_000, 79),
    ("Saltair", "Oakland", "Bay", "boris", "water", 380, 2010, 52, 10_500_000, 70),
    ("Laguna Noise Control", "Riverside", "Inland", "anna", "air", 290, 2003, 29, 5_200_000, 91),
    ("Encina Biosafety", "Fremont", "Bay", "boris", "medical", 540, 2008, 66, 14_600_000, 77),
    ("Redwood Grid", "San Jose", "Bay", "boris", "clean_energy", 470, 2012, 39, 8_800_000, 93),
    ("Vista Predictive", "Chula Vista", "Bay", "boris", "water", None, 2018, 9, None, None),
    ("Palomar Photonics", "Carlsbad", "Inland", "anna", "air", 200, 2005, 77, 21_000_000, 96),
    ("Sequoia Pistachios", "Visalia", "Valley", "shen", "food", 365, 1988, 54, 18_200_000, 99),
)
# name, native, city, roles, sector, aliases
HOSTS: tuple[tuple[str, str | None, str, tuple[OrganizationRole, ...], str, tuple[tuple[AliasKind, str], ...]], ...] = (
    (
        "Huayue Municipal Engineering Group",
        "华岳市政工程集团",
        "Suzhou",
        (R.prime,),
        "construction",
        ((AliasKind.trading, "华岳市政"), (AliasKind.acronym, "HYME")),
    ),
    (
        "Jiangchuan Smart City Technology",
        "江川智慧城市科技",
        "Suzhou",
        (R.prime, R.service_provider),
        "smart_city",
        ((AliasKind.trading, "江川智慧城市"),),
    ),
    (
        "Suzhou Digital City Bureau",
        "苏州数字城市建设局",
        "Suzhou",
        (R.project_owner, R.government, R.end_user),
        "smart_city",
        (),
    ),
    ("Tongli Design Institute", "同里设计研究院", "Suzhou", (R.service_provider,), "construction", ()),
    ("Jiangnan Development Bank", "江南开发银行", "Nanjing", (R.other,), "construction", ()),
    (
        "Lotus Bridge",
        "莲桥国际商务",
        "Ningbo",
        (R.representative,),
        "water",
        ((AliasKind.legal, "宁波莲桥国际商务有限公司"),),
    ),
    ("Huadong Water", "华东水务", "Shanghai", (R.end_user, R.distributor), "water", ()),
    ("Ningbo Port Bureau", "宁波港务局", "Ningbo", (R.government, R.project_owner), "logistics", ()),
    ("Eastport Logistics", "东港物流", "Ningbo", (R.distributor, R.prime), "logistics", ()),
    ("Hanjiang Water", "汉江水务", "Wuhan", (R.prime, R.end_user), "water", ()),
    ("Xinyuan Photovoltaics", "鑫源光伏", "Hefei", (R.prime,), "clean_energy", ()),
    ("Jinling Data Center", "金陵数据中心", "Nanjing", (R.project_owner, R.prime), "clean_energy", ()),
    ("West Lake Intelligent Traffic", "西湖智能交通", "Hangzhou", (R.prime,), "smart_city", ()),
    ("Taihu Ecology Institute", "太湖生态研究院", "Wuxi", (R.end_user, R.distributor), "water", ()),
    ("Haidong Port Machinery", "海东港机", "Qingdao", (R.prime,), "logistics", ()),
    ("Yunshan Construction", "云山建设", "Guangzhou", (R.prime,), "construction", ()),
    ("Beichen Rail Transit", "北辰轨道", "Tianjin", (R.prime, R.distributor), "medical", ()),
    ("Chuanxi Clean Energy", "川西清洁能源", "Chengdu", (R.prime,), "clean_energy", ()),
    ("Nanling Grid Automation", "南岭电网自动化", "Changsha", (R.prime,), "clean_energy", ()),
    ("Nusantara Karya", None, "Bandung", (R.prime,), "smart_city", ()),
    ("Mekong Water", None, "Vientiane", (R.project_owner, R.prime), "water", ()),
    ("Tengri Digital", None, "Almaty", (R.prime,), "smart_city", ()),
    ("Kaohsiung Water Works", "高雄水務", "Kaohsiung", (R.end_user,), "water", ()),
    ("Harbour East Trading", "東港貿易", "Hong Kong", (R.distributor, R.representative), "food", ()),
    ("Suzhou Expo Center", "苏州博览中心", "Suzhou", (R.show_organizer,), "smart_city", ()),
    ("Ningbo Valve Association", "宁波阀门协会", "Ningbo", (R.association,), "construction", ()),
    ("Inland Export Counsel", None, "Riverside", (R.service_provider,), "logistics", ()),
)
UNKNOWN_PLACE = {"Delta Orchards", "Vista Predictive"}
"""Their county and ZIP code are unknown."""


def create(demo: DemoRecords) -> None:
    for row in HOSTS:
        name, native, city, roles, sector, aliases = row
        created = add_organization(
            demo.writer,
            OrganizationSpec(
                name=name,
                native=native,
                place=find_place(city),
                made_at=demo.moment(-420),
                roles=roles,
                by="anna",
                counselor="anna" if city in ("Suzhou", "Ningbo", "Shanghai") else None,
                aliases=aliases,
                sectors=(sector,),
                domain="huayue.example" if name.startswith("Huayue") else f"{_short(name)}.example",
                phone=f"{find_place(city).dial} {'555 0199' if city == 'Riverside' else '0000 8800'}",
                uscc="91320500MA1XAMPL0A" if name.startswith("Huayue") else None,
            ),
        )
        demo.organizations[name] = created
        demo.generator.generated.hosts.append(created)
        demo.generator.generated.sectors[created.id] = sector
        demo.generator.generated.names.add(name)
    for client in CLIENTS:
        _client(demo, client)
    demo.writer.add_cadence(demo.organizations["Huayue Municipal Engineering Group"].id, Tier.b, demo.day(-400))
    demo.writer.add_cadence(demo.organizations["Calico Fleet Data"].id, Tier.b, demo.day(-140))


def _client(
    demo: DemoRecords, row: tuple[str, str, str, str, str, int | None, int | None, int | None, int | None, int | None]
) -> None:
    name, city, team, counselor, sector, signed, founded, staff, sales, content = row
    place: SamplePlace = find_place(city)
    if name in UNKNOWN_PLACE:
        place = place._replace(county=None, postal="")
    made_at = demo.moment(-(signed or 95) - 12)
    signed_on = demo.day(-signed) if signed else None
    figures = ClientFigures(
        as_of=demo.day(-(signed or 90)),
        staff=staff,
        sales=sales,
        us_content=content,
        export_staff=1 if staff else None,
        export_sales=sales // 9 if sales else None,
        export_countries="Mexico, Canada" if sales else None,
    )
    facts = ClientFacts(
        status=ClientStatus.client if signed else ClientStatus.pre_client,
        stage=BusinessStage.in_business,
        legal_form=LegalForm.llc if name in UNKNOWN_PLACE or len(name) % 2 else LegalForm.corporation,
        founded_on=date(founded, 3, 1) if founded else None,
        county=place.county,
        step=YesNoUnknown.yes if content else YesNoUnknown.unknown,
        signed_on=signed_on,
        until=demo.day(30) if name == "Otay Thermal" else demo.day(700),
        goals="One prime in East China that takes small suppliers.",
        figures=figures,
    )
    client = add_organization(
        demo.writer,
        OrganizationSpec(
            name=name,
            place=place,
            made_at=made_at,
            roles=(R.client,),
            by=counselor,
            team=team,
            counselor=counselor,
            sectors=(sector,),
            domain=f"{_short(name)}.example",
            phone=f"{place.dial} 555 01{len(name):02}",
            client=facts,
            confidential=name == "Palomar Photonics",
        ),
    )
    demo.organizations[name] = client
    demo.generator.generated.clients.append(client)
    demo.generator.generated.sectors[client.id] = sector
    demo.generator.generated.names.add(name)


def _short(name: str) -> str:
    return name.lower().replace("-", "").replace(" ", "")[:20]
