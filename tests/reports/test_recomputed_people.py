"""Reports on people equal an independent computation in plain Python, for random data."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from crm.compliance.models import Gift
from crm.compliance.policy import GiftDirection, GiftState
from crm.core import clock as business_clock
from crm.core.data.identity import Membership, User
from crm.core.data.record import Record
from crm.core.data.record_dates import RecordDates
from crm.followups.models import Cadence
from crm.interactions.models import Interaction, InteractionParty, InteractionStaff
from crm.interactions.policy import InteractionRole, InteractionState, Kind
from crm.organizations.models import Organization, PostRole
from crm.people.models import Affiliation, Person, PostHolder
from crm.people.policy import OfficialKind
from tests.reports.lookups import table
from tests.reports.random_people import add_random_people
from tests.reports.random_records import ZONE, counted, export_rows, interactions, local_day, plain_rows

MEETINGS = (Kind.meeting, Kind.visit, Kind.introduction, Kind.session)


@pytest.fixture
def attendance(report, people):
    """Add people to the random interactions; return how to read who attended which."""
    add_random_people(people, 5)
    parties = [x for x in plain_rows(InteractionParty) if x["role"] is not InteractionRole.copied]
    return lambda ids: [(x["interaction_id"], x["person_id"]) for x in parties if x["interaction_id"] in ids]


def _open_ids(entity, teams) -> set[int]:
    """Return the ids of visible records that aren't confidential, archived or not."""
    return {x["id"] for x in export_rows(entity) if not x["confidential"] and x["team_id"] in {*teams, None}}


def test_meetings_with_officials(report, attendance):
    built, context = report("officials")
    places, people = (_open_ids(entity, report.teams) for entity in (Organization, Person))
    official_ids = {
        x["person_id"]
        for x in plain_rows(Affiliation)
        if x["to_on"] is None and x["official"] is not OfficialKind.none and x["organization_id"] in places
    }
    rows = interactions(report.teams, context.period.first, context.period.last)
    days = {x["id"]: local_day(x["at"]) for x in rows if x["what"] in MEETINGS}
    pairs = {pair for pair in attendance(days) if pair[1] in official_ids & people}
    labels = {x["id"]: x["label"] for x in export_rows(Person)}
    lines = table(built, "officials")
    assert pairs
    assert {name: (line[0], line[5]) for name, line in lines.items()} == {
        labels[i]: (len(own), max(days[talk] for talk in own))
        for i in {person_id for _talk, person_id in pairs}
        if (own := [talk for talk, person_id in pairs if person_id == i])
    }
    assert table(built, "parts")["Total"] == [len({talk for talk, _i in pairs}), len({i for _talk, i in pairs})]


def test_relationships(report, attendance):
    built, _context = report("relationships")
    records = {x["id"]: x for x in counted(plain_rows(Record), {*report.teams, None})}
    reached = {x["record_id"]: x["last_reached_at"] for x in plain_rows(RecordDates) if x["team_key"] == 0}
    today, expected = business_clock.today(ZONE.key), {}
    for rule in plain_rows(Cadence):
        every, record = rule["every_days"] or rule["tier"].days, records.get(rule["record_id"])
        if every and record:
            last_on = local_day(reached[record["id"]]) if reached.get(record["id"]) else None
            days = (today - max(filter(None, (last_on, rule["counts_from"])))).days
            if days >= every:
                expected[record["label"]] = [days, every, last_on]
    assert len(expected) > 1
    assert {name: line[:3] for name, line in table(built, "quiet").items()} == expected

    holders = plain_rows(PostHolder)
    vacant = {}
    for role in plain_rows(PostRole):
        own = [x["to_on"] for x in holders if x["post_role_id"] == role["id"]]
        if None not in own:
            vacant[records[role["organization_id"]]["label"], role["title"]] = max(own, default=None)
    section = next(s for s in built.sections if s.name == "vacant")
    assert {(row[0].value, row[1].value): row[2].value for row in section.rows} == vacant
    assert len(vacant) > 1


def test_people_known_to_one_colleague(report, attendance):
    built, _context = report("relationships")
    begin = business_clock.now() - timedelta(days=730)
    talks = {
        x["id"]: x["at"]
        for x in counted(export_rows(Interaction), report.teams)
        if x["state"] is InteractionState.held and x["at"] >= begin and x["what"] not in (Kind.note, Kind.lead)
    }
    people = {x["id"]: x["label"] for x in counted(export_rows(Person), {*report.teams, None})}
    users = {x["id"]: x["name"] for x in plain_rows(User)}
    staff = plain_rows(InteractionStaff)
    expected = {}
    for person_id, label in people.items():
        own = {talk for talk, i in attendance(talks) if i == person_id}
        colleagues = {x["user_id"] for x in staff if x["interaction_id"] in own}
        if len(colleagues) == 1:
            expected[label] = [users[colleagues.pop()], len(own), local_day(max(talks[talk] for talk in own))]
    assert attendance(talks)
    assert table(built, "single") == expected


def test_gifts(report, attendance):
    built, context = report("gifts")
    users = {x["user_id"] for x in plain_rows(Membership) if x["team_id"] in report.teams}
    open_ids = _open_ids(Organization, report.teams) | _open_ids(Person, report.teams) | {None}
    labels = {x["id"]: x["label"] for x in export_rows(Person)}
    rows = [
        x
        for x in plain_rows(Gift)
        if x["archived_at"] is None and context.period.first <= x["given_on"] <= context.period.last
        if x["user_id"] in users and {x["person_id"], x["organization_id"]} <= open_ids
    ]
    assert len(rows) > 3
    assert len(next(s for s in built.sections if s.name == "gifts").rows) == len(rows)
    gifts = [x for x in rows if x["direction"] is GiftDirection.by_us and x["state"] is not GiftState.rejected]
    lines = dict(table(built, "recipients").items())
    assert {name: [line[0], line[1] or Decimal(), *line[2:]] for name, line in lines.items()} == {
        labels[i]: [
            len(own),
            sum((x["usd"] or Decimal() for x in own), Decimal()),
            sum(x["state"] is GiftState.needs_approval for x in own),
            max(x["given_on"] for x in own),
        ]
        for i in {x["person_id"] for x in gifts}
        if (own := [x for x in gifts if x["person_id"] == i])
    }
