"""Which days, teams and changes the figures of the pipeline report count."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from crm.core import clock as business_clock
from crm.core.data.base import db
from crm.core.data.record import archive_record
from crm.opportunities import services
from crm.opportunities.conditions import OPEN
from crm.opportunities.policy import OpportunityStage, SalesPath
from crm.reports.queries import (
    Scope,
    count_changes,
    count_hidden,
    list_overdue_in_stage,
    load_activity,
    sum_active,
    sum_by_close,
    sum_signed,
)
from tests.factories import client_of, team_id_of
from tests.factories.opportunities import make_opportunity, move_at, reviewed

LA = "America/Los_Angeles"
FIRST, LAST = date(2026, 1, 1), date(2026, 3, 31)


@pytest.fixture
def scope(actor):
    """Return a function that builds a scope of a user's own teams, or of the named teams."""

    def of(name: str = "anna", *teams: str, **narrower) -> Scope:
        reader = actor(name)
        own = tuple(sorted(team_id_of(t) for t in teams)) if teams else tuple(sorted(reader.team_ids))
        return Scope(reader, own, **narrower)

    return of


def open_rows(scope: Scope):
    """Return the sums of open stages."""
    return [row for row in sum_active(scope) if row.key[1] in OPEN]


def week_of(scope: Scope) -> dict[str, int]:
    """Return the counts of the last seven days."""
    return count_changes(scope, scope.day - timedelta(days=7), scope.day)


def total(rows) -> int:
    """Return how many opportunities the rows count."""
    return sum(row.opportunity_count for row in rows)


@pytest.mark.parametrize(
    ("moved_at", "counted"),
    [
        (datetime(2026, 1, 1, 7, 59, tzinfo=UTC), 0),
        (datetime(2026, 1, 1, 8, 0, tzinfo=UTC), 1),
        (datetime(2026, 3, 31, 23, 30, tzinfo=UTC), 1),
        (datetime(2026, 4, 1, 6, 59, tzinfo=UTC), 1),
        (datetime(2026, 4, 1, 7, 0, tzinfo=UTC), 0),
    ],
)
def test_signed_counts_from_the_first_midnight_to_the_last_in_the_zone_of_the_reader(people, scope, moved_at, counted):
    move_at(make_opportunity(client_of("Inland")), OpportunityStage.negotiating, OpportunityStage.contracted, moved_at)
    assert total(sum_signed(scope(), FIRST, LAST)) == counted


def test_signed_counts_the_contract_and_no_later_stage_of_it(people, scope):
    row = make_opportunity(client_of("Inland"))
    move_at(row, OpportunityStage.negotiating, OpportunityStage.contracted, datetime(2025, 12, 2, tzinfo=UTC))
    later = next(
        s
        for s in OpportunityStage
        if s.group is OpportunityStage.contracted.group and s is not OpportunityStage.contracted
    )
    move_at(row, OpportunityStage.contracted, later, datetime(2026, 2, 1, tzinfo=UTC))
    assert total(sum_signed(scope(), FIRST, LAST)) == 0
    assert total(sum_signed(scope(), date(2025, 12, 1), date(2025, 12, 31))) == 1


def test_signed_counts_an_opportunity_once_however_often_it_was_signed(people, scope):
    row = make_opportunity(client_of("Inland"))
    move_at(row, OpportunityStage.negotiating, OpportunityStage.contracted, datetime(2026, 1, 10, tzinfo=UTC))
    move_at(row, OpportunityStage.contracted, OpportunityStage.negotiating, datetime(2026, 1, 11, tzinfo=UTC))
    move_at(row, OpportunityStage.negotiating, OpportunityStage.contracted, datetime(2026, 1, 12, tzinfo=UTC))
    assert total(sum_signed(scope(), FIRST, LAST)) == 1


