"""Reports on people equal an independent computation in plain Python, for random data."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from crm.compliance.models import Gift
from crm.compliance.policy import GiftDirection, GiftState
from crm.compliance.queries import sum_year
from crm.core import clock as business_clock
from crm.core.data.base import db
from crm.core.data.identity import Membership, User
from crm.core.data.record import Record
from crm.core.data.record_dates import RecordDates
from crm.core.i18n import formats
from crm.followups.models import Cadence
from crm.interactions.models import Interaction, InteractionParty, InteractionStaff
from crm.interactions.policy import InteractionRole, InteractionState, InteractionType
from crm.organizations.models import Organization, PostRole
from crm.people.models import Affiliation, Person, PostHolder
from crm.people.policy import OfficialKind, OfficialRank
from tests.reports.lookups import table
from tests.reports.random_people import add_random_people
from tests.reports.random_records import ZONE, counted, export_rows, interactions, local_day, plain_rows

pytestmark = pytest.mark.engine_in_turn

MEETINGS = (InteractionType.meeting, InteractionType.visit, InteractionType.introduction, InteractionType.session)


@pytest.fixture
def attendance(report, people):
    """Add people to the random interactions; return how to read who attended which."""
    add_random_people(people, 5)
    parties = [x for x in plain_rows(InteractionParty) if x["role"] is not InteractionRole.copied]
    return lambda ids: [(x["interaction_id"], x["person_id"]) for x in parties if x["interaction_id"] in ids]


def _open_ids(entity, teams) -> set[int]:
    """Return the ids of visible records that aren't confidential, archived or not."""
    return {x["id"] for x in export_rows(entity) if not x["confidential"] and x["team_id"] in {*teams, None}}


def test_meetings_with_officials_equal_recomputation(report, attendance):
    built, context = report("officials")
    places, people = (_open_ids(entity, report.teams) for entity in (Organization, Person))
    positions = [
        x
        for x in sorted(plain_rows(Affiliation), key=lambda x: (-x["main"], -x["id"]))
        if x["to_on"] is None and x["official"] is not OfficialKind.none and x["organization_id"] in places
    ]
    rows = interactions(report.teams, context.period.first, context.period.last)
    days = {x["id"]: x["wall"].date() for x in rows if x["type"] in MEETINGS}
    pairs = {pair for pair in attendance(days) if pair[1] in {x["person_id"] for x in positions} & people}
    names = {x["id"]: x["label"] for x in plain_rows(Record)}
    tours = _tour_ends()
    expected = {}
    for person_id in {i for _talk, i in pairs}:
        talks = [talk for talk, i in pairs if i == person_id]
        position = next(x for x in positions if x["person_id"] == person_id)
        rank = None if position["rank"] is OfficialRank.other and position["rank_words"] else position["rank"]
        expected[names[person_id]] = [
            len(talks),
            position["title"] or "",
            names[position["organization_id"]],
            str(position["official"]),
            ", ".join(str(x) for x in (rank, position["rank_words"]) if x),
            max(days[talk] for talk in talks),
            tours.get(person_id),
        ]
    assert pairs
    assert any(line[4] for line in expected.values())
    assert table(built, "officials") == expected
    parts = {part.name: (part.first, part.last) for part in context.period.parts} | {
        "Total": (context.period.first, context.period.last)
    }
    assert table(built, "parts") == {
        name: [len({talk for talk, _i in own}), len({i for _talk, i in own})]
        for name, (first, last) in parts.items()
        for own in [[pair for pair in pairs if first <= days[pair[0]] <= last]]
    }


def _tour_ends() -> dict:
    """Return the latest expected end of the current tours of each holder of a role."""
    ends: dict = {}
    for x in plain_rows(PostHolder):
        if x["to_on"] is None and x["expected_end_on"]:
            ends[x["person_id"]] = max(x["expected_end_on"], ends.get(x["person_id"], x["expected_end_on"]))
    return ends


def test_relationships_equal_recomputation(report, attendance):
    built, _context = report("relationships")
    records = {x["id"]: x for x in counted(plain_rows(Record), {*report.teams, None})}
    reached = {x["record_id"]: x["last_reached_at"] for x in plain_rows(RecordDates) if x["team_key"] == 0}
    today, expected = business_clock.today(ZONE.key), {}
    for rule in plain_rows(Cadence):
        every, record = rule["every_days"] or rule["tier"].days, records.get(rule["record_id"])
        if every and record:
            last_on = local_day(reached[record["id"]]) if reached.get(record["id"]) else None
            waited = (today - max(filter(None, (last_on, rule["counts_from"])))).days
            if waited >= every:
                expected[record["label"]] = [(today - (last_on or rule["counts_from"])).days, every, last_on]
    assert len(expected) > 1
    assert {name: line[:3] for name, line in table(built, "quiet").items()} == expected

    visible = {x["id"] for x in export_rows(Person) if x["team_id"] in {*report.teams, None}}
    holders = [x for x in plain_rows(PostHolder) if x["person_id"] in visible]
    vacant = {}
    for role in plain_rows(PostRole):
        own = [x["to_on"] for x in holders if x["post_role_id"] == role["id"]]
        if None not in own:
            vacant[records[role["organization_id"]]["label"], role["title"]] = max(own, default=None)
    section = next(s for s in built.sections if s.name == "vacant")
    assert {(row[0].value, row[1].value): row[2].value for row in section.rows} == vacant
    assert len(vacant) > 1


