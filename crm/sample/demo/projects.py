"""Projects of the demo, with their parties and needs."""

from __future__ import annotations

from crm.projects.policy import LeadStage, NeedKind, NeedState, ProjectPhase, ProjectRole, SourceKind
from crm.sample import leads
from crm.sample.places import find_place
from crm.sample.specs import OrganizationRef, PersonRef

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
    needs = (
        (
            "Roadside air sensors, PM2.5 and NO₂",
            "路边空气传感器",
            NeedKind.product,
            "240",
            "902710",
            "CPA pattern approval",
            200,
        ),
        (
            "Ultrasonic water meters, DN15 to DN300",
            "超声波水表",
            NeedKind.product,
            "18,000",
            "902820",
            "CPA, drinking water",
            290,
        ),
        (
            "Leak prediction for 340 km of mains",
            "340 公里管网漏损预测",
            NeedKind.technology,
            "1",
            None,
            "Data stays in China",
            380,
        ),
        ("Commissioning and operator training", "调试与操作培训", NeedKind.service, "120 days", None, None, 420),
    )
    for title, native, kind, quantity, hs6, certificate, days in needs:
        leads.need(
            stage.office,
            leads.NeedFacts(
                title=title,
                native=native,
                made_at=stage.moment(-13),
                by="anna",
                what=kind,
                quantity=quantity,
                hs6=hs6,
                spec="Per the prime; calibration traceable to a Chinese institute",
                certificate=certificate,
                needed_by=stage.day(days),
                state=NeedState.matched if hs6 == "902820" else NeedState.open,
            ),
            project,
            f["Huayue Municipal Engineering Group"],
        )
    return _store(stage, "suzhou", project)


def _add_others(stage: DemoScript) -> None:
    f, p = stage.organizations, stage.people
    rows: tuple[
        tuple[str, str, str | None, str, str, OrganizationRef, PersonRef | None, OrganizationRef, str, int], ...
    ] = (
        (
            "wuhan",
            "Wuhan water mains renewal",
            "武汉供水管网改造",
            "Wuhan",
            "water",
            f["Hanjiang Water"],
            p["Jiang Hao"],
            f["Hanjiang Water"],
            "anna",
            -150,
        ),
        (
            "hefei",
            "Hefei solar park",
            "合肥光伏园",
            "Hefei",
            "clean_energy",
            f["Xinyuan Photovoltaics"],
            None,
            f["Xinyuan Photovoltaics"],
            "clara",
            -80,
        ),
        (
            "nanjing",
            "Nanjing data center cooling",
            "南京数据中心冷却",
            "Nanjing",
            "clean_energy",
            f["Jinling Data Center"],
            p["Qian Wen"],
            f["Jinling Data Center"],
            "anna",
            -95,
        ),
        (
            "hangzhou",
            "Hangzhou signal renewal",
            "杭州信号机更新",
            "Hangzhou",
            "smart_city",
            f["West Lake Intelligent Traffic"],
            None,
            f["West Lake Intelligent Traffic"],
            "dora",
            -70,
        ),
        (
            "qingdao",
            "Qingdao port, east basin",
            "青岛港东港池",
            "Qingdao",
            "logistics",
            f["Haidong Port Machinery"],
            None,
            f["Haidong Port Machinery"],
            "dora",
            -210,
        ),
        (
            "guangzhou",
            "Guangzhou ring road, noise walls",
            "广州环城高速声屏障",
            "Guangzhou",
            "air",
            f["Yunshan Construction"],
            None,
            f["Yunshan Construction"],
            "anna",
            -240,
        ),
        (
            "bandung",
            "Bandung bus fleet",
            None,
            "Bandung",
            "smart_city",
            f["Nusantara Karya"],
            None,
            f["Nusantara Karya"],
            "anna",
            -60,
        ),
        (
            "vientiane",
            "Vientiane river survey",
            None,
            "Vientiane",
            "water",
            f["Mekong Water"],
            None,
            f["Mekong Water"],
            "dora",
            -130,
        ),
        (
            "almaty",
            "Almaty clean air network",
            None,
            "Almaty",
            "air",
            f["Tengri Digital"],
            None,
            f["Tengri Digital"],
            "clara",
            -50,
        ),
    )
    for key, name, native, city, sector, prime, contact, owner, by, heard_on in rows:
        _store(
            stage,
            key,
            leads.project(
                stage.office,
                leads.ProjectFacts(
                    name=name,
                    native=native,
                    place=find_place(city),
                    made_at=stage.moment(heard_on),
                    by=by,
                    phase=ProjectPhase.tender,
                    value=24_000_000,
                    funding="Municipal budget",
                    stage=LeadStage.needs_captured,
                    sectors=(sector,),
                    stage_since=stage.moment(heard_on // 3),
                    source_kind=SourceKind.post,
                    source=f["Consulate General Shanghai"],
                    source_note="From Daniel Whitcombe",
                    heard_on=stage.day(heard_on),
                    bid=stage.local_time(40 - heard_on // 4, 17),
                    parties=((owner, P.owner, None), (prime, P.prime, contact)),
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
