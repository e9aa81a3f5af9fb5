"""The Forecast beside the targets: tile and column, whose targets count, and who sees them."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import pytest
import python_calamine
from flask import current_app

from crm.core.data.base import db
from crm.opportunities.policy import OpportunityStage, SalesPath
from crm.reports.params import build_context
from crm.reports.periods import PeriodKind, find_period
from crm.reports.queries import Scope
from tests.factories import client_of, team_id_of
from tests.factories.opportunities import make_opportunity, move_at
from tests.reports.lookups import get_report, table
from tests.reports.target_rows import YEAR, add_target


@pytest.fixture
def forecast(people, actor, clock):
    """Return a function that builds the Forecast of an actor: $300K signed, $400K expected with 50%."""
    inland = client_of("Inland", counselor=people["anna"])
    signed = make_opportunity(inland, amount=300_000, counselor=people["anna"])
    move_at(signed, OpportunityStage.quoted, OpportunityStage.contracted, datetime(2026, 2, 3, tzinfo=UTC))
    make_opportunity(inland, amount=400_000, close_on=date(2026, 5, 4), counselor=people["anna"]).chance = 50
    db.session.flush()

    def build(name: str, teams: tuple[str, ...] | None = ("Inland",), period=YEAR, **narrower):
        ids = None if teams is None else tuple(team_id_of(team) for team in teams)
        context = build_context(get_report("forecast"), Scope(actor(name), ids, **narrower), period)
        with current_app.test_request_context():
            return get_report("forecast").build(context)

    return build


def tile_of(report):
    """Return value, note and tone of the target; None without one."""
    return next(((x.value, x.note, x.tone) for x in report.tiles if x.label == "Target"), None)


def has_column(report) -> bool:
    """Return whether the months have a target."""
    return "target_usd" in [column.name for column in report.sections[0].columns]


def test_forecast_shows_the_target_of_the_team_and_what_is_reached(forecast, people):
    add_target("Inland", 600_000)
    add_target("Inland", 1_200_000, people["anna"])
    report = forecast("clara")
    assert tile_of(report) == ("$600K", "50% signed, 83% with the weighted forecast", "bad")
    lines = table(report, "months")
    assert (lines["February 2026"][-1], lines["Total"][-1]) == (50_000, 600_000)
    report = forecast("clara", counselor_id=people["anna"].id)
    assert tile_of(report) == ("$1.2M", "25% signed, 41% with the weighted forecast", "bad")


def test_target_that_the_weighted_forecast_reaches_is_not_bad(forecast):
    add_target("Inland", 500_000)
    assert tile_of(forecast("anna")) == ("$500K", "60% signed, 100% with the weighted forecast", "")


def test_forecast_of_a_quarter_has_its_share_and_other_months_are_blank(forecast):
    add_target("Inland", 600_000, first=date(2026, 2, 1), last=date(2026, 5, 31))
    report = forecast("clara", period=find_period(PeriodKind.quarter, date(2026, 3, 10)))
    assert tile_of(report)[0] == "$300K"
    assert [row[-1].text for row in report.sections[0].lines] == ["", "$150K", "$150K", "$300K"]


def test_forecast_of_several_teams_adds_up_their_targets(forecast, people):
    add_target("Inland", 600_000)
    add_target("Bay", 100_000, people["boris"])
    assert tile_of(forecast("nora", ("Inland", "Bay")))[0] == "$700K"
    assert tile_of(forecast("nora", None))[0] == "$700K"
    assert tile_of(forecast("nora", ("Bay",)))[0] == "$100K"


def test_forecast_without_a_target_has_neither_tile_nor_column(forecast, people):
    add_target("Bay", 100_000)
    add_target("Inland", 100_000, first=date(2026, 10, 1), last=date(2027, 9, 30))
    add_target("Inland", 100_000, people["dora"], last=date(2026, 3, 31))
    for narrower in ({"path": SalesPath.direct_sale}, {"counselor_id": people["anna"].id}):
        report = forecast("clara", **narrower)
        assert (tile_of(report), has_column(report)) == (None, False), narrower
    report = forecast("clara")
    assert (tile_of(report)[0], has_column(report)) == ("$100K", True)


def test_staff_see_the_targets_of_the_team_and_their_own_only(forecast, people):
    add_target("Inland", 100_000, people["anna"])
    add_target("Inland", 50_000, people["dora"])
    values = {name: tile_of(forecast("anna", counselor_id=people[name].id)) for name in ("anna", "dora")}
    assert (values["anna"][0], values["dora"]) == ("$100K", None)
    assert tile_of(forecast("anna"))[0] == "$150K"


def test_files_of_the_forecast_have_the_target(client, people, clock):
    add_target("Inland", 600_000)
    answer = client.login_as("clara").get("/reports/forecast?as=xlsx")
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    rows = book.get_sheet_by_name("Months").to_python()
    assert [row[-1] for row in rows if row[0] in ("Month", "October 2025", "Total")] == ["Target", 50_000, 600_000]


def test_targets_are_read_together_with_the_slips(client, people, sql, clock):
    add_target("Inland", 600_000, people["anna"])
    web, counts = client.login_as("anna"), {}
    for name in ("dora", "anna"):  # the target of a colleague isn't read
        url = f"/reports/forecast?counselor={people[name].id}"
        web.get(url)
        sql.clear()
        assert ('class="k">Target<' in web.get(url).text) == (name == "anna")
        counts[name] = len(sql)
    assert counts["anna"] == counts["dora"]
