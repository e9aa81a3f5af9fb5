"""*My month*, data quality and client reports equal an independent computation in plain Python, for random data."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from random import Random
from typing import Any

import pytest

from crm.core import clock as business_clock
from crm.core.data.base import db
from crm.funding.models import Assistance, Award
from crm.funding.policy.counting import ClientGap, SessionGap
from crm.funding.queries.assistance import AssistanceTotals, list_client_report, sum_assistance
from crm.funding.queries.months import load_month
from crm.funding.queries.quality import count_client_gaps, count_session_gaps
from crm.interactions.models import Interaction, InteractionClient, InteractionTime
from crm.interactions.policy import InteractionState, SessionType, default_session_type
from crm.organizations.models import Client, ClientAgreement, DatedFact, Organization
from crm.organizations.policy import ClientStatus, FactKind
from crm.reference.models import Funder
from tests.reports.expected_sessions import ExpectedSessions
from tests.reports.random_records import ZONE, Row, export_rows, plain_rows

pytestmark = pytest.mark.engine_in_turn

MINUTES = ("contact", "prep", "travel")
YEAR = 365


def test_my_month_equals_recomputation(report, people, actor):
    expected, times, number = ExpectedSessions(), plain_rows(InteractionTime), 0
    names = {x["id"]: x["name"] for x in plain_rows(Funder)} | {None: ""}
    today = business_clock.today(ZONE.key)
    for name, day in product(("anna", "clara", "dora"), (today, today - timedelta(days=today.day))):
        month = load_month(actor("clara"), people[name].id, day)
        rows = expected.list_of_user(people[name].id, month.first, month.last, report.teams)
        assert {(x.interaction_id, x.client_id): x.is_counted for x in month.sessions} == {
            (x["interaction_id"], x["client_id"]): x["is_counted"] for x in rows
        }
        own = [x for x in times if x["user_id"] == people[name].id]
        lines = {}
        past = [x for x in rows if x["state"] is InteractionState.held]
        for funder_id in {x["funder_id"] for x in past}:
            of_funder = [x for x in past if x["funder_id"] == funder_id]
            counted, rest = ([x for x in of_funder if x["is_counted"] is flag] for flag in (True, False))
            clients = len({x["client_id"] for x in counted})
            lines[names[funder_id]] = [_sums(own, counted), _sums(own, rest), len(counted), clients]
        assert {
            x.name: [_parts(x.counted), _parts(x.other), x.sessions, len(x.client_ids)] for x in month.funders
        } == lines
        number += sum(x["is_counted"] for x in rows)
    assert number > 1


def _sums(times: list[Row], sessions: list[Row]) -> list[int]:
    """Return the minutes of sessions, of each kind."""
    keys = {(x["interaction_id"], x["client_id"]) for x in sessions}
    return [sum(x[name] for x in times if (x["interaction_id"], x["client_id"]) in keys) for name in MINUTES]


def _parts(minutes: Any) -> list[int]:
    return [getattr(minutes, name) for name in MINUTES]


def test_data_quality_of_clients_equals_recomputation(report, actor):
    random, today = Random(3), business_clock.today(ZONE.key)
    for row in db.session.query(Client).order_by(Client.organization_id):
        row.status = random.choice([ClientStatus.client, ClientStatus.client, *ClientStatus])
        row.legal_form = random.choice([row.legal_form, None])
    db.session.flush()
    facts = {x["organization_id"]: x for x in plain_rows(Client)}
    agreements = [x for x in plain_rows(ClientAgreement) if x["on_file"] and x["from_on"] <= today]
    latest = {x["organization_id"]: x for x in sorted(agreements, key=lambda x: (x["from_on"], x["id"]))}
    agreed = {i for i, x in latest.items() if x["to_on"] is None or x["to_on"] >= today}
    figures = [x for x in plain_rows(DatedFact) if x["number"] is not None]

    def has_figure(place: Row, kind: FactKind, since: date = date.min) -> bool:
        own = [x for x in figures if (x["organization_id"], x["kind"]) == (place["id"], kind)]
        return any(x["as_of"] >= since for x in own)

    def is_stale(place: Row, kind: FactKind) -> bool:
        return has_figure(place, kind) and not has_figure(place, kind, today - timedelta(days=YEAR))

    places = [
        x
        for x in export_rows(Organization)
        if x["archived_at"] is None and x["team_id"] in {*report.teams, None}
        if x["id"] in facts and facts[x["id"]]["status"] is ClientStatus.client
    ]
    gaps = {
        ClientGap.agreement: [x["id"] not in agreed for x in places],
        ClientGap.county: [not facts[x["id"]]["county"] and not x["postal_code"] for x in places],
        ClientGap.legal_form: [facts[x["id"]]["legal_form"] is None for x in places],
        ClientGap.founded: [facts[x["id"]]["founded_on"] is None for x in places],
        ClientGap.naics: [not facts[x["id"]]["naics"] for x in places],
        ClientGap.staff: [not has_figure(x, FactKind.staff) for x in places],
        ClientGap.sales: [not has_figure(x, FactKind.sales) for x in places],
        ClientGap.stale: [is_stale(x, FactKind.staff) or is_stale(x, FactKind.sales) for x in places],
    }
    counts = {gap: sum(flags) for gap, flags in gaps.items()}
    assert count_client_gaps(actor("clara"), None) == counts
    assert sum(count > 0 for count in counts.values()) > 4


def test_data_quality_of_interactions_equals_recomputation(report, actor):
    now, links, times = business_clock.now(), plain_rows(InteractionClient), plain_rows(InteractionTime)
    year = business_clock.today(ZONE.key)
    first = date(year.year if year.month >= 10 else year.year - 1, 10, 1)
    logged = {(x["interaction_id"], x["client_id"]) for x in times if x["contact"] + x["prep"] > 0}
    counts = dict.fromkeys(SessionGap, 0)
    for talk in export_rows(Interaction):
        own = [x for x in links if x["interaction_id"] == talk["id"]]
        is_seen = talk["archived_at"] is None and talk["team_id"] in {*report.teams, None}
        if not own or not is_seen or talk["wall"].date() < first:
            continue
        if talk["state"] is InteractionState.held:
            countable = [x for x in own if x["countable"]]
            usual = default_session_type(talk["type"])
            sessions = [x for x in countable if (x["session_type"] or usual) is not SessionType.update_only]
            counts[SessionGap.minutes] += any((talk["id"], x["client_id"]) not in logged for x in sessions)
            counts[SessionGap.funder] += any(x["funder_id"] is None for x in countable)
        counts[SessionGap.outcome] += talk["state"] is InteractionState.planned and talk["at"] < now
    assert count_session_gaps(actor("clara"), None) == counts
    assert min(counts.values()) > 0


def test_client_reports_of_awards_equal_recomputation(report, actor):
    random, today = Random(5), business_clock.today(ZONE.key)
    awards = [x["id"] for x in plain_rows(Award)]
    for client, _n in product(export_rows(Organization), range(3)):
        row = Assistance(client_id=client["id"], award_id=random.choice(awards), description="Booth", on=today)
        for name in ("approved", "spent", "match"):
            setattr(row, name, random.choice([None, Decimal("1200.50"), Decimal(300)]))
        row.report_due_on, row.report_received_on = (random.choice([None, today]) for _date in range(2))
        db.session.add(row)
    db.session.flush()
    clients = [x for x in export_rows(Organization) if not x["confidential"]]
    ids, number = {x["id"] for x in clients if x["team_id"] in {*report.teams, None}}, 0
    for award_id in awards:
        parts = [x for x in plain_rows(Assistance) if x["award_id"] == award_id and x["client_id"] in ids]
        rows = list_client_report(actor("clara"), award_id)
        assert {x.assistance.id for x in rows} == {x["id"] for x in parts}
        assert sum_assistance(rows) == AssistanceTotals(
            count=len(parts),
            clients=len({x["client_id"] for x in parts}),
            approved=sum((x["approved"] or Decimal() for x in parts), Decimal()),
            spent=sum((x["spent"] or Decimal() for x in parts), Decimal()),
            match=sum((x["match"] or Decimal() for x in parts), Decimal()),
            open_reports=sum(bool(x["report_due_on"]) and not x["report_received_on"] for x in parts),
        )
        number += len(parts)
    assert number > 5
