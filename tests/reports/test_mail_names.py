"""Emails with reports name no records: one may become confidential before its email is sent."""

from __future__ import annotations

import pytest
from flask import current_app

from crm.core import clock
from crm.core.data.base import db
from crm.opportunities.policy import OpportunityStage
from crm.projects.models import Project
from crm.reports import mails
from crm.reports.custom.services import save_report
from crm.reports.dashboard import build_cards
from crm.reports.policy import EmailInterval
from tests.factories import client_of, post, prime
from tests.factories.opportunities import make_opportunity


@pytest.fixture
def facts(people, actor):
    """Return a function that builds a report for Clara: its answer on the page and in the email."""
    clara = people["clara"]
    buyer = prime("Huadong Water")
    make_opportunity(client_of("Inland", counselor=clara), counselor=clara, buyer_id=buyer.id, amount=9000)
    db.session.commit()

    def build(name: str) -> tuple[str, str]:
        with current_app.test_request_context():
            cards = build_cards(actor("clara"), [name])
            values = mails.build_facts(actor("clara"), EmailInterval.weekly, [name])
        assert values is not None
        return cards[0].report.answer, values["reports"][0]["answer"]

    return build


def test_pipeline_by_group_names_no_prime(facts):
    on_page, in_mail = facts("breakdown")
    assert "Huadong Water" in on_page
    assert in_mail == "Largest group: 1 opportunity worth $9,000."


def test_custom_report_names_no_record_but_other_groups(facts, actor):
    with current_app.test_request_context():
        by_buyer = save_report(actor("clara"), "opportunities", "by=buyer", {"name": "By buyer"})
        by_stage = save_report(actor("clara"), "opportunities", "by=stage", {"name": "By stage"})
    on_page, in_mail = facts(f"custom-{by_buyer.id}")
    assert "Huadong Water" in on_page
    assert in_mail == "Opportunities: 1 in one group."
    on_page, in_mail = facts(f"custom-{by_stage.id}")
    assert on_page == in_mail


def test_sources_name_no_source(facts, people):
    clara = people["clara"]
    source = post("Consulate Shanghai")
    project = Project(name="Dam", label="Dam", stage_since=clock.now(), source_id=source.id)
    db.session.add(project)
    db.session.flush()
    make_opportunity(
        client_of("Inland"), counselor=clara, project_id=project.id, stage=OpportunityStage.contracted, amount=7000
    )
    db.session.commit()
    on_page, in_mail = facts("sources")
    assert "Consulate Shanghai" in on_page
    assert in_mail == "See the report for what contributed to the most signed value."
