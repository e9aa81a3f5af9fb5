"""What is on Anna's Today page, and the interactions of the last months."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from crm.calendars import resolve_local
from crm.core.data.history import Change, Via
from crm.followups.enums import FollowUpState, Side
from crm.interactions.policy import InteractionState, Kind, Reached, SentKind, SessionType
from crm.projects.policy import ProjectRole, SourceKind
from crm.sample import leads
from crm.sample.places import find_place

from .script import ANNA_ZONE, SHANGHAI, DemoScript

STATE_HELD, PLANNED = InteractionState.held, InteractionState.planned


def play(stage: DemoScript) -> None:
    """Create interactions and follow-ups."""
    _wang(stage)
    _introductions(stage)
    call_id = _add_others(stage)
    _add_overnight(stage)
    _appointments(stage)
    _promised(stage, call_id)
    _add_completed(stage)


def _wang(stage: DemoScript) -> None:
    """Create the timeline of Wang Xiaoming."""
    p, f = stage.people, stage.organizations
    wang, li, clear = p["Wang Xiaoming"], p["Li Hui"], f["ClearAir Sensors"]
    about = (stage.leads["suzhou"].id, stage.cases["clearair"])
    stage.log(
        wall=stage.local_time(-13, 10),
        zone=SHANGHAI,
        what=Kind.meeting,
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
    stage.log(
        wall=stage.local_time(-15, 9),
        by="shen",
        what=Kind.wechat,
        minutes=5,
        subject="Agreed on the agenda",
        people=(wang,),
        about=about,
        notes="周四上午十点在园区见面，请带样品说明和校准证书。",
        english="Meeting on Thursday at 10 at the park; please bring sample sheets and calibration certificates.",
    )
    stage.log(
        wall=stage.local_time(-66, 9, 15),
        zone=SHANGHAI,
        what=Kind.email,
        minutes=5,
        people=(wang,),
        about=about,
        subject="Re: Second phase of the smart city",
        notes="On holiday until the 8th; will reply then.",
        reached=Reached.one_way,
    )
    stage.log(
        wall=stage.local_time(2, 10),
        zone=SHANGHAI,
        what=Kind.visit,
        state=PLANNED,
        minutes=120,
        place="Suzhou Industrial Park",
        subject="Site visit, control center",
        people=(li, p["Daniel Whitcombe"]),
        staff=("anna", "shen"),
        about=about,
        clients=((clear, 0, 0, 0, "STEP"),),
        made_at=stage.moment(-9),
    )


def _introductions(stage: DemoScript) -> None:
    """Create the introductions that led to opportunities."""
    p, f = stage.people, stage.organizations
    rows = (
        (-40, "Tom Okafor", "Wang Xiaoming", "ClearAir Sensors", "clearair"),
        (-120, "Helen Brandt", "Wang Xiaoming", "Bluewater Metering", "metering"),
        (-170, "Victor Lindgren", "Lu Min", "Tri-Valley Sensors", "level"),
        (-52, "Grace Tanaka", "Qian Wen", "Otay Thermal", "cooling"),
        (-90, "Rosa Delgado", "Chan Ka-wai", "Delta Orchards", "grapes"),
    )
    for ahead, our_side, their_side, client, opportunity in rows:
        stage.log(
            wall=stage.local_time(ahead, 16),
            what=Kind.introduction,
            minutes=30,
            people=(p[our_side], p[their_side]),
            staff=("anna", "shen"),
            subject=f"Introduced {p[our_side].label} and {p[their_side].label}",
            clients=((f[client], 30, 0, 0, "ITA"),),
            about=(stage.cases[opportunity],),
            notes="双方交换名片，约定两周内视频会议。",
            english="Exchanged business cards; agreed to a video meeting within two weeks.",
            session_type=SessionType.online,
        )


def _add_others(stage: DemoScript) -> int:
    """Create interactions with other people; return the id of the call with Zhou Limin."""
    p, f = stage.people, stage.organizations
    stage.log(
        wall=stage.local_time(-68, 11),
        what=Kind.call,
        minutes=15,
        people=(p["Karen Ellis"],),
        subject="Projects in Guangdong",
        notes="Two water projects will be announced in spring.",
    )
    call_id = stage.log(
        wall=stage.local_time(-5, 17, 10),
        what=Kind.call,
        minutes=20,
        people=(p["Zhou Limin"],),
        about=(stage.cases["level"],),
        subject="Call with Zhou Limin",
        clients=((f["Tri-Valley Sensors"], 20, 0, 0, "STEP"),),
        notes="样品在车间测试，周五厂务会后答复。",
        english="Samples are being tested; will reply after the plant meeting on Friday.",
        session_type=SessionType.telephone,
    )
    stage.log(
        wall=stage.local_time(-8, 10),
        what=Kind.session,
        minutes=60,
        people=(p["Marisol Vega"],),
        subject="HS code for the cold chain logger",
        clients=((f["Bay Cold Chain"], 60, 15, 0, "SBA"),),
        notes="Needs a note on HS code 9025.19 for the buyer's customs broker.",
        session_type=SessionType.face_to_face,
    )
    stage.log(
        wall=stage.local_time(-33, 9),
        what=Kind.session,
        minutes=45,
        people=(p["Rosa Delgado"],),
        session_type=SessionType.telephone,
        subject="First call with Delta Orchards",
        clients=((f["Delta Orchards"], 45, 0, 0, None),),
        notes="Asked for the service agreement; she wants to read it with her brother.",
    )
    return call_id


def _add_overnight(stage: DemoScript) -> None:
    """Create what Shen logged overnight."""
    p, f, evening = stage.people, stage.organizations, _end_of_shanghai_day(stage)
    local_evening = evening.astimezone(ZoneInfo(SHANGHAI)).replace(tzinfo=None, second=0, microsecond=0)
    for hours, subject, notes, english, person, client in (
        (
            5,
            "Zhou: 3 of 4 samples passed, wants a price for 200",
            "四个样品三个合格，询两百个的价格。",
            "Three of four passed; wants a price for 200.",
            "Zhou Limin",
            "Tri-Valley Sensors",
        ),
        (
            4,
            "Ms. Lu: specification is with the engineers",
            "规格书还在工程师手里，下周给。",
            "The specification is still with the engineers; expected next week.",
            "Lu Min",
            "Tri-Valley Sensors",
        ),
    ):
        stage.log(
            wall=local_evening - timedelta(hours=hours, minutes=20),
            by="shen",
            what=Kind.wechat,
            minutes=10,
            subject=subject,
            notes=notes,
            english=english,
            people=(p[person],),
            clients=((f[client], 10, 0, 0, None),),
            made_at=evening - timedelta(hours=hours),
            about=(stage.cases["level"],),
        )
    _ningbo(stage)


def _end_of_shanghai_day(stage: DemoScript) -> datetime:
    """Return the last 2 AM of Anna's day, when Shen goes home, or now if it is earlier."""
    today = stage.office.now.astimezone(ZoneInfo(ANNA_ZONE)).date()
    return min(stage.office.now, resolve_local(today, time(2), ANNA_ZONE))