def test_people_known_to_one_colleague_equal_recomputation(report, attendance):
    built, _context = report("relationships")
    begin = business_clock.now() - timedelta(days=730)
    talks = {
        x["id"]: x["at"]
        for x in counted(export_rows(Interaction), report.teams)
        if x["state"] is InteractionState.held
        and x["at"] >= begin
        and x["type"] not in (InteractionType.note, InteractionType.lead)
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


def _visible_gifts(reader) -> list:
    """Return the gifts of which a manager sees person, organization and occasion; each has whether one is hidden."""
    records = {x["id"]: x for x in plain_rows(Record)}
    gifts = []
    for x in plain_rows(Gift):
        linked = [records[x[name]] for name in ("person_id", "organization_id", "occasion_id") if x[name]]
        if x["archived_at"] is None and all(row["team_id"] in {*reader.team_ids, None} for row in linked):
            gifts.append(x | {"hidden": any(row["confidential"] for row in linked), "linked": linked})
    return gifts


def _dollars(gifts) -> Decimal:
    return sum((x["usd"] or Decimal() for x in gifts), Decimal())


def _unknown(gifts) -> str:
    number = sum(x["usd"] is None for x in gifts)
    return f"{number} without an exchange rate" if number else ""


def test_gifts_equal_recomputation(report, attendance, actor):
    built, context = report("gifts")
    users = {x["user_id"] for x in plain_rows(Membership) if x["team_id"] in report.teams}
    rows = [x for x in _visible_gifts(actor("clara")) if x["user_id"] in users]
    rows = [x for x in rows if context.period.first <= x["given_on"] <= context.period.last]
    hidden, rows = [x for x in rows if x["hidden"]], [x for x in rows if not x["hidden"]]
    assert (len(rows) > 8, len(hidden) > 0) == (True, True)
    gifts_out, gifts_in = ([x for x in rows if x["direction"] is direction] for direction in GiftDirection)
    refused = [x for x in gifts_out if x["state"] is GiftState.rejected]
    counted_out = [x for x in gifts_out if x not in refused]
    refused_note = f"without {len(refused)} that weren't approved" if refused else ""
    waiting = sum(x["state"] is GiftState.needs_approval for x in rows)
    assert [(tile.value, tile.note) for tile in built.tiles] == [
        (str(len(rows)), f"+{len(hidden)} confidential"),
        (
            formats.money(_dollars(counted_out), short=False),
            ", ".join(filter(None, (refused_note, _unknown(counted_out)))),
        ),
        (formats.money(_dollars(gifts_in), short=False), _unknown(gifts_in)),
        (str(waiting), ""),
    ]
    recipients: dict = {}
    for x in gifts_out:
        if x["state"] is not GiftState.rejected:
            recipients.setdefault(x["linked"][0]["id"], []).append(x)
    section = next(s for s in built.sections if s.name == "recipients")
    lines = [[cell.value for cell in row] for row in section.rows]
    assert sorted([name, number, usd or Decimal(), *rest] for name, number, usd, *rest in lines) == sorted(
        [
            own[0]["linked"][0]["label"],
            len(own),
            _dollars(own),
            sum(x["state"] is GiftState.needs_approval for x in own),
            max(x["given_on"] for x in own),
        ]
        for own in recipients.values()
    )
    section = next(s for s in built.sections if s.name == "gifts")
    assert [[cell.value for cell in row[:8]] for row in section.rows] == [
        [
            f"{x['linked'][0]['label']}: {x['description']}",
            x["usd"],
            x["given_on"],
            str(x["direction"]),
            x["description"],
            "" if x["official"] is OfficialKind.none else str(x["official"]),
            {y["id"]: y["name"] for y in plain_rows(User)}[x["user_id"]],
            str(x["state"]),
        ]
        for x in sorted(rows, key=lambda x: (x["given_on"], x["id"]))
    ]


def test_year_totals_of_gifts_equal_recomputation(report, attendance, actor):
    reader, wrong = actor("clara"), []
    rows = [x for x in _visible_gifts(reader) if x["state"] is not GiftState.rejected]

    def recipient(x) -> tuple:
        if x["direction"] is GiftDirection.to_us:
            return x["direction"], x["user_id"]
        return x["direction"], x["person_id"], x["organization_id"] if x["person_id"] is None else None

    for gift in db.session.query(Gift).order_by(Gift.id).limit(25):
        own = plain_row(gift)
        for day in (None, gift.given_on):
            year = [x for x in rows if recipient(x) == recipient(own) and x["given_on"].year == own["given_on"].year]
            counted_gifts = [x for x in year if day is None or x["given_on"] <= day]
            if sum_year(reader, gift, day) != (len(counted_gifts), _dollars(counted_gifts)):
                wrong.append((gift.id, day))
    assert wrong == []
    assert max(len([x for x in rows if recipient(x) == key]) for key in map(recipient, rows)) > 1


def plain_row(entity) -> dict:
    """Return the columns of a row."""
    return {column.key: getattr(entity, column.key) for column in entity.__table__.columns}
