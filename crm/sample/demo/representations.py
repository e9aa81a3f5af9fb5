"""Products and China reps of the demo: with a conflict, one that ends soon, and a product that can't be exported."""

from __future__ import annotations

from crm.people.policy import Exclusivity, RepresentationKind
from crm.products.policy import ClassificationSource, Jurisdiction, ProductKind
from crm.reference.services import shipped_rows
from crm.sample.rows import products

from .demo_records import DemoRecords

EAR = Jurisdiction.ear


def create(demo: DemoRecords) -> None:
    """Create products and China reps."""
    for row in shipped_rows("products", "crm.sample.demo"):
        client, is_classified = demo.organizations[row["client"]], bool(row["eccn"])
        demo.products[row["key"]] = products.add_product(
            demo.writer,
            client,
            products.ProductSpec(
                name=row["name"],
                native=row["native"],
                sector=row["sector"],
                made_at=max(client.made_at, demo.moment(-380)),
                by="anna",
                kind=ProductKind.from_code(row["kind"]),
                hs6=row["hs6"] or None,
                jurisdiction=EAR if is_classified else Jurisdiction.unknown,
                eccn=row["eccn"] or None,
                said_by=ClassificationSource.client if is_classified else None,
                said_on=demo.day(-60) if is_classified else None,
                certificates=row["certificates"] or None,
                capacity=(int(row["capacity"]), row["unit"], None) if row["capacity"] else (None, None, None),
                description=f"{row['description']}\n{row['native_description']}",
                ip_note="Trademark filed in China" if len(row["name"]) % 3 else "No trademark in China yet",
            ),
        )
    demo.products["imager"] = products.add_product(
        demo.writer,
        demo.organizations["Palomar Photonics"],
        products.ProductSpec(
            name="Thermal imager, cooled",
            native="制冷型热像仪",
            sector="air",
            made_at=demo.moment(-180),
            by="anna",
            hs6="902750",
            jurisdiction=Jurisdiction.itar,
            usml="XII",
            said_by=ClassificationSource.counsel,
            said_on=demo.day(-170),
            ip_note="Can't be exported to countries under an arms embargo",
        ),
    )
    _reps(demo)


def _reps(demo: DemoRecords) -> None:
    f, p, o = demo.organizations, demo.people, demo.products
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
        ("Bluewater Metering", p["Zhou Ting"], lotus, RepresentationKind.company, "Jiangsu", -640, 113, o["meter"]),
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
        demo.reps[client] = products.add_representation(
            demo.writer,
            f[client],
            products.RepresentationSpec(
                made_at=demo.moment(max(since, -390)),
                by="anna",
                person=person,
                organization=organization,
                kind=kind,
                territory=territory,
                exclusive=Exclusivity.yes if client == "Bluewater Metering" else Exclusivity.unknown,
                from_on=demo.day(since),
                to_on=demo.day(ends),
                may_quote=client == "Bluewater Metering",
                products=(product,),
                mark_owner="The client" if client != "Delta Orchards" else "The distributor",
            ),
        )