def _ningbo(stage: DemoScript) -> None:
    f = stage.organizations
    stage.leads["ningbo"] = leads.project(
        stage.office,
        leads.ProjectFacts(
            name="Ningbo water plant, east",
            native="宁波东部水厂",
            place=find_place("Ningbo"),
            by="shen",
            made_at=_end_of_shanghai_day(stage) - timedelta(hours=3),
            source_kind=SourceKind.post,
            source=f["Consulate General Shanghai"],
            source_note="Consulate notice",
            heard_on=stage.office.today,
            sectors=("water",),
            bid=datetime.combine(stage.day(45), time(17)),
            parties=((f["Ningbo Port Bureau"], ProjectRole.owner, None),),
        ),
    )


def _appointments(stage: DemoScript) -> None:
    p, f, today = stage.people, stage.organizations, stage.office.today
    created_at = stage.moment(-6)
    stage.log(
        wall=datetime.combine(today, time(11)),
        what=Kind.call,
        state=PLANNED,
        minutes=30,
        made_at=created_at,
        subject="Call with Delta Orchards",
        people=(p["Rosa Delgado"],),
        clients=((f["Delta Orchards"], 0, 0, 0, None),),
    )
    stage.log(
        wall=datetime.combine(today, time(17)),
        what=Kind.call,
        state=PLANNED,
        minutes=30,
        made_at=created_at,
        subject="Call with Director Wang and Shen",
        people=(p["Wang Guodong"],),
        staff=("anna", "shen"),
        clients=((f["Tri-Valley Sensors"], 0, 0, 0, "STEP"),),
        notes="He will ask which meters work in tidal water.",
    )
    stage.log(
        wall=stage.local_time(-1, 14),
        what=Kind.call,
        state=PLANNED,
        minutes=30,
        made_at=stage.moment(-8),
        subject="Call with Redwood Filters",
        people=(p["Tom Alvarez"],),
        clients=((f["Redwood Filters"], 0, 0, 0, "SBA"),),
    )


