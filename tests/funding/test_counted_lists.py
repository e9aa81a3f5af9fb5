"""The lists of sessions and clients that count: pages, filters, columns, files and rights."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, datetime, time
from html import unescape

import pytest

from crm.core.data.base import db
from crm.funding.lists import COUNTED_CLIENTS, COUNTED_SESSIONS
from crm.funding.models import AwardGoal
from crm.funding.policy.awards import GoalMeasure
from crm.interactions.services import ClientMinutes
from tests.factories import archived, client_of, make_confidential
from tests.reports.test_views import count_listed

from .conftest import complete_client

SESSIONS, CLIENTS = COUNTED_SESSIONS.address, COUNTED_CLIENTS.address
DAY = date(2026, 12, 7)


@pytest.fixture
def clients(anna):
    """Return three clients with every fact that funders require."""
    rows = [client_of("Inland", f"Client {n}", counselor=anna) for n in range(3)]
    for row in rows:
        complete_client(row)
    return rows


def goal_id_of(award, measure: GoalMeasure) -> int:
    return db.session.query(AwardGoal).filter_by(award_id=award.id, measure=measure).one().id


def read_csv(web, url: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(web.get(f"{url}&as=csv").get_data().decode("utf-8-sig"))))


def test_pages_have_each_client_of_an_interaction_once(client, log, step, clients):
    for_clients = [ClientMinutes(x.id, 45, 0, funder_id=step.id) for x in clients]
    for day in (date(2026, 12, 1), DAY):
        log(datetime.combine(day, time(9)), clients=for_clients)
    db.session.commit()
    web, url, pages = client.login_as("anna"), SESSIONS, []
    object.__setattr__(COUNTED_SESSIONS, "per_page", 2)
    try:
        while url:
            page = web.get(url).text
            body = page.partition("<tbody")[2]
            pages.append(re.findall(r'href="/interactions/(\d+)".*?href="/organizations/(\d+)"', body))
            link = re.search(r'rel="next" href="([^"]*)"', page)
            url = unescape(link[1]) if link else ""
    finally:
        object.__setattr__(COUNTED_SESSIONS, "per_page", 50)
    assert [len(rows) for rows in pages] == [2, 2, 2]
    keys = [key for rows in pages for key in rows]
    assert len(set(keys)) == len({interaction_id for interaction_id, _client_id in keys}) * len(clients) == 6


def test_sessions_of_a_goal_have_the_minutes_of_each_colleague(
    client, people, anna, award_with, session_for, clients, step
):
    award = award_with((GoalMeasure.hours, None, None, 10))
    session_for(clients[0], contact=45, prep=15, travel=30)
    session_for(clients[1], wall=datetime(2026, 9, 30, 9, 0))
    make_confidential(session_for(clients[2]))
    db.session.commit()
    url = f"{SESSIONS}?goal={goal_id_of(award, GoalMeasure.hours)}"
    web = client.login_as("anna")
    assert (count_listed(web, SESSIONS), count_listed(web, url)) == (2, 1)
    (row,) = read_csv(web, url)
    names = ("client", "date", "session_type", "contact", "prep", "travel", "staff", "funder")
    expected = ["Client 0", "2026-12-07", "face_to_face", "45", "15", "30", f"{people['anna'].name} 60", step.name]
    assert [row[name] for name in names] == expected
    assert web.get(f"{url}&as=xlsx").status_code == 200
    assert (count_listed(web, f"{SESSIONS}?q=client+1"), count_listed(web, f"{SESSIONS}?client={clients[1].id}")) == (
        1,
        1,
    )
    assert count_listed(web, f"{SESSIONS}?from=2026-09-30&to=2026-09-30") == 1


def test_clients_of_a_goal_include_those_archived_since(client, anna, award_with, session_for, clients):
    goals = [(measure, None, None, 10) for measure in (GoalMeasure.clients, GoalMeasure.long_term)]
    award = award_with(*goals, (GoalMeasure.new_clients, None, None, 10))
    for row, contact in zip(clients, (299, 300, 45), strict=True):
        session_for(row, contact=contact)
    session_for(clients[2], contact=0)
    archived(clients[1])
    secret = client_of("Inland", "Secret client", counselor=anna)
    complete_client(secret)
    session_for(secret)
    make_confidential(secret)
    db.session.commit()
    web = client.login_as("anna")
    by_measure = {x: f"{CLIENTS}?goal={goal_id_of(award, x)}&archived=all" for x in GoalMeasure if "client" in x.value}
    names = {x: [row["name"] for row in read_csv(web, url)] for x, url in by_measure.items()}
    assert names == {GoalMeasure.clients: ["Client 0", "Client 1", "Client 2"], GoalMeasure.new_clients: []}
    long_term = f"{CLIENTS}?goal={goal_id_of(award, GoalMeasure.long_term)}"
    assert [row["name"] for row in read_csv(web, f"{long_term}&archived=all")] == ["Client 1"]
    assert count_listed(web, long_term) == 0


def test_statements_are_as_many_for_more_sessions_and_read_only_those_of_the_funder(
    client, sql, award_with, session_for, clients
):
    award = award_with((GoalMeasure.sessions, None, None, 10), (GoalMeasure.long_term, None, None, 10))
    urls = [
        f"{SESSIONS}?goal={goal_id_of(award, GoalMeasure.sessions)}",
        f"{CLIENTS}?goal={goal_id_of(award, GoalMeasure.long_term)}",
    ]
    web = client.login_as("anna")

    def execute(url: str) -> list[str]:
        web.get(url)
        sql.clear()
        web.get(url)
        return list(sql)

    session_for(clients[0], contact=300)
    db.session.commit()
    few = [len(execute(url)) for url in urls]
    for row in clients:
        session_for(row, contact=300)
    db.session.commit()
    assert [len(execute(url)) for url in urls] == few


@pytest.mark.parametrize("url", [SESSIONS, CLIENTS])
def test_lists_are_closed_to_users_who_do_not_see_funders(client, people, url):
    assert client.login_as("shen").get(url).status_code == 403


@pytest.mark.parametrize(("url", "goal"), [(SESSIONS, GoalMeasure.clients), (CLIENTS, GoalMeasure.hours)])
def test_goal_of_other_records_is_refused(client, award_with, url, goal):
    award = award_with((goal, None, None, 10))
    db.session.commit()
    web = client.login_as("nora")
    assert web.get(f"{url}?goal={goal_id_of(award, goal)}").status_code == 400
    assert web.get(f"{url}?goal=no").status_code == 400
