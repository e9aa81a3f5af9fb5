"""What Shen logged in the evening in Shanghai, overnight for Anna."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from crm.calendars import local_day, resolve_local
from crm.interactions.policy import InteractionType
from crm.projects.policy import ProjectRole, SourceKind
from crm.sample.places import find_place
from crm.sample.rows import leads

from .demo_records import ANNA_ZONE, SHANGHAI, DemoRecords


def create(demo: DemoRecords) -> None:
    """Create two interactions and a lead."""
    p, f, evening = demo.people, demo.organizations, _end_of_shanghai_day(demo)
    local_evening = evening.astimezone(ZoneInfo(SHANGHAI)).replace(tzinfo=None, second=0, microsecond=0)
    for hours, subject, notes, english, person, client in (
        (
            5,
            "Zhou: 3 of 4 samples passed, wants a price for 200",
            "四个样品三个合格，询两百个的价格。@Anna 请报价。",
            "Three of four passed; wants a price for 200. @Anna please quote.",
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
        interaction_id = demo.log(
            wall=local_evening - timedelta(hours=hours, minutes=20),
            by="shen",
            type=InteractionType.wechat,
            minutes=10,
            subject=subject,
            notes=notes,
            english=english,
            people=(p[person],),
            clients=((f[client], 10, 0, 0, None),),
            made_at=evening - timedelta(hours=hours),
            about=(demo.opportunities["level"],),
        )
        if "@Anna" in notes:
            demo.mentions.append((interaction_id, evening - timedelta(hours=hours)))
    _add_lead(demo)


def _end_of_shanghai_day(demo: DemoRecords) -> datetime:
    """Return the last 2 AM of Anna's day, when Shen goes home, or now if it is earlier."""
    today = local_day(demo.writer.now, ANNA_ZONE)
    return min(demo.writer.now, resolve_local(today, time(2), ANNA_ZONE))


def _add_lead(demo: DemoRecords) -> None:
    f = demo.organizations
    demo.leads["ningbo"] = leads.add_project(
        demo.writer,
        leads.ProjectSpec(
            name="Ningbo water plant, east",
            native="宁波东部水厂",
            place=find_place("Ningbo"),
            by="shen",
            made_at=_end_of_shanghai_day(demo) - timedelta(hours=3),
            source_kind=SourceKind.post,
            source=f["Consulate General Shanghai"],
            source_note="Consulate notice",
            heard_on=demo.writer.today,
            sectors=("water",),
            bid=datetime.combine(demo.day(45), time(17)),
            parties=((f["Ningbo Port Bureau"], ProjectRole.owner, None),),
        ),
    )
