"""Changes of opportunities that were undone count in no figure."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask_migrate import downgrade, upgrade

from crm.core.data.base import db
from crm.core.data.history import ChangeSource, act_as
from crm.opportunities import history, services
from crm.opportunities.change_conditions import has_reached, has_slipped, signed_between
from crm.opportunities.models import Opportunity, OpportunityChange
from crm.opportunities.policy import OpportunityStage
from crm.opportunities.rates import _load_furthest
from crm.records.services import name_action, undo_action
from crm.reports.queries import Scope, list_slips, sum_signed_by_month, sum_slipped
from tests.factories import client_of
from tests.factories.opportunities import make_opportunity, move_at, reviewed

MONTHS = [(date(2026, 1, 1), date(2026, 1, 31)), (date(2026, 3, 1), date(2026, 3, 31))]
QUOTED, SIGNED = OpportunityStage.quoted, OpportunityStage.contracted
QUALIFYING = OpportunityStage.qualifying
MARCH = (datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))


@pytest.fixture
def act(session, actor):
    """Return a function that makes a change as Anna, and returns one that undoes it; this one returns one, too."""

    def act(change):
        session.commit()
        act_as(session(), actor("anna"), ChangeSource.web)
        change(actor("anna"))
        batch_id = name_action("Changed")
        session.commit()

        return lambda: act(lambda anna: undo_action(anna, batch_id))

    return act


def scope_of(actor) -> Scope:
    return Scope(actor, (actor.first_team_id,))


def counts(rows) -> dict[int, int]:
    return {row.key: row.opportunity_count for row in rows}


def ids(*conditions) -> list[int]:
    return list(db.session.scalars(sa.select(Opportunity.__table__.c.id).where(*conditions)))


def test_undone_loss_is_no_second_signature(people, actor, clock, act):
    row = reviewed(make_opportunity(client_of("Inland"), amount=5, counselor=people["anna"]))
    move_at(row, QUOTED, SIGNED, datetime(2026, 1, 10, tzinfo=UTC))
    row.stage_since = datetime(2026, 1, 10, tzinfo=UTC)
    undo = act(lambda anna: services.move_opportunity(anna, row, OpportunityStage.withdrawn))
    undo()
    assert row.stage is SIGNED
    assert counts(sum_signed_by_month(scope_of(actor("anna")), MONTHS)) == {0: 1}
    assert ids(signed_between(*MARCH)) == []
    services.move_opportunity(actor("anna"), row, OpportunityStage.delivering)
    assert counts(sum_signed_by_month(scope_of(actor("anna")), MONTHS)) == {0: 1}
    assert ids(signed_between(*MARCH)) == []


def test_undone_move_reached_no_stage(people, actor, clock, act):
    row = make_opportunity(client_of("Inland"), counselor=people["anna"])
    undo = act(lambda anna: services.move_opportunity(anna, row, QUALIFYING))
    assert ids(has_reached([QUALIFYING])) == [row.id]
    undo()
    assert ids(has_reached([QUALIFYING])) == []
    assert _load_furthest([row.id]) == [OpportunityStage.matched.order]
    moves = [(change.old, change.new, change.why) for change in history.list_changes(row.id)]
    assert moves[:2] == [("Vendor qualification", "Matched", "Undone"), ("Matched", "Vendor qualification", None)]
    assert [move.new for move in history.list_stage_moves([row.id])][:2] == [OpportunityStage.matched, QUALIFYING]


def test_undone_close_date_never_slipped_until_it_is_changed_again(people, actor, clock, act):
    row = make_opportunity(client_of("Inland"), counselor=people["anna"], close_on=date(2026, 3, 20))
    scope = scope_of(actor("anna"))
    undo = act(lambda anna: services.change_opportunity(anna, row, {"close_on": date(2026, 6, 1)}))
    assert (ids(has_slipped()), counts(sum_slipped(scope, MONTHS))) == ([row.id], {1: 1})
    undo()
    assert (ids(has_slipped()), counts(sum_slipped(scope, MONTHS)), list_slips(scope, *MONTHS[1], 9)) == ([], {}, [])
    act(lambda anna: services.change_opportunity(anna, row, {"close_on": date(2026, 6, 1)}))
    assert [slip.new_on for slip in list_slips(scope, *MONTHS[1], 9)] == [date(2026, 6, 1)]


def test_change_back_by_hand_still_counts(people, actor, clock, act):
    row = make_opportunity(client_of("Inland"), counselor=people["anna"], close_on=date(2026, 3, 20))
    for day in (date(2026, 6, 1), date(2026, 3, 20)):
        act(lambda anna, day=day: services.change_opportunity(anna, row, {"close_on": day}))
    assert ids(has_slipped()) == [row.id]


def test_changes_undone_one_after_the_other_count_in_no_figure(people, actor, clock, act):
    row = make_opportunity(client_of("Inland"), counselor=people["anna"], close_on=date(2026, 3, 20))
    days = (date(2026, 6, 1), date(2026, 9, 1))
    undos = [act(lambda anna, day=day: services.change_opportunity(anna, row, {"close_on": day})) for day in days]
    stages = (QUALIFYING, OpportunityStage.withdrawn)
    undos += [
        act(lambda anna, stage=stage: services.move_opportunity(anna, row, stage, why="No permit")) for stage in stages
    ]
    assert (ids(has_slipped()), ids(has_reached([QUALIFYING]))) == ([row.id], [row.id])
    for undo in reversed(undos):
        undo()
    assert (row.close_on, row.stage) == (date(2026, 3, 20), OpportunityStage.matched)
    assert (ids(has_slipped()), ids(has_reached([QUALIFYING]))) == ([], [])
    assert _load_furthest([row.id]) == [OpportunityStage.matched.order]


def test_change_whose_undo_is_undone_counts_until_it_is_undone_again(people, actor, clock, act):
    row = make_opportunity(client_of("Inland"), counselor=people["anna"], close_on=date(2026, 3, 20))

    def change(anna) -> None:
        services.change_opportunity(anna, row, {"close_on": date(2026, 6, 1)})
        services.move_opportunity(anna, row, QUALIFYING)

    undo = act(change)
    for has_changed in (False, True, False):
        undo = undo()
        assert row.stage is (QUALIFYING if has_changed else OpportunityStage.matched)
        expected = [row.id] if has_changed else []
        assert (ids(has_slipped()), ids(has_reached([QUALIFYING]))) == (expected, expected)


def test_undo_that_is_undone_leaves_the_opposite_change_before_it(people, actor, clock, act):
    row = make_opportunity(client_of("Inland"), counselor=people["anna"], close_on=date(2026, 3, 20))
    days = (date(2026, 6, 1), date(2026, 3, 20))
    undos = [act(lambda anna, day=day: services.change_opportunity(anna, row, {"close_on": day})) for day in days]
    undo = undos[1]
    for _again in range(3):
        undo = undo()
        assert ids(has_slipped()) == [row.id]
    counted = [change for change in db.session.scalars(sa.select(OpportunityChange)) if change.field == "close"]
    assert [(change.old, change.new) for change in counted] == [("2026-03-20", "2026-06-01")]
    undos[0]()
    assert ids(has_slipped()) == []


def test_upgrade_marks_what_was_undone_before(new_app):
    rows = [
        (0, "stage", "quoted", "lost", None),
        (5, "stage", "lost", "quoted", "Undone"),
        (0, "close", "a", "b", "Undone"),
        (0, "amount", "USD 1.00", "USD 2.00", None),
        (90, "amount", "USD 2.00", "USD 1.00", "Undone"),
    ]
    with new_app().app_context():
        make = make_opportunity(client_of("Inland"))
        db.session.commit()
        opportunity_id = make.id
        db.session.remove()
        downgrade(revision="0099")
        for minutes, field, old, new, why in rows:
            moved_at = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(minutes=minutes)
            values = {"opportunity_id": opportunity_id, "at": moved_at, "skipped": [], "why": why}
            db.session.add(OpportunityChange(**values, field=field, old=old, new=new))
        db.session.commit()
        db.session.remove()
        upgrade()
        stmt = sa.select(OpportunityChange.field).order_by(OpportunityChange.id)
        fields = list(db.session.scalars(stmt))
        db.session.remove()
        db.engine.dispose()
    assert fields == ["stage", "-stage", "-stage", "close", "amount", "amount"]
