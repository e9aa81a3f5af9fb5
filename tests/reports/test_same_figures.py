"""Pages that show the same figure agree: Today, the digest, the lists, the board and the report."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from crm.calendars import federal_year_start
from crm.core import clock as business_clock
from crm.core.i18n.formats.reader import as_read_by
from crm.followups.enums import FollowUpSide
from crm.opportunities.board import load_board
from crm.opportunities.policy import OpportunityStage, StageGroup
from crm.reminders.blocks import blocks_for, headline
from crm.reminders.digest import build_digest
from crm.reminders.queries import readers
from crm.reports.periods import PeriodKind, find_period
from crm.reports.queries import Scope, count_overdue_follow_ups, sum_signed
from tests.factories import client_of, team_id_of
from tests.factories.opportunities import make_opportunity, move_at
from tests.reports.test_waiting import make_follow_up

TODAY = date(2026, 3, 10)
LATE = TODAY - timedelta(days=5)


@pytest.fixture
def morning(people, clock):
    """Return Anna, who has five overdue follow-ups, two due today, two old ideas and a tomorrow."""
    anna = people["anna"]
    for side, day, facts in (
        (FollowUpSide.we, LATE, {}),
        (FollowUpSide.we, LATE, {}),
        (FollowUpSide.we, TODAY - timedelta(days=1), {"mail_alone": True}),
        (FollowUpSide.they, LATE, {}),
        (FollowUpSide.they, TODAY - timedelta(days=1), {}),
        (FollowUpSide.we, TODAY, {}),
        (FollowUpSide.they, TODAY, {}),
        (FollowUpSide.idea, LATE, {}),
        (FollowUpSide.idea, TODAY, {}),
        (FollowUpSide.we, TODAY + timedelta(days=1), {}),
    ):
        make_follow_up(day, anna, side=side, **facts)
    make_follow_up(LATE, people["clara"])
    return anna


def test_today_digest_list_and_report_count_the_same_overdue_follow_ups(morning, actor, client):
    anna = actor("anna")
    reader, now = readers([anna.id])[0], business_clock.now()
    with as_read_by(anna):
        page, digest = headline(blocks_for(reader, now)), build_digest(reader, now)
    scope = Scope(anna, (team_id_of("Inland"),), counselor_id=anna.id)
    report = {row.side: row.count for row in count_overdue_follow_ups(scope)}
    overdue = client.login_as("anna").get("/followups/?whose=me&due=late").text
    assert page == digest["headline"] == "4 we owe (3 overdue), 3 they owe (2 overdue), updates"
    assert report == {FollowUpSide.we: 3, FollowUpSide.they: 2}
    assert re.search(r"<span>(\d+) total", overdue)[1] == "5"


def test_digest_counts_what_was_emailed_separately(morning, actor):
    reader, now = readers([morning.id])[0], business_clock.now()
    with as_read_by(actor("anna")):
        digest = build_digest(reader, now)
    lines = {section.code: len(section.lines) for section in digest["blocks"]}
    assert (lines, digest["separate_count"]) == ({"we_owe": 3, "they_owe": 3, "news": 2}, 1)


def test_idea_is_news_and_is_not_owed(morning, actor):
    reader = readers([morning.id])[0]
    with as_read_by(actor("anna")):
        blocks = {block.code: block for block in blocks_for(reader, business_clock.now())}
    assert [item.second.split()[0] for item in blocks["news"].items] == ["Idea", "Idea"]
    days = [(item.when.partition(" ")[0], item.light) for item in blocks["news"].items]
    assert days == [("planned", "none"), ("today", "due")]


def test_board_and_report_count_the_same_signatures_of_the_federal_year(people, actor, clock):
    inland, first = client_of("Inland"), federal_year_start(TODAY)
    for signed_on in (first - timedelta(days=30), first + timedelta(days=30)):
        row = make_opportunity(inland)
        signed_at = business_clock.now() - (TODAY - signed_on)
        move_at(row, OpportunityStage.negotiating, OpportunityStage.contracted, signed_at)
        move_at(row, OpportunityStage.contracted, OpportunityStage.delivering, business_clock.now())
    period = find_period(PeriodKind.federal, TODAY)
    scope = Scope(actor("anna"), (team_id_of("Inland"),))
    signed = sum(row.opportunity_count for row in sum_signed(scope, period.first, period.last))
    columns = {column.group: column.total.count for column in load_board(actor("anna"), ()).columns}
    assert (signed, columns[StageGroup.signed]) == (1, 1)


def test_month_report_says_what_is_likely_to_close_in_that_month(people, actor, client, clock):
    inland = client_of("Inland")
    for close_on, amount in ((date(2026, 3, 20), 30_000), (date(2026, 2, 20), 20_000), (date(2026, 3, 31), 500)):
        make_opportunity(inland, close_on=close_on, amount=amount, probability=60)
    page = client.login_as("anna").get("/reports/pipeline?period=month").text
    closing = page.partition('id="closing"')[2].partition("</section>")[0]
    assert "$30K is likely (60% or more) to close in March 2026." in closing
    assert re.findall(r"closes_from=(\S+?)&amp;closes_before=(\d+-\d+-\d+)", closing)[0] == ("2026-03-01", "2026-03-31")
    assert len(re.findall("<tr>", closing.partition("<tbody>")[2])) == 1
