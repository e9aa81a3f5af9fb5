"""The opportunities of the demo board."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from crm.opportunities import policy
from crm.opportunities.policy import ExitTest, LicenseGate, SalesPath, WaitingFor
from crm.sample import opportunities

from .script import DemoScript

S, W = policy.OpportunityStage, WaitingFor
CLEAR = (
    ExitTest.parties_screened,
    "Consolidated Screening List, manual search",
    "No match for client, prime and owner.",
)
# key, title, client, offer, buyer, lead, amount, currency, stage, days there, waiting for, percent
CASES: tuple[
    tuple[str, str, str, str, str, str | None, int | None, str, policy.OpportunityStage, int, WaitingFor, int | None],
    ...,
] = (
    (
        "filters",
        "Filters, control center",
        "Sonoma Filtration",
        "control",
        "Huayue Municipal Engineering Group",
        "suzhou",
        90_000,
        "USD",
        S.matched,
        11,
        W.us,
        None,
    ),
    (
        "edge",
        "Edge gateways, Wuhan",
        "Helix Edge Robotics",
        "edge",
        "Hanjiang Water",
        "wuhan",
        520_000,
        "USD",
        S.matched,
        6,
        W.client,
        None,
    ),
    (
        "flow",
        "Flow meters, Hanjiang",
        "Junipero Flow Meters",
        "flow",
        "Hanjiang Water",
        "wuhan",
        310_000,
        "USD",
        S.export_cleared,
        8,
        W.rep,
        None,
    ),
    (
        "inverters",
        "Inverters, Hefei solar",
        "Desert Sun Inverters",
        "inverter",
        "Xinyuan Photovoltaics",
        "hefei",
        410_000,
        "USD",
        S.export_cleared,
        3,
        W.us,
        None,
    ),
    (
        "fleet",
        "Fleet data, Bandung",
        "Calico Fleet Data",
        "fleet",
        "Nusantara Karya",
        "bandung",
        None,
        "USD",
        S.matched,
        13,
        W.client,
        None,
    ),
    (
        "clearair",
        "ClearAir sensors for Suzhou II",
        "ClearAir Sensors",
        "CA-200",
        "Huayue Municipal Engineering Group",
        "suzhou",
        1_240_000,
        "USD",
        S.introduced,
        18,
        W.us,
        35,
    ),
    (
        "cooling",
        "Data center cooling",
        "Otay Thermal",
        "cooling",
        "Jinling Data Center",
        "nanjing",
        300_000,
        "USD",
        S.introduced,
        9,
        W.client,
        None,
    ),
    (
        "signals",
        "Traffic signals, Hangzhou",
        "Tecate Road Signals",
        "signal",
        "West Lake Intelligent Traffic",
        "hangzhou",
        350_000,
        "USD",
        S.introduced,
        5,
        W.prime,
        None,
    ),
    (
        "pallet",
        "Pallet tracking, Ningbo",
        "Pacific Pallet",
        "pallet",
        "Eastport Logistics",
        "qingdao",
        240_000,
        "USD",
        S.qualifying,
        12,
        W.prime,
        None,
    ),
    (
        "drone",
        "Drone survey, Vientiane",
        "Ridgecrest Drones",
        "drone",
        "Mekong Water",
        "vientiane",
        440_000,
        "USD",
        S.qualifying,
        31,
        W.client,
        None,
    ),
    (
        "metering",
        "Metering for Suzhou II",
        "Bluewater Metering",
        "meter",
        "Huayue Municipal Engineering Group",
        "suzhou",
        6_800_000,
        "CNY",
        S.quoted,
        3,
        W.us,
        45,
    ),
    (
        "valves",
        "Valve coatings, Wuhan",
        "Cabrillo Coatings",
        "coating",
        "Hanjiang Water",
        "wuhan",
        520_000,
        "USD",
        S.quoted,
        25,
        W.prime,
        None,
    ),
    (
        "level",
        "Level sensors, Huadong Water",
        "Tri-Valley Sensors",
        "level",
        "Huadong Water",
        None,
        180_000,
        "USD",
        S.evaluating,
        12,
        W.us,
        None,
    ),
    (
        "labkit",
        "Water lab kit, Wuxi",
        "Tamarack Water Labs",
        "labkit",
        "Taihu Ecology Institute",
        None,
        200_000,
        "USD",
        S.evaluating,
        47,
        W.prime,
        None,
    ),
    (
        "radar",
        "Port radar, Qingdao",
        "Harborlight",
        "radar",
        "Haidong Port Machinery",
        "qingdao",
        760_000,
        "USD",
        S.quoted,
        7,
        W.license,
        None,
    ),
    (
        "desal",
        "Desalination skid, Qingdao",
        "Saltair",
        "desal",
        "Haidong Port Machinery",
        "qingdao",
        1_100_000,
        "USD",
        S.negotiating,
        9,
        W.prime,
        None,
    ),
    (
        "walls",
        "Noise walls, ring road",
        "Laguna Noise Control",
        "wall",
        "Yunshan Construction",
        "guangzhou",
        540_000,
        "USD",
        S.negotiating,
        17,
        W.rep,
        None,
    ),
    (
        "cabinets",
        "Biosafety cabinets, Tianjin",
        "Encina Biosafety",
        "cabinet",
        "Beichen Rail Transit",
        None,
        620_000,
        "USD",
        S.contracted,
        4,
        W.client,
        None,
    ),
    (
        "grid",
        "Grid software, Chengdu",
        "Redwood Grid",
        "dispatch",
        "Chuanxi Clean Energy",
        None,
        880_000,
        "USD",
        S.delivering,
        41,
        W.client,
        None,
    ),
    (
        "paint",
        "Marine paint, Ningbo",
        "Cabrillo Coatings",
        "paint",
        "Eastport Logistics",
        None,
        260_000,
        "USD",
        S.impact_reported,
        2,
        W.us,
        None,
    ),
    (
        "grapes",
        "Table grapes, Hong Kong",
        "Delta Orchards",
        "grapes",
        "Harbour East Trading",
        None,
        75_000,
        "USD",
        S.introduced,
        21,
        W.us,
        None,
    ),
)
GATES = {"radar": LicenseGate.applied, "pallet": LicenseGate.exception_claimed, "drone": LicenseGate.to_determine}


def play(stage: DemoScript) -> None:
    """Create the opportunities of the board, and the one that is on hold and confidential."""
    for row in CASES:
        _case(stage, row)
    palomar = stage.organizations["Palomar Photonics"]
    stage.cases["imager"] = opportunities.add_opportunity(
        stage.office,
        opportunities.OpportunitySpec(
            client=palomar,
            title="Imagers, Qingshan campus",
            by="anna",
            product=stage.offers["imager"],
            buyer=stage.organizations["Hanjiang Water"],
            amount=Decimal(1_900_000),
            confidential=True,
            project=(stage.leads["qingshan"].id, "Qingshan data campus", "青山数据园区"),
            steps=[
                (S.matched, stage.moment(-36), None),
                (S.export_hold, stage.moment(-30), "USML category XII, for China"),
            ],
        ),
    )


def _case(
    stage: DemoScript,
    row: tuple[
        str, str, str, str, str, str | None, int | None, str, policy.OpportunityStage, int, WaitingFor, int | None
    ],
) -> None:
    key, title, client, offer, buyer, lead_key, amount, currency, current_stage, days, waits, percent = row
    lead = stage.leads[lead_key] if lead_key else None
    organization, product, host = stage.organizations[client], stage.offers[offer], stage.organizations[buyer]
    path = SalesPath.project if lead else SalesPath.direct_sale
    cleared = product.cleared and (current_stage.order >= S.export_cleared.order)
    stage.cases[key] = opportunities.add_opportunity(
        stage.office,
        opportunities.OpportunitySpec(
            client=organization,
            title=title,
            by="boris" if organization.team_id == stage.office.teams["Bay"] else "anna",
            path=path,
            project=(lead.id, lead.label, lead.native) if lead else None,
            buyer=host,
            product=product,
            buyer_contact=host.people[0] if host.people else None,
            need_id=lead.needs[0] if lead and lead.needs else None,
            rep_id=stage.reps.get(client),
            amount=Decimal(amount) if amount else None,
            currency=currency,
            percent=percent,
            close_on=stage.day(40 + 9 * days % 150),
            slipped_from=stage.day(20) if key in ("valves", "walls") else None,
            waiting_for=waits,
            gate=GATES.get(key, LicenseGate.not_needed if cleared else LicenseGate.to_determine),
            evidence=_evidence(current_stage, cleared=cleared),
            steps=_steps(stage, current_stage, days, path),
        ),
    )


def _steps(
    stage: DemoScript, current: policy.OpportunityStage, days: int, path: SalesPath
) -> list[tuple[policy.OpportunityStage, datetime, str | None]]:
    """Return all stages up to the current one, about three weeks apart."""
    stages = [
        one
        for one in S
        if not one.is_end and one.order <= current.order and (one.is_direct or path is SalesPath.project)
    ]
    last = stage.moment(-days)
    changes = [(one, last - timedelta(days=19 * back, hours=back), None) for back, one in enumerate(reversed(stages))]
    return list(reversed(changes))


def _evidence(stage: policy.OpportunityStage, *, cleared: bool) -> tuple[tuple[ExitTest, str, str], ...]:
    evidence = [CLEAR] if cleared else []
    if stage.order > S.qualifying.order:
        evidence.append((ExitTest.nnn, "Attachment", "NNN signed by both sides"))
    if stage.order > S.quoted.order:
        evidence.append((ExitTest.quote, "Attachment", "CIF, USD, valid 60 days"))
    if stage.order >= S.contracted.order:
        evidence += [(ExitTest.signed_on, "Contract", "Signed"), (ExitTest.contract_number, "Contract", "HY-26-0118")]
    return tuple(evidence)
