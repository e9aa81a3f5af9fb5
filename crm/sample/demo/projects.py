"""Projects of the demo, with their parties and needs."""

from __future__ import annotations

from crm.projects.policy import LeadStage, NeedKind, NeedState, ProjectPhase, ProjectRole, SourceKind
from crm.reference.services import shipped_rows
from crm.sample.places import find_place
from crm.sample.rows import leads, needs

from . import structure
from .demo_records import DemoRecords
from .people import star_record

P = ProjectRole


def create(demo: DemoRecords) -> None:
    suzhou = _suzhou(demo)
    star_record(demo, suzhou.id)
    star_record(demo, demo.people["Wang Xiaoming"].id)
    star_record(demo, demo.organizations["ClearAir Sensors"].id)
    _add_others(demo)
    _add_confidential_project(demo)


def _suzhou(demo: DemoRecords) -> leads.ProjectRef:
    f, p = demo.organizations, demo.people
    project = leads.add_project(
        demo.writer,
        leads.ProjectSpec(
            name="Suzhou smart city, phase II",
            native="苏州智慧城市二期",
            place=find_place("Suzhou"),
            made_at=demo.moment(-69),
            by="anna",
            corridor="Digital Silk Road",
            phase=ProjectPhase.tender,
            value=86_000_000,
            funding="Funded: municipal budget and loan",
            description="Air, water and sensors for the entire industrial park; at least 40% local content.",
            stage=LeadStage.needs_captured,
            stage_since=demo.moment(-13),
            bid=demo.local_time(10, 17),
            source_kind=SourceKind.post,
            source=f["Consulate General Shanghai"],
            source_note="Email from Daniel Whitcombe",
            heard_on=demo.day(-69),
            sectors=("smart_city", "air", "water"),
            screened=False,
            parties=(
                (f["Suzhou Digital City Bureau"], P.owner, p["Zhao Jianguo"]),
                (f["Huayue Municipal Engineering Group"], P.prime, p["Wang Xiaoming"]),
                (f["Jiangchuan Smart City Technology"], P.consortium_member, p["Li Hui, Jiangchuan"]),
                (f["Tongli Design Institute"], P.designer, None),
                (f["Jiangnan Development Bank"], P.lender, None),
                (f["Suzhou Digital City Bureau"], P.end_user, None),
            ),
            under={
                "Huayue Municipal Engineering Group": f["Suzhou Digital City Bureau"],
                "Jiangchuan Smart City Technology": f["Huayue Municipal Engineering Group"],
                "Tongli Design Institute": f["Huayue Municipal Engineering Group"],
            },
        ),
    )
    packages = structure.add_packages(demo, project.id)
    for row in shipped_rows("needs", "crm.sample.demo"):
        need_id = needs.add_need(
            demo.writer,
            needs.NeedSpec(
                title=row["title"],
                native=row["native"],
                made_at=demo.moment(-13),
                by="anna",
                type=NeedKind.from_code(row["kind"]),
                quantity=(int(row["quantity"]), row["unit"] or None, None),
                hs6=row["hs6"] or None,
                spec="Per the prime; calibration traceable to a Chinese institute",
                certificates=row["certificates"] or None,
                needed_by=demo.day(int(row["needed_in_days"])),
                state=NeedState.matched if row["hs6"] == "902820" else NeedState.open,
            ),
            project,
            f["Huayue Municipal Engineering Group"],
        )
        structure.put_need(demo, need_id, row["hs6"], packages)
    return _store(demo, "suzhou", project)


def _add_others(demo: DemoRecords) -> None:
    f, p = demo.organizations, demo.people
    for row in shipped_rows("projects", "crm.sample.demo"):
        prime, days_ahead = f[row["prime"]], -int(row["days_since_heard"])
        contact = p[row["contact"]] if row["contact"] else None
        _store(
            demo,
            row["key"],
            leads.add_project(
                demo.writer,
                leads.ProjectSpec(
                    name=row["name"],
                    native=row["native"] or None,
                    place=find_place(row["city"]),
                    made_at=demo.moment(days_ahead),
                    by=row["by"],
                    phase=ProjectPhase.tender,
                    value=24_000_000,
                    funding="Municipal budget",
                    stage=LeadStage.needs_captured,
                    sectors=(row["sector"],),
                    stage_since=demo.moment(days_ahead // 3),
                    source_kind=SourceKind.post,
                    source=f["Consulate General Shanghai"],
                    source_note="From Daniel Whitcombe",
                    heard_on=demo.day(days_ahead),
                    bid=demo.local_time(40 - days_ahead // 4, 17),
                    parties=((prime, P.owner, None), (prime, P.prime, contact)),
                    screened=True,
                ),
            ),
        )


def _add_confidential_project(demo: DemoRecords) -> None:
    """Create a confidential project, known to Anna and the managers of Inland only."""
    f = demo.organizations
    project = leads.add_project(
        demo.writer,
        leads.ProjectSpec(
            name="Qingshan data campus",
            native="青山数据园区",
            place=find_place("Wuhan"),
            made_at=demo.moment(-40),
            by="anna",
            phase=ProjectPhase.feasibility,
            stage=LeadStage.project_verified,
            sectors=("clean_energy",),
            source_kind=SourceKind.person,
            source=demo.people["Jiang Hao"],
            source_note="Asked us to keep this confidential",
            heard_on=demo.day(-40),
            parties=((f["Hanjiang Water"], P.owner, None),),
            unknown=("funding", "prime", "prime_contact"),
            team="Inland",
        ),
    )
    demo.leads["qingshan"] = project


def _store(demo: DemoRecords, key: str, project: leads.ProjectRef) -> leads.ProjectRef:
    demo.leads[key] = project
    demo.generator.generated.leads.append(project)
    return project