def test_signed_counts_an_opportunity_that_began_signed(people, scope):
    move_at(make_opportunity(client_of("Inland")), None, OpportunityStage.contracted, datetime(2026, 2, 1, tzinfo=UTC))
    assert total(sum_signed(scope(), FIRST, LAST)) == 1


def test_signed_leaves_out_an_opportunity_that_was_moved_back(people, scope):
    row = make_opportunity(client_of("Inland"))
    move_at(row, OpportunityStage.negotiating, OpportunityStage.contracted, datetime(2026, 2, 1, tzinfo=UTC))
    row.stage = OpportunityStage.negotiating
    db.session.flush()
    assert total(sum_signed(scope(), FIRST, LAST)) == 0


def test_figures_count_the_teams_of_the_scope_and_nothing_confidential_or_archived(people, scope):
    inland, bay = client_of("Inland"), client_of("Bay")
    make_opportunity(inland, stage=OpportunityStage.quoted)
    make_opportunity(inland, stage=OpportunityStage.quoted, counselor=people["anna"], confidential=True)
    gone = make_opportunity(inland, stage=OpportunityStage.quoted)
    archive_record(gone, "Twice")
    make_opportunity(bay, stage=OpportunityStage.quoted)
    make_opportunity(bay, stage=OpportunityStage.quoted)
    db.session.flush()
    assert total(open_rows(scope("anna"))) == 1
    assert total(open_rows(scope("nora", "Inland"))) == 1
    assert total(open_rows(scope("nora", "Bay"))) == 2
    assert total(open_rows(scope("nora", "Inland", "Bay"))) == 3


def test_figures_are_filtered_by_counselor_and_path(people, scope):
    organization = client_of("Inland")
    make_opportunity(organization, counselor=people["anna"], path=SalesPath.direct_sale)
    make_opportunity(organization, counselor=people["anna"])
    make_opportunity(organization, counselor=people["clara"])
    anna = people["anna"].id
    assert total(open_rows(scope(counselor_id=anna))) == 2
    assert total(open_rows(scope(path=SalesPath.direct_sale))) == 1
    assert total(open_rows(scope(counselor_id=people["clara"].id, path=SalesPath.direct_sale))) == 0


def test_sums_by_stage_have_open_stages_and_what_rests(people, scope):
    organization = client_of("Inland")
    for stage in (
        OpportunityStage.matched,
        OpportunityStage.contracted,
        OpportunityStage.lost,
        OpportunityStage.dormant,
        OpportunityStage.export_hold,
    ):
        make_opportunity(organization, stage=stage)
    assert {row.key[1] for row in sum_active(scope())} == {
        OpportunityStage.matched,
        OpportunityStage.dormant,
        OpportunityStage.export_hold,
    }


@pytest.mark.parametrize("narrower", [{}, {"path": SalesPath.project}])
def test_close_date_is_in_a_bucket_with_both_ends_included(people, scope, narrower):
    organization = client_of("Inland")
    first, last = date(2026, 3, 1), date(2026, 4, 30)
    for day in (first - timedelta(days=1), first, last, last + timedelta(days=1)):
        make_opportunity(organization, close_on=day)
    make_opportunity(organization)
    rows = sum_by_close(scope(**narrower), [(first, last)])
    counts: dict[object, int] = {}
    for row in rows:
        counts[row.key[0]] = counts.get(row.key[0], 0) + row.opportunity_count
    assert counts == {0: 2, None: 3}


def test_opportunity_is_likely_from_sixty_percent_on(people, scope):
    organization = client_of("Inland")
    for percent in (59, 60, 61):
        make_opportunity(organization, close_on=FIRST, probability=percent)
    assert {row.key[1]: row.opportunity_count for row in sum_by_close(scope(), [(FIRST, LAST)])} == {False: 1, True: 2}


