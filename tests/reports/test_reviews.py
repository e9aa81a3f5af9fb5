"""Reviews: what they list, what is kept, what becomes of decisions, and who sees them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from crm.core import clock as business_clock
from crm.core.data.base import db
from crm.core.data.identity import Membership
from crm.core.data.record import archive_record
from crm.followups.models import FollowUp
from crm.opportunities.models import OpportunityChange
from crm.opportunities.policy import OpportunityStage
from crm.reference.models import DayOff
from crm.reports.models import Review, ReviewItem
from crm.reports.queries import Scope, load_agenda
from crm.reports.review import last_review_at, split_by_last_review
from crm.reports.services import due_before
from crm.reports.topics import ReviewTopic
from crm.reports.views import reviews
from tests.factories import client_of, make_confidential, team_id_of
from tests.factories.opportunities import make_opportunity, move_at, step

ZONE = "America/Los_Angeles"


@pytest.fixture
def week(people, clock):
    """Return opportunities of Inland: one for each topic, and one of which nothing is to be said."""
    inland, today, now = client_of("Inland", counselor=people["anna"]), business_clock.today(ZONE), business_clock.now()
    old = {"days": 5, "counselor": people["anna"]}
    rows = {
        "late": make_opportunity(inland, "Late", **old),
        "stuck": make_opportunity(inland, "Stuck", days=90, counselor=people["clara"]),
        "alone": make_opportunity(inland, "Alone", **old),
        "signed": make_opportunity(inland, "Signed one", **old),
        "quiet": make_opportunity(inland, "Fine", **old),
        "secret": make_opportunity(inland, "Secret", days=90, counselor=people["clara"], confidential=True),
    }
    for row in rows.values():
        row.created_at = row.changed_at = now - timedelta(days=100)
    step(rows["late"], today - timedelta(days=2))
    for name in ("stuck", "quiet"):
        step(rows[name], today + timedelta(days=3))
    move_at(rows["signed"], OpportunityStage.negotiating, OpportunityStage.contracted, now - timedelta(days=1))
    db.session.flush()
    db.session.expire_all()
    return rows


def test_review_lists_what_needs_a_decision_and_what_changed(week, actor):
    scope = Scope(actor("anna"), (team_id_of("Inland"),))
    topics = {row.label: row.topics for row in load_agenda(scope, split_by_last_review(scope), 50).rows}
    assert {label.partition(",")[0]: reasons[0] for label, reasons in topics.items()} == {
        "Late": ReviewTopic.overdue,
        "Stuck": ReviewTopic.stuck,
        "Alone": ReviewTopic.no_step,
        "Signed one": ReviewTopic.signed,
    }


def test_sections_say_how_many_of_their_opportunities_are_listed_above(week, client, people):
    both = make_opportunity(client_of("Inland", "Mill"), "Both", days=90, counselor=people["anna"])
    step(both, business_clock.today(ZONE) - timedelta(days=1))
    db.session.flush()
    page = client.login_as("clara").get("/reports/review").text
    sections = {name: page.partition(f'id="{name}"')[2].partition("<table")[0] for name in ("overdue", "stuck")}
    assert ">2 opportunities.<" in sections["overdue"]
    assert ">1 opportunity. 1 more is listed above.<" in sections["stuck"]


def hold(web, texts: dict[int, str], **values):
    """Open a review and submit it with decisions by opportunity."""
    return send(web, read_decisions(web), texts, **values)


def read_decisions(web) -> dict[str, str]:
    """Return the opportunity of each decision, and the identifier of the form."""
    page = web.get("/reports/reviews/new").text
    fields = dict(re.findall(r'name="(decisions-\d+)-opportunity_id"[^>]*value="(\d+)"', page))
    return fields | {"uid": re.search(r'name="uid"[^>]*value="([^"]+)"', page)[1]}


def send(web, fields: dict[str, str], texts: dict[int, str], **values):
    """Submit a review with decisions by opportunity."""
    uid, fields = fields["uid"], {name: i for name, i in fields.items() if name != "uid"}
    data = {f"{name}-opportunity_id": i for name, i in fields.items()}
    data |= {f"{name}-decision": texts.get(int(i), "") for name, i in fields.items()}
    next_on = (business_clock.today(ZONE) + timedelta(days=7)).isoformat()
    return web.post("/reports/reviews/new", data=data | {"uid": uid, "next_on": next_on, "note": "All fine"} | values)


def test_decisions_become_follow_ups_of_the_counselor_before_the_next_review(week, client, people):
    web = client.login_as("clara")
    answer = hold(web, {week["late"].id: "Call Zhou about the samples"})
    assert answer.status_code == 303
    row = db.session.scalars(sa.select(FollowUp).where(FollowUp.title == "Call Zhou about the samples")).one()
    today = business_clock.today(ZONE)
    assert (row.counselor_id, row.due_on) == (people["anna"].id, due_before(today + timedelta(days=7), today, "US"))
    assert row.due_on < today + timedelta(days=7)
    page = web.get(answer.headers["Location"]).text
    assert ("Call Zhou about the samples" in page, "All fine" in page, "Secret" in page) == (True, True, False)


@pytest.mark.parametrize("is_member", [True, False])
def test_decision_about_an_opportunity_of_a_former_colleague_is_the_reviewers(week, client, people, is_member):
    if is_member:
        people["anna"].active = False
    else:
        rows = db.session.scalars(sa.select(Membership).where(Membership.user_id == people["anna"].id)).all()
        for row in rows:
            db.session.delete(row)
    db.session.flush()
    data = {
        "next_on": "2026-03-17",
        "decisions-0-opportunity_id": week["late"].id,
        "decisions-0-decision": "Call the buyer",
    }
    assert client.login_as("clara").post("/reports/reviews/new", data=data).status_code == 303
    follow_up = db.session.scalars(sa.select(FollowUp).where(FollowUp.title == "Call the buyer")).one()
    assert follow_up.counselor_id == people["clara"].id


def test_kept_review_shows_the_stage_of_then_and_the_next_one_begins_with_it(week, client, actor, clock):
    web = client.login_as("clara")
    url = hold(web, {}).headers["Location"]
    move_at(week["stuck"], OpportunityStage.matched, OpportunityStage.quoted, business_clock.now())
    page = web.get(url).text
    line = next(x for x in re.findall(r"<tr>.*?</tr>", page, re.DOTALL) if "Stuck" in x)
    assert re.findall(r"Matched|Quoted", line) == ["Matched", "Quoted"]
    scope = Scope(actor("anna"), (team_id_of("Inland"),))
    assert last_review_at(scope) == db.session.scalar(sa.select(Review.reviewed_at))


def test_review_that_is_not_valid_keeps_what_was_entered(week, client):
    web = client.login_as("clara")
    answer = hold(web, {week["late"].id: "Ask for the price"}, next_on="2001-01-01")
    assert (answer.status_code, "Ask for the price" in answer.text) == (422, True)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ReviewItem)) == 0


def test_next_review_is_proposed_for_a_working_day(people, client, clock):
    clock.set(datetime(2026, 11, 29, 20, 0, tzinfo=UTC))
    page = client.login_as("clara").get("/reports/reviews/new").text
    assert re.search(r'name="next_on"[^>]*value="2026-12-07"', page)


def test_opportunity_that_became_confidential_leaves_an_earlier_review(week, client):
    web = client.login_as("clara")
    url = hold(web, {}).headers["Location"]
    week["stuck"].confidential = True
    db.session.flush()
    assert "Stuck" not in client.login_as("anna").get(url).text.split("<main")[1].replace("Overdue in stage", "")


def test_follow_up_that_became_confidential_leaves_only_the_decision_of_the_review(week, client):
    url = hold(client.login_as("clara"), {week["late"].id: "Call Zhou"}).headers["Location"]
    dora = client.login_as("dora")
    row = db.session.scalars(sa.select(FollowUp).where(FollowUp.title == "Call Zhou")).one()
    assert f'href="/followups/{row.id}"' in dora.get(url).text
    make_confidential(row)
    page = dora.get(url).text
    assert ("Call Zhou" in page, f'href="/followups/{row.id}"' in page, "Due " in page) == (True, False, False)


def test_staff_see_reviews_of_their_team_and_hold_none(week, client):
    url = hold(client.login_as("clara"), {}).headers["Location"]
    anna, boris = (client.login_as(name).get(url).status_code for name in ("anna", "boris"))
    assert (anna, boris) == (200, 404)
    assert client.login_as("anna").get("/reports/reviews/new").status_code == 403
    assert "Start review" not in client.login_as("anna").get("/reports/reviews/").text.split("<main")[1]


def test_due_day_is_a_working_day_before_the_review_and_not_past(clock):
    today = business_clock.today(ZONE)
    assert today.isoformat() == "2026-03-10"
    monday = today + timedelta(days=6)
    assert due_before(monday, today, "US") == monday - timedelta(days=3)
    assert due_before(today + timedelta(days=1), today, "US") == today


def test_decisions_are_not_due_on_a_day_off_of_the_center(week, client):
    today = business_clock.today(ZONE)
    friday, monday = today + timedelta(days=3), today + timedelta(days=6)
    db.session.add(DayOff(country="US", day=friday, name="Moving", is_workday=False))
    db.session.flush()
    hold(client.login_as("clara"), {week["late"].id: "Call Zhou"}, next_on=monday.isoformat())
    due_on = db.session.scalar(sa.select(FollowUp.due_on).where(FollowUp.title == "Call Zhou"))
    assert due_on == friday - timedelta(days=1)


@pytest.mark.parametrize("next_on", ["2001-01-01", "2026-04-01"])
def test_decision_stays_though_its_opportunity_needs_none_any_more(week, client, next_on):
    web, row = client.login_as("clara"), week["alone"]
    fields = read_decisions(web)
    step(row, business_clock.today(ZONE) + timedelta(days=3))
    db.session.flush()
    answer = send(web, fields, {row.id: "Ask for the price"}, next_on=next_on)
    page = answer if answer.status_code == 422 else web.get(answer.headers["Location"])
    assert ("Ask for the price" in page.text, answer.status_code) == (True, 422 if next_on < "2026" else 303)


def test_archived_opportunities_are_not_reviewed(week, actor):
    archive_record(week["late"], "Twice")
    db.session.flush()
    scope = Scope(actor("anna"), (team_id_of("Inland"),))
    assert "Late" not in {row.label for row in load_agenda(scope, split_by_last_review(scope), 50).rows}


def test_slipped_close_date_of_a_signed_opportunity_needs_no_decision(week, actor):
    moment = business_clock.now() - timedelta(days=2)
    for name in ("quiet", "signed"):
        change = OpportunityChange(opportunity_id=week[name].id, at=moment, field="close", old="2026-03-01")
        change.new = "2026-06-01"
        db.session.add(change)
    db.session.flush()
    scope = Scope(actor("anna"), (team_id_of("Inland"),))
    rows = {row.label.partition(",")[0]: row.topics for row in load_agenda(scope, split_by_last_review(scope), 50).rows}
    assert (rows["Fine"], rows["Signed one"][0]) == ((ReviewTopic.slipped,), ReviewTopic.signed)


@pytest.mark.parametrize("stage", [OpportunityStage.export_hold, OpportunityStage.dormant])
def test_slipped_close_date_of_a_resting_opportunity_is_reviewed(week, actor, stage):
    moment = business_clock.now() - timedelta(days=2)
    change = OpportunityChange(opportunity_id=week["quiet"].id, at=moment, field="close", old="2026-03-01")
    change.new = "2026-06-01"
    db.session.add(change)
    week["quiet"].stage = stage
    db.session.flush()
    scope = Scope(actor("anna"), (team_id_of("Inland"),))
    rows = {row.label.partition(",")[0]: row.topics for row in load_agenda(scope, split_by_last_review(scope), 50).rows}
    assert ReviewTopic.slipped in rows["Fine"]


def test_review_says_if_only_the_most_urgent_opportunities_are_listed(client, week, monkeypatch):
    web = client.login_as("clara")
    text = "The 2 most urgent of 4 opportunities are listed."
    assert "most urgent" not in web.get("/reports/reviews/new").text
    monkeypatch.setattr(reviews, "MAX_ROWS", 2)
    page = web.get("/reports/reviews/new").text
    assert text in page
    assert f'<a href="/reports/review?team={team_id_of("Inland")}">View all 4</a>' in page
