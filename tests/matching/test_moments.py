"""When matches are computed: at once, by the job, after a commit, or not at all."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from crm.core import clock as business_clock
from crm.core.data.base import db
from crm.matching import services
from crm.matching.models import MatchProgress, ProductMatch
from crm.organizations.models import OrganizationSector, Prime
from crm.projects.models import ProjectSector
from crm.projects.policy import ProjectRole
from crm.projects.services import save_need, save_party
from tests.factories import prime, sector
from tests.matching.conftest import refreshed
from tests.matching.lookups import DEFERRED_ON, copy_need, progress, set_points


def test_job_takes_what_was_put_off_first(need, meter, match):
    need.needed_by = business_clock.now().date()
    refreshed()
    progress(need.id, DEFERRED_ON + timedelta(days=1))
    progress(meter.id, DEFERRED_ON)
    assert services.list_due(10) == [meter.id]
    progress(meter.id, business_clock.now().date())
    assert services.list_due(10) == [need.id]


@pytest.mark.parametrize(("days_ago", "due"), [(0, False), (1, True), (400, True)])
def test_need_with_a_date_is_due_the_day_after(actor, need, meter, match, days_ago, due):
    today = business_clock.now().date()
    need.needed_by = today
    copy_need(actor, need)
    refreshed()
    for record_id in db.session.scalars(sa.select(MatchProgress.record_id)).all():
        progress(record_id, today - timedelta(days=days_ago))
    assert services.list_due(10) == [need.id] * due


def test_list_of_the_job_is_limited(actor, need, meter, match):
    other, today = copy_need(actor, need), business_clock.now().date()
    need.needed_by = other.needed_by = today
    refreshed()
    for day in (DEFERRED_ON, today - timedelta(days=1)):
        progress(need.id, day)
        progress(other.id, day)
        assert [len(services.list_due(limit)) for limit in (1, 2)] == [1, 2]


def test_commit_computes_changes_that_were_not_flushed(session, need, meter):
    session.commit()
    assert session.scalar(sa.select(sa.func.count(ProductMatch.id))) == 1
    set_points(1)
    need.quantity = "10 sets"
    with session.begin_nested():
        pass
    assert session.scalar(sa.select(ProductMatch.points)) == 1
    session.commit()
    assert session.scalar(sa.select(ProductMatch.points)) > 1


def test_same_value_and_a_rollback_compute_nothing(session, need, meter):
    session.commit()
    set_points(1)
    session.commit()
    need.title = need.title[:1] + need.title[1:]
    session.commit()
    need.quantity = "10 sets"
    session.flush()
    session.rollback()
    session.commit()
    assert session.scalar(sa.select(ProductMatch.points)) == 1


def test_deleted_and_new_parts_of_a_project_compute_its_needs(session, need, meter, match, plant, actor):
    row = ProjectSector(project_id=plant.id, sector_id=sector("Water").id)
    for change in (session.add, session.delete):
        set_points(1)
        change(row)
        assert refreshed()[need.id, meter.id].points > 1


def test_change_of_a_buyer_computes_its_needs_and_those_of_its_projects(session, actor, need, meter, match, plant):
    works, other = prime("Ningbo Works"), prime("Other Works")
    save_party(plant, {"organization_id": works.id, "role": ProjectRole.prime})
    own = save_need(actor("anna"), {"title": need.title, "hs6": need.hs6, "organization_id": works.id})
    stranger = save_need(actor("anna"), {"title": need.title, "hs6": need.hs6, "organization_id": other.id})
    refreshed()
    set_points(1)
    session.get_one(Prime, works.id).present_in = "Shanghai"
    points = {need_id: row.points for (need_id, _item), row in refreshed().items()}
    assert {need_id for need_id, value in points.items() if value > 1} == {need.id, own.id}
    assert points[stranger.id] == 1


def test_renamed_sector_is_left_to_the_job(need, meter, match, plant):
    water = sector("Water")
    db.session.add(ProjectSector(project_id=plant.id, sector_id=water.id))
    db.session.add(OrganizationSector(organization_id=meter.client_id, sector_id=water.id))
    refreshed()
    assert services.list_due(10) == []
    water.name = "Water and wastewater"
    refreshed()
    assert services.list_due(10) == [need.id]
    services.refresh_records([need.id], [])
    texts = [reason["values"] for reason in db.session.get_one(ProductMatch, match.id, populate_existing=True).reasons]
    assert {"names": ["Water and wastewater"]} in texts


def test_new_sector_concerns_no_match(need, meter, match, plant):
    db.session.add(ProjectSector(project_id=plant.id, sector_id=sector("Water").id))
    refreshed()
    sector("Solar power")
    refreshed()
    assert services.list_due(10) == []
