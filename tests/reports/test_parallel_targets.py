"""Targets that two managers save at once, and deleted targets that come back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from threading import Barrier, BrokenBarrierError, Thread

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.reports.models import SalesTarget
from crm.reports.targets import services
from tests.factories import team_id_of
from tests.records.lookups import undo_last
from tests.reports.target_rows import YEAR, add_target

NEW = "/reports/targets/new"
PATIENCE = 1
"""Seconds that a request stays open for another one, which has to wait for it."""


def form(team_id: int, **values: object) -> dict[str, str]:
    """Return the fields of a target of a team for the federal fiscal year."""
    data = {"team_id": team_id, "counselor_id": "", "from_on": YEAR.first, "to_on": YEAR.last, "amount": 5000}
    return {name: str(value) for name, value in (data | values).items()}


def post_together(app, forms: Sequence[dict[str, str]]) -> list[int]:
    """Post each form as a manager of its own at the same time; return the statuses in order."""
    clients = [app.test_client().login_as(name) for name in ("clara", "nora")]
    statuses: list[int] = []

    def post(index: int) -> None:
        statuses.append(clients[index].post(NEW, data=forms[index]).status_code)

    threads = [Thread(target=post, args=(index,)) for index in range(len(forms))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return sorted(statuses)


@pytest.mark.parametrize("more", [{}, {"from_on": "2026-09-01", "to_on": "2026-12-31"}], ids=["same", "overlapping"])
def test_of_two_managers_who_save_the_same_months_at_once_one_is_refused(peopled, clock, monkeypatch, more):
    both, real_check = Barrier(2), services._refuse_overlap

    def check_and_wait(*args: object) -> None:
        real_check(*args)
        with suppress(BrokenBarrierError):
            both.wait(timeout=PATIENCE)

    monkeypatch.setattr(services, "_refuse_overlap", check_and_wait)
    monkeypatch.setitem(peopled.config, "WTF_CSRF_ENABLED", False)
    with peopled.app_context():
        team_id = team_id_of("Inland")
    assert post_together(peopled, [form(team_id), form(team_id, **more)]) == [303, 422]
    with peopled.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(SalesTarget)) == 1


def test_deleted_target_comes_back_with_undo(client, people, clock):
    target = add_target("Inland", 1000, people["anna"])
    target_id, web = target.id, client.login_as("clara")
    answer = web.post(f"/reports/targets/{target_id}/delete")
    page = web.get(answer.location).text
    assert ("Target deleted." in page, "/undo" in page, "Anna Reyes" in page) == (True, True, False)
    assert undo_last(web).status_code == 303
    row = db.session.get_one(SalesTarget, target_id)
    assert (row.amount, row.counselor_id, row.from_on, row.to_on) == (1000, people["anna"].id, YEAR.first, YEAR.last)
    assert "Anna Reyes" in web.get("/reports/targets/").text


@pytest.mark.parametrize("change", ["deleted", "moved"])
def test_undo_changes_nothing_if_its_months_have_another_target(client, people, clock, change):
    target, web = add_target("Inland", 1000), client.login_as("clara")
    add_target("Bay", 3000)  # SQLite gives the id of the last row to the next one
    team_id, url = team_id_of("Inland"), f"/reports/targets/{target.id}"
    if change == "deleted":
        answer = web.post(f"{url}/delete")
    else:
        answer = web.post(f"{url}/edit", data=form(team_id, version=1, from_on="2027-01-01", to_on="2027-03-31"))
    undo = re.search(r"/records/changes/\d+/undo", web.get(answer.location).text)[0]
    months = {"from_on": "2026-09-01", "to_on": "2026-12-31"}
    assert client.login_as("nora").post(NEW, data=form(team_id, **months)).status_code == 303
    answer = client.login_as("clara").post(undo)
    assert (answer.status_code, "already has a target for Sep – Dec 2026" in answer.text) == (409, True)
    first_days = sa.select(SalesTarget.from_on).order_by(SalesTarget.id)
    in_team = first_days.where(SalesTarget.team_id == team_id)
    assert date(2025, 10, 1) not in db.session.scalars(in_team).all()
