"""Sample data: the promised number of records, stories that the demo shows, and when it is refused."""

from __future__ import annotations

import re
from contextvars import Context
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from crm.accounts.demo import email_of
from crm.core import clock
from crm.core.data.base import db
from crm.core.data.history import Change
from crm.core.data.identity import User
from crm.core.data.record import Record
from crm.core.data.record_dates import RecordDates
from crm.core.policy import SYSTEM
from crm.core.search.search import search
from crm.followups.enums import FollowUpState
from crm.followups.models import FollowUp
from crm.funding.models import Assistance, Award, CountedAssistance, CountedSession, FiledReport
from crm.funding.policy.assistance import find_issues
from crm.funding.policy.awards import GoalMeasure
from crm.funding.queries.assistance_checks import load_facts
from crm.funding.queries.goals import load_goals_of
from crm.impact.models import Milestone
from crm.interactions.queries import missing_requirements
from crm.opportunities.evidence import load_exit_tests
from crm.opportunities.models import Opportunity
from crm.opportunities.policy import OpportunityStage
from crm.organizations.models import Organization
from crm.people.models import Representation
from crm.products.conflicts import find_conflicts
from crm.products.models import Product
from crm.projects.models import Need, ProjectSector
from crm.reference.models import Sector
from crm.reference.queries import load_rates
from crm.reminders.blocks import blocks_for
from crm.reminders.queries import readers
from crm.reports.models import SalesTarget
from crm.sample.demo.funding import file_first_months
from crm.sample.sectors import TRADES
from crm.sample.seed import SIZES
from crm.search.models import SavedView
from crm.shows.models import ShowMeeting
from tests.sample.conftest import MORNING

pytestmark = pytest.mark.engine_in_turn


def _reader(name):
    return readers(db.session.scalars(sa.select(User.id).where(User.email == email_of(name))).all())[0]


def test_small_has_as_many_records_as_promised(office):
    counted = dict(db.session.execute(sa.select(Record.kind, sa.func.count()).group_by(Record.kind)).all())
    size = SIZES["small"]
    assert counted.pop("representation") >= 12
    assert counted.pop("milestone") >= 26
    assert counted == {
        "organization": size.organizations,
        "person": size.people,
        "interaction": size.interactions,
        "followup": size.followups,
        "opportunity": size.opportunities,
        "project": size.projects,
        "need": size.needs,
        "product": size.products,
        "show": 6,
    }
    targets = sa.select(sa.func.count(SalesTarget.team_id.distinct()), sa.func.count(SalesTarget.counselor_id))
    assert tuple(db.session.execute(targets).one()) == (3, 1)


def test_reported_impact_has_a_milestone_that_the_client_confirmed(office):
    reported = sa.select(Opportunity.id).where(Opportunity.stage == OpportunityStage.impact_reported)
    confirmed = sa.select(Milestone.opportunity_id).where(Milestone.confirmed_on.is_not(None))
    ids = set(db.session.scalars(reported))
    assert ids
    assert ids <= set(db.session.scalars(confirmed))


def test_every_saved_view_of_the_demo_lists_records(office):
    client = office.test_client()
    client.login_as("anna")
    rows = db.session.execute(sa.select(SavedView.endpoint, SavedView.query))
    urls = [f"{office.url_map.bind('localhost').build(endpoint)}?{query}" for endpoint, query in rows]
    assert len(urls) == 3
    assert [url for url in urls if not re.search(r"<tbody[^>]*>\s*<tr", client.get(url).text)] == []


def test_tables_hold_what_the_label_does_not_say(office):
    tables = set(db.session.scalars(sa.select(ShowMeeting.table).where(ShowMeeting.table.is_not(None))))
    assert {"4", "12", "room 3B"} <= tables
    assert [table for table in tables if "table" in table.lower()] == []


def test_no_opportunity_is_past_the_export_gate_without_its_review(office):
    rows = db.session.scalars(sa.select(Opportunity)).all()
    gated = [row for row in rows if row.stage.needs_export_review]
    assert len(gated) > 20
    assert [row.title for row in gated if not load_exit_tests(row).facts.is_cleared] == []
    assert {row.stage for row in rows} >= {stage for stage in OpportunityStage if not stage.is_end}


def test_projects_look_for_and_are_offered_what_is_of_their_trade(office):
    trade = {product.name: code for code, trade in TRADES.items() for product in trade.wares}
    sector = sa.select(ProjectSector.project_id, Sector.code).join(Sector, Sector.id == ProjectSector.sector_id)
    sectors: dict[int, set[str]] = {}
    for project_id, code in db.session.execute(sector):
        sectors.setdefault(project_id, set()).add(code)
    product = Product.__table__
    offered = sa.select(Opportunity.project_id, product.c.name).join(product, product.c.id == Opportunity.product_id)
    pairs = [*db.session.execute(offered), *db.session.execute(sa.select(Need.project_id, Need.title))]
    pairs_by_sector = [(name, trade[name], sectors[i]) for i, name in pairs if i is not None and name in trade]
    assert len(pairs_by_sector) > 60
    assert [name for name, code, of_project in pairs_by_sector if code not in of_project] == []


