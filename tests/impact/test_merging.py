"""Milestones, surveys and schedules move when their records are merged, and back when the merge is undone."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.history import ChangeSource, act_as
from crm.core.policy import SYSTEM
from crm.impact.models import ImpactSurvey, Milestone, SurveyPlan
from crm.impact.queries import ChainPart, load_chains
from crm.impact.services import send_survey
from crm.impact.services.plans import add_plan
from crm.merging.queries import build_plan
from crm.merging.services import merge_records, unmerge
from crm.shows.services import save_show
from tests.factories import client_of, person, reachable
from tests.factories.impact import make_milestone


def clients_of_rows():
    return {db.session.scalars(sa.select(table.client_id)).one() for table in (Milestone, ImpactSurvey, SurveyPlan)}


def test_merged_client_has_the_milestones_surveys_and_schedules_of_both(actor, chain):
    clara, duplicate = actor("clara"), client_of("Inland", "Tri Valley Sensors")
    rosa = person("Ortega", "Rosa", organization=duplicate)
    reachable(rosa, email="rosa@example.org")
    make_milestone(duplicate)
    period = {"period_from": date(2025, 9, 1), "period_to": date(2026, 3, 1)}
    send_survey(SYSTEM, {"client_id": duplicate.id, "person_id": rosa.id, **period})
    add_plan(SYSTEM, {"client_id": duplicate.id, "reason": "STEP award", "starts_on": date(2026, 1, 1)})
    act_as(db.session(), clara, ChangeSource.web)
    merged = merge_records(clara, build_plan(clara, chain.client, duplicate, {}))
    db.session.expire_all()
    assert clients_of_rows() == {chain.client.id}
    unmerge(clara, merged)
    db.session.expire_all()
    assert clients_of_rows() == {duplicate.id}


def test_chain_follows_a_merged_show(actor, chain):
    days = {"starts_on": date(2025, 11, 3), "ends_on": date(2025, 11, 5)}
    clara, duplicate = actor("clara"), save_show(SYSTEM, {"name": "Aquatech", "zone": "Asia/Shanghai", **days})
    row = make_milestone(chain.client, show_id=duplicate.id)
    act_as(db.session(), clara, ChangeSource.web)
    merge_records(clara, build_plan(clara, chain.show, duplicate, {}))
    db.session.expire_all()
    steps = load_chains(actor("anna"), [row.id])[row.id]
    assert [(step.part, step.id) for step in steps] == [(ChainPart.show, chain.show.id)]