def _promised(stage: DemoScript, call_id: int) -> None:
    p, f, o = stage.people, stage.organizations, stage.office
    zhou, wang = p["Zhou Limin"], p["Wang Xiaoming"]
    stage.add_follow_up(
        title="Ask Zhou Limin whether the 4 samples passed",
        due=o.today,
        about=(f["Tri-Valley Sensors"], zhou),
        promised_to=zhou,
        cases=(stage.cases["level"],),
        tries=1,
        mail_alone=True,
        made_at=stage.moment(-5),
        source_id=call_id,
    )
    stage.add_follow_up(
        title="Send Zhou the price for 200",
        due=stage.local_time(2, 17),
        about=(f["Tri-Valley Sensors"], zhou),
        promised_to=zhou,
        cases=(stage.cases["level"],),
        made_at=stage.moment(-1),
        note="By Friday evening, his time.",
    )
    hs_note = stage.add_follow_up(
        title="HS code note for Bay Cold Chain",
        due=stage.workday(-4),
        about=(f["Bay Cold Chain"], p["Marisol Vega"]),
        by="shen",
        promised_to=p["Marisol Vega"],
        put_off=2,
        made_at=stage.moment(-8),
    )
    o.sheets.add(
        Change,
        at=o.now - timedelta(hours=2),
        actor_id=o.users["shen"],
        via=Via.web,
        root_id=hs_note,
        what="changed",
        table="followup",
        row_id=str(hs_note),
        diff={"counselor_id": [o.users["shen"], o.users["anna"]]},
    )
    stage.add_follow_up(
        title="Send capability statement in Chinese",
        due=stage.workday(-4),
        about=(f["ClearAir Sensors"], wang),
        promised_to=wang,
        cases=(stage.cases["clearair"],),
        made_at=stage.moment(-13),
        note="The ClearAir draft is with the translator.",
    )
    stage.add_follow_up(
        title="Send a quote in CNY for Suzhou II",
        due=stage.workday(1),
        about=(f["Bluewater Metering"], wang),
        promised_to=wang,
        cases=(stage.cases["metering"],),
    )
    stage.add_follow_up(
        title="Specification from Ms. Lu",
        due=stage.workday(-4),
        side=Side.they,
        promised_by=p["Lu Min"],
        about=(f["Tri-Valley Sensors"], p["Lu Min"]),
        cases=(stage.cases["level"],),
        tries=1,
    )
    stage.add_follow_up(
        title="Signed NNN from Lotus Bridge",
        due=o.today,
        side=Side.they,
        promised_by=zhou,
        about=(zhou,),
    )
    stage.add_follow_up(
        title="Letter of intent for the noise walls from Yunshan",
        due=stage.workday(-2),
        side=Side.they,
        cases=(stage.cases["walls"],),
        about=(f["Laguna Noise Control"],),
    )
    stage.add_follow_up(
        title="Ask counsel about the imager",
        due=stage.workday(3),
        about=(f["Palomar Photonics"],),
        confidential=True,
        cases=(stage.cases["imager"],),
    )
    for title, ahead, key, client in (
        ("Determine the ECCN of the edge gateway", 1, "edge", "Helix Edge Robotics"),
        ("Call Hanjiang about the coatings", 1, "valves", "Cabrillo Coatings"),
        ("Schedule a session on cooling", 3, "cooling", "Otay Thermal"),
        ("Get the NNN signed by Eastport", 3, "pallet", "Pacific Pallet"),
        ("Check the lab kit's test results", 8, "labkit", "Tamarack Water Labs"),
        ("Get the specification of the bus fleet", 3, "fleet", "Calico Fleet Data"),
    ):
        stage.add_follow_up(title=title, due=stage.workday(ahead), about=(f[client],), cases=(stage.cases[key],))


def _add_completed(stage: DemoScript) -> None:
    f, p = stage.organizations, stage.people
    stage.add_follow_up(
        title="Send Li Hui the HACCP checklist",
        due=stage.workday(-3),
        about=(p["Li Hui"],),
        promised_to=p["Li Hui"],
        state=FollowUpState.done,
        result="Sent by WeChat",
        closed_at=stage.moment(-3),
        made_at=stage.moment(-12),
    )
    stage.add_follow_up(
        title="Send the agreement to Delta Orchards",
        due=stage.workday(-20),
        about=(f["Delta Orchards"],),
        state=FollowUpState.done,
        result="Sent; she is reviewing it",
        closed_at=stage.moment(-20),
        made_at=stage.moment(-33),
    )
