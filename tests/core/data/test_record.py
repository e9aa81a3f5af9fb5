"""Visibility in SQL equals the policy in Python; versions, stamps, names, and what follows a record."""

from __future__ import annotations

from dataclasses import replace
from itertools import product as every

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.history import Change
from crm.core.data.record import (
    Record,
    counseled_by,
    find_visible,
    get_referenced,
    get_visible,
    touch,
    visible,
)
from crm.core.data.record_dates import RecordDates
from crm.core.data.record_names import name_record
from crm.core.data.visible_records import get_all_visible
from crm.core.errors import Forbidden, NotFound
from crm.core.policy import SYSTEM, Actor, Role, may_see
from crm.organizations.models import Organization
from tests.factories import organization, person, team_id_of


@pytest.fixture
def generated(session, people):
    """Every combination of team, counselor, readers and archive."""
    counselors = [None, people["anna"].id, people["boris"].id, people["clara"].id, people["nora"].id]
    circles = [(), (people["anna"],), (people["boris"], people["nora"]), (people["admin"],)]
    for team, counselor in every(("Inland", "Bay", "Valley", None), counselors):
        organization(team=team, counselor=counselor)
        for readers in circles if team else ():
            organization(team=team, counselor=counselor, confidential=True, readers=readers)
    return list(db.session.scalars(sa.select(Record)))


def in_teams(person: Actor, *teams: str) -> Actor:
    """Return the same person in these teams."""
    ids = [team_id_of(team) for team in teams]
    return replace(person, team_ids=frozenset(ids), first_team_id=ids[0])


PEOPLE = ("anna", "boris", "clara", "shen", "dora", "nora", "admin")


@pytest.mark.parametrize("cls", [Record, Organization])
def test_visibility_condition_in_sql_equals_the_policy(generated, actor, cls):
    actors = [actor(name) for name in PEOPLE] + [SYSTEM, Actor(id=None), Actor(id=None, role=Role.manager)]
    # A network manager and an administrator may be in a team too, and a manager in several.
    actors += [in_teams(actor(name), "Inland", "Bay") for name in ("nora", "admin", "clara", "anna")]
    for one in actors:
        expected = {r.id for r in generated if may_see(one, r)}
        assert set(db.session.scalars(sa.select(cls.id).where(visible(one, cls)))) == expected, one.name
        hidden = set(db.session.scalars(sa.select(cls.id).where(sa.not_(visible(one, cls)))))
        assert hidden == {r.id for r in generated} - expected, one.name
    assert 0 < len(expected) < len(generated)


@pytest.mark.parametrize(("name", "is_visible"), [("clara", True), ("nora", False), ("admin", False), ("anna", False)])
def test_confidential_record_of_others_is_visible_only_to_the_team_manager(session, people, actor, name, is_visible):
    secret = organization(team="Inland", counselor=people["dora"], confidential=True)
    reader = in_teams(actor(name), "Inland")
    assert may_see(reader, secret) is is_visible
    assert set(db.session.scalars(sa.select(Record.id).where(visible(reader), Record.id == secret.id))) == (
        {secret.id} if is_visible else set()
    )
    if not is_visible:
        with pytest.raises(NotFound):
            get_visible(Organization, reader, secret.id)


def test_linked_hidden_record_may_stay_but_no_other_hidden_one(session, people, actor):
    existing, other = organization(team="Bay"), organization(team="Bay")
    anna = actor("anna")
    assert get_referenced(Organization, anna, existing.id, [existing.id, None]) is existing
    for existing_ids in ((), [None], [existing.id]):
        with pytest.raises(NotFound):
            get_referenced(Organization, anna, other.id, existing_ids)


def test_several_records_are_returned_in_order_or_not_at_all(session, people, actor):
    first, second, hidden = organization(team="Inland"), organization(), organization(team="Bay")
    anna = actor("anna")
    assert get_all_visible(Organization, anna, [second.id, first.id, second.id]) == [second, first]
    assert get_all_visible(Organization, anna, []) == []
    for missing in (hidden.id, 10**6):
        with pytest.raises(NotFound):
            get_all_visible(Organization, anna, [first.id, missing])


def test_hidden_record_linked_from_another_is_not_returned(session, people, actor):
    own, hidden = organization(team="Inland"), organization(team="Bay")
    anna = actor("anna")
    assert [find_visible(anna, i) for i in (own.id, hidden.id, None, 10**6)] == [own, None, None, None]


def test_records_of_a_counselor_are_limited_to_one_kind(session, people):
    anna = people["anna"]
    own = organization(counselor=anna)
    person("Li", counselor=anna)
    organization(counselor=people["boris"])
    assert list(db.session.scalars(sa.select(Organization.id).where(counseled_by(anna.id, Organization)))) == [own.id]


def test_record_is_returned_forbidden_or_not_found(session, people, actor):
    own, foreign = organization(team="Inland"), organization(team="Bay")
    shared = organization()
    assert get_visible(Organization, actor("anna"), own.id, "organization:edit") is own
    for missing in (foreign.id, 10**6):
        with pytest.raises(NotFound):
            get_visible(Organization, actor("anna"), missing)
    with pytest.raises(Forbidden):
        get_visible(Organization, actor("anna"), shared.id, "record:archive")


def test_name_is_shortened_to_the_column_length(session):
    row = organization()
    name_record(row, "x" * 300, "水" * 300, ["one two", "two"])
    db.session.flush()
    assert (len(row.label), len(row.native_label), row.tokens.split()[-2:]) == (200, 200, ["one", "two"])


def test_touch_raises_the_version_without_a_history_line(session, clock):
    row = organization()
    before, lines = row.version, len(session.scalars(sa.select(Change.id)).all())
    clock.forward(minutes=1)
    touch(row)
    session.flush()
    assert row.version == before + 1
    assert len(session.scalars(sa.select(Change.id)).all()) == lines


def test_derived_dates_leave_version_and_history_alone(session, clock):
    row = organization()
    before, lines = row.version, len(session.scalars(sa.select(Change.id)).all())
    session.execute(sa.insert(RecordDates).values(record_id=row.id, team_key=0, last_interaction_at=clock_now()))
    session.execute(sa.update(RecordDates).values(last_reached_at=clock_now()))
    session.expire_all()
    assert row.version == before
    assert len(session.scalars(sa.select(Change.id)).all()) == lines


def clock_now():
    from crm.core import clock

    return clock.now()


def test_database_requires_a_team_for_a_confidential_record(session):
    row = organization(team="Inland")
    row.confidential, row.team_id = True, None
    with pytest.raises(sa.exc.IntegrityError):
        session.flush()
    session.rollback()


def test_readers_are_queried_only_for_confidential_records(session, people, sql):
    row = organization(team=team_id_of("Inland"), confidential=True, readers=[people["boris"]])
    assert row.reader_ids == {people["boris"].id}
    row.confidential = False
    session.flush()
    sql.clear()
    assert row.reader_ids == frozenset()
    assert sql == []
