"""Products and China reps of the demo: with a conflict, one that ends soon, and a product that can't be exported."""

from __future__ import annotations

from crm.people.policy import Exclusivity, RepresentationKind
from crm.products.policy import ClassificationSource, Jurisdiction, ProductKind
from crm.sample import opportunities

from .script import DemoScript

EAR = Jurisdiction.ear
# key, client, name, native, sector, hs6, eccn (None: not classified), kind
OFFERS = (
    (
        "CA-200",
        "ClearAir Sensors",
        "CA-200 street sensor",
        "CA-200 街道传感器",
        "air",
        "902710",
        None,
        ProductKind.product,
    ),
    (
        "AirNode",
        "Vista Predictive",
        "Leak prediction engine",
        "漏损预测引擎",
        "water",
        None,
        "5D992",
        ProductKind.technology,
    ),
    (
        "meter",
        "Bluewater Metering",
        "Ultrasonic meter BW-3",
        "超声波水表 BW-3",
        "water",
        "902820",
        "EAR99",
        ProductKind.product,
    ),
    (
        "level",
        "Tri-Valley Sensors",
        "Level sensor TV-40",
        "液位传感器 TV-40",
        "water",
        "902610",
        "EAR99",
        ProductKind.product,
    ),
    ("grapes", "Delta Orchards", "Table grapes", "鲜食葡萄", "food", "080610", None, ProductKind.product),
    ("logger", "Bay Cold Chain", "Cold chain logger", "冷链记录仪", "food", "902519", "EAR99", ProductKind.product),
    (
        "filter",
        "Redwood Filters",
        "Ceramic filter cartridge",
        "陶瓷滤芯",
        "water",
        "842199",
        "EAR99",
        ProductKind.product,
    ),
    (
        "control",
        "Sonoma Filtration",
        "Filters, control center",
        "控制中心过滤器",
        "water",
        "842139",
        None,
        ProductKind.product,
    ),
    (
        "edge",
        "Helix Edge Robotics",
        "Edge gateway HX",
        "边缘网关 HX",
        "smart_city",
        "851762",
        None,
        ProductKind.product,
    ),
    ("flow", "Junipero Flow Meters", "Flow meter J-9", "流量计 J-9", "water", "902610", "EAR99", ProductKind.product),
    (
        "inverter",
        "Desert Sun Inverters",
        "String inverter, 60 kW",
        "组串式逆变器",
        "clean_energy",
        "850440",
        "EAR99",
        ProductKind.product,
    ),
    (
        "fleet",
        "Calico Fleet Data",
        "Fleet data platform",
        "车队数据平台",
        "smart_city",
        None,
        "5D992",
        ProductKind.technology,
    ),
    ("cooling", "Otay Thermal", "Immersion cooling", "浸没式冷却", "clean_energy", "841869", None, ProductKind.product),
    (
        "signal",
        "Tecate Road Signals",
        "Adaptive signal controller",
        "自适应信号机",
        "smart_city",
        "853080",
        "EAR99",
        ProductKind.product,
    ),
    ("pallet", "Pacific Pallet", "Pallet tracker", "托盘追踪器", "logistics", "852691", "5A992", ProductKind.product),
    (
        "drone",
        "Ridgecrest Drones",
        "Survey drone R-1",
        "测绘无人机 R-1",
        "logistics",
        "880622",
        "9A012",
        ProductKind.product,
    ),
    (
        "coating",
        "Cabrillo Coatings",
        "Valve coating",
        "阀门涂料",
        "construction",
        "320890",
        "EAR99",
        ProductKind.material,
    ),
    (
        "paint",
        "Cabrillo Coatings",
        "Marine paint, low friction",
        "船舶减阻涂料",
        "construction",
        "320820",
        "EAR99",
        ProductKind.material,
    ),
    ("labkit", "Tamarack Water Labs", "Water lab kit", "水质检测箱", "water", "382219", "EAR99", ProductKind.product),
    ("radar", "Harborlight", "Port radar, X band", "港口雷达", "logistics", "852610", "6A008", ProductKind.product),
    ("desal", "Saltair", "Desalination skid", "海水淡化装置", "water", "842121", "2B999", ProductKind.product),
    ("wall", "Laguna Noise Control", "Noise barrier panel", "声屏障板", "air", "681099", "EAR99", ProductKind.product),
    (
        "cabinet",
        "Encina Biosafety",
        "Biosafety cabinet, class II",
        "二级生物安全柜",
        "medical",
        "841480",
        "EAR99",
        ProductKind.product,
    ),
    (
        "dispatch",
        "Redwood Grid",
        "Grid dispatch software",
        "电网调度软件",
        "clean_energy",
        None,
        "5D992",
        ProductKind.technology,
    ),
    (
        "pistachio",
        "Sequoia Pistachios",
        "Pistachios, in shell",
        "带壳开心果",
        "food",
        "080251",
        "EAR99",
        ProductKind.product,
    ),
)


