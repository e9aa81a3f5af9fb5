"""What Anna and the other side owe, and what was completed."""

from __future__ import annotations

from datetime import timedelta

from crm.core.data.history import Change, ChangeSource
from crm.followups.enums import FollowUpSide, FollowUpState

from .demo_records import DemoRecords


def create(demo: DemoRecords, call_id: int) -> None:
    """Create follow-ups; `call_id` is the interaction from which the first one comes."""
    _add_open(demo, call_id)
    _add_more_open(demo)
    _add_completed(demo)


def _add_open(demo: DemoRecords, call_id: int) -> None:
    p, f, o = demo.people, demo.organizations, demo.writer
    zhou, wang = p["Zhou Limin"], p["Wang Xiaoming"]
    demo.add_follow_up(
        title="Ask Zhou Limin whether the 4 samples passed",
        due=o.today,
        about=(f["Tri-Valley Sensors"], zhou),
        promised_to=zhou,
        cases=(demo.opportunities["level"],),
        tries=1,
        mail_alone=True,
        made_at=demo.moment(-5),
        source_id=call_id,
    )
    demo.add_follow_up(
        title="Send Zhou the price for 200",
        due=demo.local_time(2, 17),
        about=(f["Tri-Valley Sensors"], zhou),
        promised_to=zhou,
        cases=(demo.opportunities["level"],),
        made_at=demo.moment(-1),
        note="By Friday evening, his time.",
    )
    hs_note = demo.add_follow_up(
        title="HS code note for Bay Cold Chain",
        due=demo.workday(-4),
        about=(f["Bay Cold Chain"], p["Marisol Vega"]),
        by="shen",
        promised_to=p["Marisol Vega"],
        postponed_count=2,
        made_at=demo.moment(-8),
    )
    o.inserter.add(
        Change,
        at=o.now - timedelta(hours=2),
        actor_id=o.users["shen"],
        via=ChangeSource.web,
        root_id=hs_note,
        action="changed",
        table="followup",
        row_id=str(hs_note),
        diff={"counselor_id": [o.users["shen"], o.users["anna"]]},
    )
    demo.add_follow_up(
        title="Send capability statement in Chinese",
        due=demo.workday(-4),
        about=(f["ClearAir Sensors"], wang),
        promised_to=wang,
        cases=(demo.opportunities["clearair"],),
        made_at=demo.moment(-13),
        note="The ClearAir draft is with the translator.",
    )
    demo.add_follow_up(
        title="Send a quote in CNY for Suzhou II",
        due=demo.workday(1),
        about=(f["Bluewater Metering"], wang),
        promised_to=wang,
        cases=(demo.opportunities["metering"],),
    )


def _add_more_open(demo: DemoRecords) -> None:
    p, f, o = demo.people, demo.organizations, demo.writer
    zhou = p["Zhou Limin"]
    demo.add_follow_up(
        title="Specification from Ms. Lu",
        due=demo.workday(-4),
        side=FollowUpSide.they,
        promised_by=p["Lu Min"],
        about=(f["Tri-Valley Sensors"], p["Lu Min"]),
        cases=(demo.opportunities["level"],),
        tries=1,
    )
    demo.add_follow_up(
        title="Signed NNN from Lotus Bridge",
        due=o.today,
        side=FollowUpSide.they,
        promised_by=zhou,
        about=(zhou,),
    )
    demo.add_follow_up(
        title="Letter of intent for the noise walls from Yunshan",
        due=demo.workday(-2),
        side=FollowUpSide.they,
        cases=(demo.opportunities["walls"],),
        about=(f["Laguna Noise Control"],),
    )
    demo.add_follow_up(
        title="Ask counsel about the imager",
        due=demo.workday(3),
        about=(f["Palomar Photonics"],),
        confidential=True,
        cases=(demo.opportunities["imager"],),
    )
    for title, ahead, key, client in (
        ("Determine the ECCN of the edge gateway", 1, "edge", "Helix Edge Robotics"),
        ("Call Hanjiang about the coatings", 1, "valves", "Cabrillo Coatings"),
        ("Schedule a session on cooling", 3, "cooling", "Otay Thermal"),
        ("Get the NNN signed by Eastport", 3, "pallet", "Pacific Pallet"),
        ("Check the lab kit's test results", 8, "labkit", "Tamarack Water Labs"),
        ("Get the specification of the bus fleet", 3, "fleet", "Calico Fleet Data"),
    ):
        demo.add_follow_up(title=title, due=demo.workday(ahead), about=(f[client],), cases=(demo.opportunities[key],))
    for title, ahead, key in (
        ("Screen prime, owner and end user of Suzhou II", 2, "suzhou"),
        ("Ask Hanjiang Water for the tender documents", 6, "wuhan"),
        ("Ask the consulate who is bidding on the solar park", 4, "hefei"),
        ("Call Nusantara Karya about the charging depot", 9, "bandung"),
        ("Find the procurement contact in Almaty", 12, "almaty"),
        ("Get the plans of the east basin", 16, "qingdao"),
    ):
        demo.add_follow_up(title=title, due=demo.workday(ahead), cases=(demo.leads[key].id,))


def _add_completed(demo: DemoRecords) -> None:
    f, p = demo.organizations, demo.people
    demo.add_follow_up(
        title="Send Li Hui the HACCP checklist",
        due=demo.workday(-3),
        about=(p["Li Hui"],),
        promised_to=p["Li Hui"],
        state=FollowUpState.done,
        result="Sent by WeChat",
        closed_at=demo.moment(-3),
        made_at=demo.moment(-12),
    )
    demo.add_follow_up(
        title="Send the agreement to Delta Orchards",
        due=demo.workday(-20),
        about=(f["Delta Orchards"],),
        state=FollowUpState.done,
        result="Sent; she is reviewing it",
        closed_at=demo.moment(-20),
        made_at=demo.moment(-33),
    )
