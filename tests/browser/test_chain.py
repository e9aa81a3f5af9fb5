"""The whole chain, from a consulate's email to a signed contract, and a direct sale without any of it."""

from __future__ import annotations

from datetime import date, datetime

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from crm.core.data.base import db
from crm.core.policy import SYSTEM
from crm.interactions.services import InteractionDetails, PartyValues, log_interaction
from crm.opportunities.models import Opportunity
from crm.opportunities.policy import OpportunityStage, SalesPath
from crm.projects.models import Need, PackageNeed, Project, TenderPackage
from crm.records.policy import EvidenceState
from crm.records.queries import evidence_of
from crm.shows.services import save_show
from tests.browser.journey import Journey
from tests.factories import client_of, person, post, prime
from tests.factories.opportunities import cleared_product
from tests.fixtures.browser import Live, enter
from tests.fixtures.people import make_people

pytestmark = [pytest.mark.browser, pytest.mark.engine_in_turn]
EMAIL = """From: Daniel Whitcombe <daniel@qujiang.post.example>
Sent: Monday, March 9, 2026 10:15 AM
Subject: New lead: Ningbo Qujiang wastewater plant

Dear Anna,

The prime contractor is Qujiang Environmental Group. Bids are due by April 18, 2027 at 5 PM. Budget: RMB 35 million.
They look for ultrasonic flow meters.

Best regards,
Daniel Whitcombe
Consulate General Qujiang
"""


def arrange(live: Live) -> int:
    """Add a client with a product, an officer, a prime where Shen met a person, and a show; return the show's id."""
    with live.app.app_context():
        people = make_people(["anna", "shen"])
        maker = client_of("Inland", "Foxglove Meters", counselor=people["anna"])
        cleared_product(maker, name="Ultrasonic flow meter DN80")
        person("Whitcombe", "Daniel", organization=post("Consulate General Qujiang"))
        lu = person("Lu", "Min", organization=prime("Qujiang Environmental Group", country="CN"))
        details = InteractionDetails(parties=[PartyValues(person_id=lu.id)], staff_ids=[people["shen"].id])
        visit = {"wall": datetime(2026, 3, 2, 10), "zone": "Asia/Shanghai", "subject": "Plant visit"}
        log_interaction(SYSTEM, visit | {"reached": "talked"}, details)
        # Not the days of the show in test_job_shows.py: Anna has meetings there, and both are in one database.
        days = {"starts_on": date(2027, 3, 16), "ends_on": date(2027, 3, 18), "zone": "Asia/Shanghai"}
        show = save_show(SYSTEM, {"name": "Qujiang Water Fair", **days})
        db.session.commit()
        return show.id


def enter_lead(job: Journey) -> None:
    """From the pasted email to a project with a tender package and a need in it."""
    main = job.page.get_by_role("main")
    job.open("/projects/paste")
    job.fill("Email text", EMAIL)
    job.click("button", "Preview")
    job.reads("Ningbo", "Qujiang Environmental Group")
    job.fill("Need", "Ultrasonic flow meters DN80", exact=True)
    job.fill("Quantity", "240 sets")
    job.click("button", "Add project")
    job.reads("Consulate General Qujiang", "Qujiang Environmental Group", "Ultrasonic flow meters DN80")
    packages = main.locator("section").filter(has=job.page.get_by_role("heading", name="Tender packages"))
    job.click("link", "Add", within=packages)
    job.fill("Name", "Lot 2: metering")
    job.click("button", "Add tender package")
    job.reads("Lot 2: metering")
    job.click("link", "Ultrasonic flow meters DN80", within=main)
    job.click("link", "Edit", within=main)
    job.choose("Tender package", "Lot 2: metering")
    job.click("button", "Save changes")
    job.reads("Lot 2: metering")


def meet_at_show(job: Journey, show_id: int) -> None:
    """A meeting of the client with the prime at the show."""
    job.open(f"/shows/{show_id}")
    job.click("link", "Meeting", within=job.page.get_by_role("main"), exact=True)
    job.fill("Local time", "10:00")
    job.pick("Client", "foxglove", "Foxglove Meters")
    job.pick("Organization to meet", "qujiang env", "Qujiang Environmental Group")
    job.click("button", "Add meeting", exact=True)
    expect(job.page.get_by_role("main")).to_contain_text("Qujiang Environmental Group")


