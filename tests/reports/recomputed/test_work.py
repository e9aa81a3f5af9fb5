"""The activity report equals an independent computation in plain Python, for random data."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask import current_app

from crm.core.data.base import db
from crm.core.data.identity import Team, User
from crm.core.i18n import formats
from crm.interactions.models import Interaction, InteractionClient, InteractionStaff, InteractionTime
from crm.opportunities.policy import is_open
from crm.organizations.models import Organization
from crm.reference.models import Funder
from crm.reports.params import FILE_ROWS, default_context
from tests.reports.lookups import get_report, hours, table, tile
from tests.reports.random_records import export_rows, follow_ups, interactions, opportunities, plain_rows, usd_or_blank
from tests.reports.recomputed.test_pipeline import list_signed_ids

pytestmark = pytest.mark.engine_in_turn

MINUTES = ("contact", "prep", "travel")


@pytest.mark.parametrize("by", [None, "anna"])
def test_activity_equals_recomputation(report, people, by):
    """With a counselor: the interactions in which the counselor took part, and the counselor's own minutes in them."""
    built, context = report("activity", by=by)
    user_id = people[by].id if by else None
    rows = interactions(report.teams, context.period.first, context.period.last)
    if by:
        own_ids = {x["interaction_id"] for x in plain_rows(InteractionStaff) if x["user_id"] == user_id}
        rows = [x for x in rows if x["id"] in own_ids]
    ids = {x["id"] for x in rows}
    staff, spent = (
        [x for x in plain_rows(entity) if x["interaction_id"] in ids and x["user_id"] == (user_id or x["user_id"])]
        for entity in (InteractionStaff, InteractionTime)
    )
    open_clients = {x["id"]: x["label"] for x in export_rows(Organization) if not x["confidential"]}
    links = [x for x in plain_rows(InteractionClient) if x["interaction_id"] in ids and x["client_id"] in open_clients]
    assert len(rows) > 3

    lines = table(built, "counselors")
    total = lines.pop("Total")
    assert lines == _by_counselor(report.teams, context, staff, spent)
    sums = [_hours(spent, name) for name in MINUTES]
    clients = len({x["client_id"] for x in links})
    assert total[:5] == [len(rows), *sums, clients]
    figures = [tile(built, label) for label in ("Interactions", "Hours for clients", "Clients", "Long-term clients")]
    whole, long_term = formats.num(_hours(spent, *MINUTES)), _list_long_term(report.teams, context, user_id)
    assert figures == [str(len(rows)), whole, str(clients), str(len(long_term))]
    assert table(built, "long_term") == {open_clients[i]: [hours(minutes)] for i, minutes in long_term.items()}

    expected = {}
    for kind in {x["type"] for x in rows}:
        kind_ids = {x["id"] for x in rows if x["type"] is kind}
        expected[str(kind)] = [len(kind_ids), _hours([x for x in spent if x["interaction_id"] in kind_ids], "contact")]
    assert table(built, "kinds") == expected | {"Total": [len(rows), _hours(spent, "contact")]}

    assert table(built, "funders") == _by_funder(links, spent)
    by_client = {}
    for client_id in {x["client_id"] for x in links}:
        own = [x for x in spent if x["client_id"] == client_id]
        number = sum(x["client_id"] == client_id for x in links)
        by_client[open_clients[client_id]] = [number, _hours(own, "contact"), _hours(own, *MINUTES)]
    assert table(built, "clients") == by_client


def _hours(spent, *names) -> Decimal:
    return hours(sum(x[name] for x in spent for name in names))