def play(stage: DemoScript) -> None:
    """Create products and China reps."""
    for key, client, name, native, sector, hs6, eccn, kind in OFFERS:
        organization = stage.organizations[client]
        stage.offers[key] = opportunities.offer(
            stage.office,
            organization,
            opportunities.OfferFacts(
                name=name,
                native=native,
                sector=sector,
                made_at=max(organization.made_at, stage.moment(-380)),
                by="anna",
                kind=kind,
                hs6=hs6,
                jurisdiction=EAR if eccn else Jurisdiction.unknown,
                eccn=eccn,
                said_by=ClassificationSource.client if eccn else None,
                said_on=stage.day(-60) if eccn else None,
                certificates="CE, UL" if hs6 else None,
                ip_note="Trademark filed in China" if len(name) % 3 else "No trademark in China yet",
            ),
        )
    stage.offers["imager"] = opportunities.offer(
        stage.office,
        stage.organizations["Palomar Photonics"],
        opportunities.OfferFacts(
            name="Thermal imager, cooled",
            native="制冷型热像仪",
            sector="air",
            made_at=stage.moment(-180),
            by="anna",
            hs6="902750",
            jurisdiction=Jurisdiction.itar,
            usml="XII",
            said_by=ClassificationSource.counsel,
            said_on=stage.day(-170),
            ip_note="Can't be exported to countries under an arms embargo",
        ),
    )
    _reps(stage)


def _reps(stage: DemoScript) -> None:
    f, p, o = stage.organizations, stage.people, stage.offers
    lotus = f["Lotus Bridge"]
    rows = (
        (
            "Tri-Valley Sensors",
            p["Zhou Limin"],
            lotus,
            RepresentationKind.agent,
            "Jiangsu, Zhejiang",
            -430,
            300,
            o["level"],
        ),
        ("Bluewater Metering", p["Zhou Ting"], lotus, RepresentationKind.firm, "Jiangsu", -640, 113, o["meter"]),
        (
            "Delta Orchards",
            p["Chan Ka-wai"],
            f["Harbour East Trading"],
            RepresentationKind.distributor,
            "Hong Kong",
            -700,
            23,
            o["grapes"],
        ),
        ("ClearAir Sensors", p["Zhou Ting"], lotus, RepresentationKind.agent, "Suzhou", -200, 500, o["CA-200"]),
    )
    for client, person, organization, kind, territory, since, ends, product in rows:
        stage.reps[client] = opportunities.represent(
            stage.office,
            f[client],
            opportunities.RepresentationSpec(
                made_at=stage.moment(max(since, -390)),
                by="anna",
                person=person,
                organization=organization,
                kind=kind,
                territory=territory,
                exclusive=Exclusivity.yes if client == "Bluewater Metering" else Exclusivity.unknown,
                from_on=stage.day(since),
                to_on=stage.day(ends),
                may_quote=client == "Bluewater Metering",
                products=(product,),
                mark_owner="The client" if client != "Delta Orchards" else "The distributor",
            ),
        )