def test_confidential_opportunities_are_counted_for_team_members_who_may_not_see_them(people, scope):
    inland, bay = client_of("Inland"), client_of("Bay")
    make_opportunity(inland, counselor=people["clara"], confidential=True)
    make_opportunity(inland, counselor=people["clara"], confidential=True, readers=[people["dora"]])
    make_opportunity(inland, stage=OpportunityStage.lost, counselor=people["clara"], confidential=True)
    make_opportunity(bay, counselor=people["boris"], confidential=True)
    figures = {name: count_hidden(scope(name)) for name in ("anna", "dora", "clara", "boris", "shen")}
    assert figures == {"anna": 2, "dora": 1, "clara": 0, "boris": 0, "shen": 3}
    assert [count_hidden(scope("nora", *teams)) for teams in (("Inland",), ("Bay",), ("Inland", "Bay"))] == [2, 1, 3]


@pytest.mark.parametrize("days", [-1, 0, 1])
def test_opportunity_is_overdue_from_the_midnight_after_its_limit(people, scope, clock, days):
    allowed = OpportunityStage.quoted.idle_days
    row = make_opportunity(client_of("Inland"), stage=OpportunityStage.quoted)
    today = business_clock.today(LA)
    row.stage_since = datetime.combine(today, datetime.min.time(), UTC) + timedelta(hours=20, days=-allowed - days)
    db.session.flush()
    assert [c.id for c in list_overdue_in_stage(scope(), 20)] == ([row.id] if days > 0 else [])


def test_week_counts_changes_of_the_last_seven_days_from_midnight(people, scope, clock, actor):
    organization = client_of("Inland")
    clock.set(datetime(2026, 3, 3, 7, 59, tzinfo=UTC))
    before = make_opportunity(organization, close_on=date(2026, 6, 1), amount=100)
    clock.set(datetime(2026, 3, 3, 8, 0, tzinfo=UTC))
    make_opportunity(organization)
    clock.set(datetime(2026, 3, 10, 17, 0, tzinfo=UTC))
    figures = week_of(scope())
    assert (figures["new"], figures["slipped"], figures["sooner"], figures["amount"]) == (1, 0, 0, 0)
    services.change_opportunity(actor("anna"), before, {"close_on": date(2026, 7, 1)})
    db.session.flush()
    assert {k: week_of(scope())[k] for k in ("slipped", "sooner")} == {"slipped": 1, "sooner": 0}
    services.change_opportunity(actor("anna"), before, {"close_on": date(2026, 5, 1), "amount": 200})
    db.session.flush()
    figures = week_of(scope())
    assert (figures["sooner"], figures["amount"], figures["moved"]) == (1, 1, 0)
    services.move_opportunity(actor("anna"), reviewed(before), OpportunityStage.negotiating)
    assert week_of(scope())["moved"] == 1


def test_first_close_date_is_no_earlier_one(people, scope, actor):
    row = make_opportunity(client_of("Inland"))
    services.change_opportunity(actor("anna"), row, {"close_on": date(2026, 6, 1)})
    db.session.flush()
    assert {k: week_of(scope())[k] for k in ("slipped", "sooner")} == {"slipped": 0, "sooner": 0}


def test_removed_close_date_counts_as_slipped(people, scope, actor):
    row = make_opportunity(client_of("Inland"), close_on=date(2026, 6, 1))
    services.change_opportunity(actor("anna"), row, {"close_on": None})
    db.session.flush()
    assert week_of(scope())["slipped"] == 1


def test_first_close_date_does_not_count_as_slipped(people, scope, actor):
    row = make_opportunity(client_of("Inland"))
    services.change_opportunity(actor("anna"), row, {"close_on": date(2026, 6, 1)})
    db.session.flush()
    assert week_of(scope())["slipped"] == 0


def test_chosen_teams_without_interactions_are_listed(scope):
    rows = load_activity(scope("nora", "Inland", "Bay"), FIRST, LAST).teams
    assert [(row.name, row.interactions, row.clients) for row in rows] == [("Bay", 0, 0), ("Inland", 0, 0)]