def _by_counselor(teams, context, staff, spent) -> dict:
    """Return the lines of the colleagues who took part, logged minutes, or have signed or open work."""
    users, lines = {x["id"]: x["name"] for x in plain_rows(User)}, {}
    counselor_id = context.scope.counselor_id
    deals = [x for x in opportunities(teams) if counselor_id in (None, x["counselor_id"])]
    steps = [x for x in follow_ups(teams) if counselor_id in (None, x["counselor_id"])]
    signed_ids = list_signed_ids(teams, context.period.first, context.period.last)
    signed = [x for x in deals if x["id"] in signed_ids]
    counselors = {x["counselor_id"] for x in (*signed, *steps, *(x for x in deals if is_open(x["stage"])))}
    for user_id in {x["user_id"] for x in (*staff, *spent)} | counselors - {None}:
        own = [x for x in spent if x["user_id"] == user_id]
        own_signed = [x for x in signed if x["counselor_id"] == user_id]
        lines[users[user_id]] = [
            sum(x["user_id"] == user_id for x in staff),
            *(_hours(own, name) for name in MINUTES),
            len({x["client_id"] for x in own}),
            len(own_signed),
            usd_or_blank(own_signed),
            sum(is_open(x["stage"]) and x["counselor_id"] == user_id for x in deals),
            sum(x["counselor_id"] == user_id for x in steps),
        ]
    if None in counselors:
        own_signed = [x for x in signed if x["counselor_id"] is None]
        lines["No counselor"] = [
            *[None] * 5,
            len(own_signed),
            usd_or_blank(own_signed),
            sum(is_open(x["stage"]) and x["counselor_id"] is None for x in deals),
            sum(x["counselor_id"] is None for x in steps),
        ]
    return lines


def _by_funder(links, spent) -> dict:
    """Return the lines of the funders of clients."""
    funders, lines = {x["id"]: x["name"] for x in plain_rows(Funder)}, {}
    for funder_id in {x["funder_id"] for x in links}:
        pairs = {(x["interaction_id"], x["client_id"]) for x in links if x["funder_id"] == funder_id}
        own = [x for x in spent if (x["interaction_id"], x["client_id"]) in pairs]
        counts = len({i for i, _client in pairs}), len({client for _i, client in pairs})
        lines[funders.get(funder_id, "No funder")] = [counts[0], _hours(own, "contact"), counts[1]]
    return lines


def _list_long_term(teams, context, user_id) -> dict[int, int]:
    """Return the minutes of clients with five hours of contact and preparation or more in the federal fiscal year."""
    last = context.period.last
    first = date(last.year if last.month >= 10 else last.year - 1, 10, 1)
    ids = {x["id"] for x in interactions(teams, first, last)}
    open_ids = {x["id"] for x in export_rows(Organization) if not x["confidential"]}
    minutes: Counter[int] = Counter()
    for x in plain_rows(InteractionTime):
        if x["interaction_id"] in ids & _list_attended_ids(user_id) and x["user_id"] == (user_id or x["user_id"]):
            minutes[x["client_id"]] += x["contact"] + x["prep"]
    return {i: number for i, number in minutes.items() if number >= 300 and i in open_ids}


def _list_attended_ids(user_id) -> set[int]:
    """Return the ids of the interactions in which a user took part; None: all."""
    return {x["interaction_id"] for x in plain_rows(InteractionStaff) if x["user_id"] == (user_id or x["user_id"])}


def test_activity_by_team_equals_recomputation(report, actor):
    stmt = sa.select(Interaction).where(sa.not_(Interaction.confidential)).order_by(Interaction.id).limit(6)
    for row in db.session.scalars(stmt):
        row.team_id = None
    db.session.flush()
    reader, definition = actor("nora"), get_report("activity")
    context = default_context(definition, reader, FILE_ROWS)
    with current_app.test_request_context():
        lines = table(definition.build(context), "teams")
    names = {x["id"]: x["name"] for x in plain_rows(Team)} | {None: "No team"}
    rows = interactions(names.keys(), context.period.first, context.period.last)
    open_ids = {x["id"] for x in export_rows(Organization) if not x["confidential"]}
    expected = {}
    for team_id in (*sorted({x["team_id"] for x in rows if x["team_id"]}), None):
        ids = {x["id"] for x in rows if x["team_id"] == team_id}
        spent = [x for x in plain_rows(InteractionTime) if x["interaction_id"] in ids]
        links = [x for x in plain_rows(InteractionClient) if x["interaction_id"] in ids]
        sums = [hours(sum(x[name] for x in spent)) for name in ("contact", "prep", "travel")]
        clients = {x["client_id"] for x in links if x["client_id"] in open_ids}
        expected[names[team_id]] = [len(ids), *sums, len(clients)]
    assert {name: line for name, line in lines.items() if name != "Total" and line[0]} == expected
    spent = [x for x in plain_rows(InteractionTime) if x["interaction_id"] in {row["id"] for row in rows}]
    assert lines["Total"][:4] == [len(rows), *(_hours(spent, name) for name in MINUTES)]
    assert len(expected) == 3
