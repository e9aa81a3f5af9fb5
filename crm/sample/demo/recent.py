"""What is on Anna's Today page, and the interactions of the last months."""

from __future__ import annotations

from datetime import datetime, time

from crm.interactions.policy import InteractionOutcome, InteractionState, InteractionType, SentKind, SessionType

from . import follow_ups, overnight
from .demo_records import SHANGHAI, DemoRecords

PLANNED = InteractionState.planned


def create(demo: DemoRecords) -> None:
    """Create interactions and follow-ups."""
    _wang(demo)
    _introductions(demo)
    call_id = _add_others(demo)
    overnight.create(demo)
    _appointments(demo)
    follow_ups.create(demo, call_id)


def _wang(demo: DemoRecords) -> None:
    """Create the timeline of Wang Xiaoming."""
    p, f = demo.people, demo.organizations
    wang, li, clear = p["Wang Xiaoming"], p["Li Hui"], f["ClearAir Sensors"]
    about = (demo.leads["suzhou"].id, demo.opportunities["clearair"])
    demo.log(
        wall=demo.local_time(-13, 10),
        zone=SHANGHAI,
        type=InteractionType.meeting,
        minutes=50,
        place="Suzhou Industrial Park",
        about=about,
        subject="Needs for the air-quality network",
        people=(wang, li, p["Tom Okafor"]),
        staff=("anna", "shen"),
        unnamed_people=(("engineers", 2, f["Huayue Municipal Engineering Group"]),),
        clients=((clear, 50, 15, 0, "STEP"),),
        notes="240 roadside stations, PM2.5 and NO₂, calibration traceable to a Chinese institute. Budget is approved; at "
        "least 40% local content. He asked for a capability statement by next week.",
        session_type=SessionType.online,
        sent=((SentKind.file, "Outline of CA-200"),),
    )
    demo.log(
        wall=demo.local_time(-15, 9),
        by="shen",
        type=InteractionType.wechat,
        minutes=5,
        subject="Agreed on the agenda",
        people=(wang,),
        about=about,
        notes="周四上午十点在园区见面，请带样品说明和校准证书。",
        english="Meeting on Thursday at 10 at the park; please bring sample sheets and calibration certificates.",
    )
    demo.log(
        wall=demo.local_time(-66, 9, 15),
        zone=SHANGHAI,
        type=InteractionType.email,
        minutes=5,
        people=(wang,),
        about=about,
        subject="Re: Second phase of the smart city",
        notes="On holiday until the 8th; will reply then.",
        reached=InteractionOutcome.one_way,
    )
    demo.visit_id = demo.log(
        wall=demo.local_time(2, 10),
        zone=SHANGHAI,
        type=InteractionType.visit,
        state=PLANNED,
        minutes=120,
        place="Suzhou Industrial Park",
        subject="Site visit, control center",
        people=(li, p["Daniel Whitcombe"]),
        staff=("anna", "shen"),
        about=about,
        clients=((clear, 0, 0, 0, "STEP"),),
        made_at=demo.moment(-9),
    )


def _introductions(demo: DemoRecords) -> None:
    """Create the introductions that led to opportunities."""
    p, f = demo.people, demo.organizations
    rows = (
        (-40, "Tom Okafor", "Wang Xiaoming", "ClearAir Sensors", "clearair"),
        (-120, "Helen Brandt", "Wang Xiaoming", "Bluewater Metering", "metering"),
        (-170, "Victor Lindgren", "Lu Min", "Tri-Valley Sensors", "level"),
        (-52, "Grace Tanaka", "Qian Wen", "Otay Thermal", "cooling"),
        (-90, "Rosa Delgado", "Chan Ka-wai", "Delta Orchards", "grapes"),
    )
    for ahead, our_side, their_side, client, opportunity in rows:
        demo.log(
            wall=demo.local_time(ahead, 16),
            type=InteractionType.introduction,
            minutes=30,
            people=(p[our_side], p[their_side]),
            staff=("anna", "shen"),
            subject=f"Introduced {p[our_side].label} and {p[their_side].label}",
            clients=((f[client], 30, 0, 0, "ITA"),),
            about=(demo.opportunities[opportunity],),
            notes="双方交换名片，约定两周内视频会议。",
            english="Exchanged business cards; agreed to a video meeting within two weeks.",
            session_type=SessionType.online,
        )


def _add_others(demo: DemoRecords) -> int:
    """Create interactions with other people; return the id of the call with Zhou Limin."""
    p, f = demo.people, demo.organizations
    demo.log(
        wall=demo.local_time(-68, 11),
        type=InteractionType.call,
        minutes=15,
        people=(p["Karen Ellis"],),
        subject="Projects in Guangdong",
        notes="Two water projects will be announced in spring.",
    )
    call_id = demo.log(
        wall=demo.local_time(-5, 17, 10),
        type=InteractionType.call,
        minutes=20,
        people=(p["Zhou Limin"],),
        about=(demo.opportunities["level"],),
        subject="Call with Zhou Limin",
        clients=((f["Tri-Valley Sensors"], 20, 0, 0, "STEP"),),
        notes="样品在车间测试，周五厂务会后答复。",
        english="Samples are being tested; will reply after the plant meeting on Friday.",
        session_type=SessionType.telephone,
    )
    demo.log(
        wall=demo.local_time(-8, 10),
        type=InteractionType.session,
        minutes=60,
        people=(p["Marisol Vega"],),
        subject="HS code for the cold chain logger",
        clients=((f["Bay Cold Chain"], 60, 15, 0, "SBA"),),
        notes="Needs a note on HS code 9025.19 for the buyer's customs broker.",
        session_type=SessionType.face_to_face,
    )
    demo.log(
        wall=demo.local_time(-33, 9),
        type=InteractionType.session,
        minutes=45,
        people=(p["Rosa Delgado"],),
        session_type=SessionType.telephone,
        subject="First call with Delta Orchards",
        clients=((f["Delta Orchards"], 45, 0, 0, None),),
        notes="Asked for the service agreement; she wants to read it with her brother.",
    )
    return call_id


def _appointments(demo: DemoRecords) -> None:
    p, f, today = demo.people, demo.organizations, demo.writer.today
    created_at = demo.moment(-6)
    demo.log(
        wall=datetime.combine(today, time(11)),
        type=InteractionType.call,
        state=PLANNED,
        minutes=30,
        made_at=created_at,
        subject="Call with Delta Orchards",
        people=(p["Rosa Delgado"],),
        clients=((f["Delta Orchards"], 0, 0, 0, None),),
    )
    demo.log(
        wall=datetime.combine(today, time(17)),
        type=InteractionType.call,
        state=PLANNED,
        minutes=30,
        made_at=created_at,
        subject="Call with Director Wang and Shen",
        people=(p["Wang Guodong"],),
        staff=("anna", "shen"),
        clients=((f["Tri-Valley Sensors"], 0, 0, 0, "STEP"),),
        notes="He will ask which meters work in tidal water.",
    )
    demo.log(
        wall=demo.local_time(-1, 14),
        type=InteractionType.call,
        state=PLANNED,
        minutes=30,
        made_at=demo.moment(-8),
        subject="Call with Redwood Filters",
        people=(p["Tom Alvarez"],),
        clients=((f["Redwood Filters"], 0, 0, 0, "SBA"),),
    )