def move_on(job: Journey, opportunity_id: int, *stages: OpportunityStage) -> None:
    """Move an opportunity through stages, as the links of its card do."""
    for stage in stages:
        job.open(f"/opportunities/{opportunity_id}/move?to={stage.value}")
        job.click("button", f"Move to {stage}")
        expect(job.page.get_by_role("main")).to_contain_text(str(stage))


def review_exports(job: Journey, opportunity_id: int) -> None:
    """The two answers that the export review still needs for a classified product."""
    job.open(f"/opportunities/{opportunity_id}/edit")
    job.choose("Export license", "No license needed")
    job.click("button", "Save changes")
    job.open(f"/opportunities/{opportunity_id}/tests/parties_screened")
    job.fill("Source", "Consolidated Screening List")
    job.fill("Result", "No match")
    job.click("button", "Save changes")


def record_quote(job: Journey, opportunity_id: int) -> None:
    """The quote that the stage requires: what was sent, with currency, Incoterm and validity."""
    main = job.page.get_by_role("main")
    job.open(f"/opportunities/{opportunity_id}")
    job.click("link", "quote (with currency, Incoterm and validity)", within=main)
    job.fill("Source", "Quote Q-17, emailed to Min Lu")
    job.fill("Result", "USD 86,400, CIF Ningbo, valid until June 30, 2026")
    job.click("button", "Save changes")
    expect(main.get_by_text("quote (with currency, Incoterm and validity): open")).to_have_count(0)
    expect(main).to_contain_text("USD 86,400, CIF Ningbo, valid until June 30, 2026")


def newest_opportunity(live: Live) -> Opportunity:
    with live.app.app_context():
        return db.session.scalars(sa.select(Opportunity).order_by(Opportunity.id.desc())).first()


def test_email_of_a_consulate_becomes_a_contract(page: Page, live: Live) -> None:
    show_id = arrange(live)
    enter(page, "anna")
    main = page.get_by_role("main")
    job = Journey(page, "From a consulate's email to a contract")
    enter_lead(job)
    job.reads("Ultrasonic flow meter DN80", "Foxglove Meters", "Words in common", "Ask Shen Yun to ask Min Lu")
    need_url = page.url
    meet_at_show(job, show_id)
    page.goto(need_url)
    job.click("link", "Ultrasonic flow meter DN80", within=main)
    job.click("button", "Create opportunity")
    row = newest_opportunity(live)
    review_exports(job, row.id)
    S = OpportunityStage  # noqa: N806 - the stages below
    move_on(job, row.id, S.introduced, S.quoted)
    record_quote(job, row.id)
    move_on(job, row.id, S.negotiating, S.contracted)
    job.check(45)
    row = newest_opportunity(live)
    assert (row.stage, row.path) == (S.contracted, SalesPath.project)
    with live.app.app_context():
        need, package = db.session.get(Need, row.need_id), db.session.scalars(sa.select(TenderPackage)).one()
        assert need.project_id == row.project_id == package.project_id
        assert db.session.get(PackageNeed, row.need_id).package_id == package.id
        assert db.session.get(Project, row.project_id).source_id is not None
        assert evidence_of(row.id)["quote"].state is EvidenceState.met


def test_direct_sale_is_never_asked_for_a_project(page: Page, live: Live) -> None:
    with live.app.app_context():
        maker = client_of("Inland", "Larkspur Labs", counselor=make_people(["anna"])["anna"])
        cleared_product(maker, name="Soil test kit")
        prime("Shenzhen Larkspur Buyer", country="CN")
        db.session.commit()
    enter(page, "anna")
    job = Journey(page, "A direct sale")
    job.open("/opportunities/new")
    job.pick("Client", "larkspur labs", "Larkspur Labs")
    job.pick("Product", "soil test", "Soil test kit")
    job.choose("Sales path", "Direct sale")
    for label in ("Project", "Need"):
        expect(page.get_by_label(label, exact=True).locator("visible=true")).to_have_count(0)
    job.pick("Prime or buyer", "shenzhen larkspur", "Shenzhen Larkspur Buyer")
    job.click("button", "Add opportunity")
    row = newest_opportunity(live)
    main = page.get_by_role("main")
    for text in ("Vendor qualification", "vendor registration"):
        expect(main.get_by_text(text)).to_have_count(0)
    review_exports(job, row.id)
    S = OpportunityStage  # noqa: N806 - the stages below
    move_on(job, row.id, S.introduced, S.quoted, S.contracted)
    row = newest_opportunity(live)
    assert (row.stage, row.path, row.project_id, row.need_id) == (S.contracted, SalesPath.direct_sale, None, None)
