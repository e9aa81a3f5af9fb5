"""A lead from an officer, entered on one form and brought to an opportunity, by what the screen says."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from crm.core.data.base import db
from crm.opportunities.models import Opportunity
from crm.opportunities.policy import OpportunityStage
from crm.projects.models import Project, ProjectParty
from crm.projects.policy import LeadStage
from tests.browser.journey import Journey
from tests.factories import client_of, post, product
from tests.fixtures.browser import Live, enter
from tests.fixtures.people import make_people

pytestmark = [pytest.mark.browser, pytest.mark.engine_in_turn]


def test_lead_of_an_officer_becomes_an_opportunity_two_stages_on(page: Page, live: Live) -> None:
    with live.app.app_context():
        client = client_of("Inland", "Pinecrest Meters", counselor=make_people(["anna"])["anna"])
        product(client, name="Ultrasonic water meter DN50")
        post("Consulate General Chongming")
        db.session.commit()
    enter(page, "anna")
    main = page.get_by_role("main")
    job = Journey(page, "Job 8, an officer's project: prime, need, opportunity, two stages on")
    job.click("link", "Projects")
    job.click("link", "Add project", within=main)
    job.fill("Name", "Jialing water meters")
    job.pick("Source name", "chongming", "Consulate General Chongming")
    job.create("Prime contractor", "Jialing Waterworks")
    job.create("Person at the prime", "Lu Min")
    job.fill("Need", "Ultrasonic meters DN50", exact=True)
    job.fill("Quantity", "240")
    job.click("button", "Add project")
    job.reads("Jialing Waterworks", "Lu Min", "Ultrasonic meters DN50")
    job.reads("Ultrasonic water meter DN50", "Words in common")
    job.click("link", "Ultrasonic water meter DN50", within=main)
    job.reads("Pinecrest Meters")
    job.click("button", "Create opportunity")
    job.click("link", "Move to…", within=main)
    job.click("link", "Introduced", within=main)
    job.click("button", "Move to Introduced")
    expect(main).to_contain_text("Introduced")
    job.check(17)
    with live.app.app_context():
        row = db.session.scalars(sa.select(Opportunity).order_by(Opportunity.id.desc())).first()
        stage = sa.select(Project.lead_stage).where(Project.id == row.project_id)
        assert (row.stage, db.session.scalar(stage)) == (OpportunityStage.introduced, LeadStage.project_verified)
        parts = (row.client_id, row.need_id, row.product_id, row.buyer_id)
        assert None not in parts
        parties = sa.select(ProjectParty.person_id).where(ProjectParty.project_id == row.project_id)
        assert None not in db.session.scalars(parties).all()