def test_most_open_opportunities_have_a_next_step(office):
    stmt = sa.select(Opportunity.stage, RecordDates.next_follow_up_on).outerjoin(
        RecordDates, sa.and_(RecordDates.record_id == Opportunity.id, RecordDates.team_key == Opportunity.team_id)
    )
    steps = [day for stage, day in db.session.execute(stmt) if not stage.is_end]
    assert 0.5 < sum(day is not None for day in steps) / len(steps) < 0.9


def test_the_morning_of_anna_is_full(office):
    titles = {block.code: [item.title for item in block.items] for block in blocks_for(_reader("anna"), MORNING)}
    assert set(titles) == {"overnight", "today", "we_owe", "they_owe", "unconfirmed", "news", "going_quiet"}
    assert titles["today"] == ["Call with Delta Orchards", "Call with Director Wang and Shen"]
    assert titles["unconfirmed"] == ["Call with Redwood Filters"]
    assert "HS code note for Bay Cold Chain" in titles["we_owe"]
    assert "Zhou: 3 of 4 samples passed, wants a price for 200" in titles["overnight"]
    assert len(titles["we_owe"]) < 20


def test_no_report_is_filed_in_the_future_in_the_first_days_of_a_month(office):
    second = datetime(2027, 1, 2, 18, tzinfo=UTC)
    for model in (CountedAssistance, CountedSession, FiledReport):
        db.session.execute(sa.delete(model))
    with clock.frozen(second):
        file_first_months()
    assert db.session.scalar(sa.select(sa.func.max(FiledReport.filed_at))) == second


def test_nobody_has_the_same_open_follow_up_twice(office):
    stmt = sa.select(FollowUp.counselor_id, FollowUp.title).where(FollowUp.state == FollowUpState.open)
    rows = db.session.execute(stmt.group_by(FollowUp.counselor_id, FollowUp.title).having(sa.func.count() > 1))
    assert [title for _counselor_id, title in rows] == []


def test_nothing_was_created_in_the_future(office):
    stmt = sa.select(Record.kind, sa.func.count()).where(Record.created_at > MORNING).group_by(Record.kind)
    assert db.session.execute(stmt).all() == []
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Change).where(Change.at > MORNING)) == 0


def test_demo_people_are_found_by_pinyin_initials_and_own_script(office):
    for text in ("wangxm", "王小明", "wang xiaoming"):
        assert "Wang Xiaoming" in [row.label for row in search(SYSTEM, text)]
    assert search(SYSTEM, "huayue")[0].native_label == "华岳市政工程集团"


def test_something_is_missing_to_count_in_conflict_and_confidential(office):
    anna = _reader("anna").actor
    delta = db.session.scalars(sa.select(Organization).where(Organization.name == "Delta Orchards")).one()
    assert len(missing_requirements(anna, delta.id, MORNING.date())) >= 3
    reps = db.session.scalars(sa.select(Representation)).all()
    why = {conflict.reason.split(":")[0] for rep in reps for conflict in find_conflicts(anna, rep)}
    assert "same territory and sector" in why
    secret = db.session.scalars(sa.select(Record.label).where(Record.confidential, Record.kind != "followup")).all()
    assert {"Palomar Photonics", "Qingshan data campus", "Imagers, Qingshan campus"} <= set(secret)


def seeded(app):
    """Run the command as a shell does: in no other application's context."""
    return Context().run(app.test_cli_runner().invoke, args=["seed"])


def test_command_ends_with_2_outside_the_demo_on_records_and_1_on_an_old_schema(office, new_app):
    result = seeded(office)
    assert result.exit_code == 2
    assert result.stderr == "The database already has records. Sample data needs an empty database.\n"
    app = new_app()
    result = seeded(app)
    assert (result.exit_code, "CRM_DEMO" in result.stderr) == (2, True)
    app.config["CRM_DEMO"] = True
    with app.app_context():
        db.session.execute(sa.text("UPDATE alembic_version SET version_num = '0001'"))
        db.session.commit()
    result = seeded(app)
    assert (result.exit_code, "db upgrade" in result.stderr) == (1, True)


def test_export_sales_reach_a_part_of_the_goal_of_their_funder(office):
    awards = db.session.scalars(sa.select(Award)).all()
    goals = [x for rows in load_goals_of(_reader("clara").actor, awards).values() for x in rows]
    (sales,) = (x.pace.actual for x in goals if x.goal.measure is GoalMeasure.export_sales)
    assert sales > 100_000


def test_yuan_have_a_rate_in_earlier_years(office):
    assert "CNY" in load_rates(date(2025, 12, 31))


def test_no_report_is_filed_in_the_future(office):
    for model in (CountedAssistance, CountedSession, FiledReport):
        db.session.execute(sa.delete(model))
    with clock.frozen(datetime(2026, 12, 2, 16, tzinfo=UTC)):
        file_first_months()
        assert set(db.session.scalars(sa.select(FiledReport.filed_at))) == {clock.now()}


def test_client_report_is_filed_and_its_match_is_enough(office):
    counted = sa.select(CountedAssistance.assistance_id)
    rows = db.session.scalars(sa.select(Assistance).where(Assistance.id.in_(counted))).all()
    assert [x.description for x in rows] == ["Data sheets in Chinese"]
    assert find_issues(load_facts([rows[0].id])[rows[0].id], MORNING.date()) == ()
