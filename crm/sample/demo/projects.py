"""Projects of the demo, with their parties and needs."""

from __future__ import annotations

from crm.projects.policy import LeadStage, NeedKind, NeedState, ProjectPhase, ProjectRole, SourceKind
from crm.reference.services import shipped_rows
from crm.sample import leads
from crm.sample.places import find_place

from .people import star_record
from .script import DemoScript

P = ProjectRole


def play(stage: DemoScript) -> None:
    """Create the projects."""
    suzhou = _suzhou(stage)
    star_record(stage, suzhou.id)
    star_record(stage, stage.people["Wang Xiaoming"].id)
    star_record(stage, stage.organizations["ClearAir Sensors"].id)
    _add_others(stage)
    _hidden(stage)


def _suzhou(stage: DemoScript) -> leads.ProjectRef:
    f, p = stage.organizations, stage.people
    project = leads.project(
        stage.office,
        leads.ProjectFacts(
            name="Suzhou smart city, phase II",
            native="苏州智慧城市二期",
            place=find_place("Suzhou"),
            made_at=stage.moment(-69),
            by="anna",
            corridor="Digital Silk Road",
            phase=ProjectPhase.tender,
            value=86_000_000,
            funding="Funded: municipal budget and loan",
            description="Air, water and sensors for the entire industrial park; at least 40% local content.",
            stage=LeadStage.needs_captured,
            stage_since=stage.moment(-13),
            bid=stage.local_time(10, 17),
            source_kind=SourceKind.post,
            source=f["Consulate General Shanghai"],
            source_note="Email from Daniel Whitcombe",
            heard_on=stage.day(-69),
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
        ),
    )
    for row in shipped_rows("needs", "crm.sample.demo"):
        leads.need(
            stage.office,
            leads.NeedFacts(
                title=row["title"],
                native=row["native"],
                made_at=stage.moment(-13),
                by="anna",
                what=NeedKind.from_code(row["kind"]),
                quantity=row["quantity"],
                hs6=row["hs6"] or None,
                spec="Per the prime; calibration traceable to a Chinese institute",
                certificate=row["certificate"] or None,
                needed_by=stage.day(int(row["needed_in_days"])),
                state=NeedState.matched if row["hs6"] == "902820" else NeedState.open,
            ),
            project,
            f["Huayue Municipal Engineering Group"],
        )
    return _store(stage, "suzhou", project)


def _add_others(stage: DemoScript) -> None:
    f, p = stage.organizations, stage.people
    for row in shipped_rows("projects", "crm.sample.demo"):
        prime, heard = f[row["prime"]], -int(row["days_since_heard"])
        contact = p[row["contact"]] if row["contact"] else None
        _store(
            stage,
            row["key"],
            leads.project(
                stage.office,
                leads.ProjectFacts(
                    name=row["name"],
                    native=row["native"] or None,
                    place=find_place(row["city"]),
                    made_at=stage.moment(heard),
                    by=row["by"],
                    phase=ProjectPhase.tender,
                    value=24_000_000,
                    funding="Municipal budget",
                    stage=LeadStage.needs_captured,
                    sectors=(row["sector"],),
                    stage_since=stage.moment(heard // 3),
                    source_kind=SourceKind.post,
                    source=f["Consulate General Shanghai"],
                    source_note="From Daniel Whitcombe",
                    heard_on=stage.day(heard),
                    bid=stage.local_time(40 - heard // 4, 17),
                    parties=((prime, P.owner, None), (prime, P.prime, contact)),
                    screened=True,
                ),
            ),
        )


def _hidden(stage: DemoScript) -> None:
    """Create a confidential project, known to Anna and the managers of Inland only."""
    f = stage.organizations
    project = leads.project(
        stage.office,
        leads.ProjectFacts(
            name="Qingshan data campus",
            native="青山数据园区",
            place=find_place("Wuhan"),
            made_at=stage.moment(-40),
            by="anna",
            phase=ProjectPhase.feasibility,
            funding="Not known yet",
            stage=LeadStage.project_verified,
            sectors=("clean_energy",),
            source_kind=SourceKind.person,
            source=stage.people["Jiang Hao"],
            source_note="Asked us to keep this confidential",
            heard_on=stage.day(-40),
            parties=((f["Hanjiang Water"], P.owner, None),),
            team="Inland",
        ),
    )
    stage.leads["qingshan"] = project


def _store(stage: DemoScript, key: str, project: leads.ProjectRef) -> leads.ProjectRef:
    stage.leads[key] = project
    stage.generator.world.leads.append(project)
    return project
