"""Products and China reps of the demo: with a conflict, one that ends soon, and a product that can't be exported."""

from __future__ import annotations

from crm.people.policy import Exclusivity, RepresentationKind
from crm.products.policy import ClassificationSource, Jurisdiction, ProductKind
from crm.reference.services import shipped_rows
from crm.sample import opportunities

from .script import DemoScript

EAR = Jurisdiction.ear


def play(stage: DemoScript) -> None:
    """Create products and China reps."""
    for row in shipped_rows("products", "crm.sample.demo"):
        client, is_classified = stage.organizations[row["client"]], bool(row["eccn"])
        stage.offers[row["key"]] = opportunities.offer(
            stage.office,
            client,
            opportunities.OfferFacts(
                name=row["name"],
                native=row["native"],
                sector=row["sector"],
                made_at=max(client.made_at, stage.moment(-380)),
                by="anna",
                kind=ProductKind.from_code(row["kind"]),
                hs6=row["hs6"] or None,
                jurisdiction=EAR if is_classified else Jurisdiction.unknown,
                eccn=row["eccn"] or None,
                said_by=ClassificationSource.client if is_classified else None,
                said_on=stage.day(-60) if is_classified else None,
                certificates="CE, UL" if row["hs6"] else None,
                ip_note="Trademark filed in China" if len(row["name"]) % 3 else "No trademark in China yet",
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
