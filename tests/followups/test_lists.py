"""Follow-ups in lists, panels and counts: states, days of the reader, and visibility."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import pytest

from crm.followups import queries
from crm.followups.enums import FollowUpSide
from crm.followups.services import cancel_follow_up, complete_follow_up
from tests.factories import archived, client_of, make_confidential, person
from tests.followups.lookups import TODAY


def titles(web, query: str) -> list[str]:
    """Return the titles in the list that are day offsets from today."""
    rows = web.get(f"/followups/?as=csv&sort=due_on&{query}").text.splitlines()[1:]
    return [row.split(",")[0].strip('"') for row in rows]


@pytest.mark.parametrize(
    ("query", "days"),
    [
        ("due=late", [-2, -1]),
        ("due=today", [0]),
        ("due=soon", [0, 1, 7]),
        ("due=later", [8, 9]),
        ("", [-2, -1, 0, 1, 7, 8, 9]),
    ],
)
def test_list_is_filtered_by_day(make, client, people, query, days):
    for day in (-2, -1, 0, 1, 7, 8, 9):
        make(title=f"day {day}", due_on=TODAY + timedelta(days=day))
    assert titles(client.login_as("anna"), query) == [f"day {day}" for day in days]


@pytest.mark.parametrize(
    ("query", "days"), [("due=late", [7]), ("due=today", [8]), ("due=soon", [8, 9, 15]), ("due=later", [16])]
)
def test_list_counts_a_time_on_the_day_of_the_reader(make, client, people, query, days):
    for day in (7, 8, 9, 15, 16):
        # 9 AM of the next day in Shanghai is 5 PM in Los Angeles.
        make(title=str(day), due_wall=datetime(2026, 12, day + 1, 9), zone="Asia/Shanghai")
    web = client.login_as("anna")
    assert titles(web, query) == [str(day) for day in days]
    assert (">Today, Tue, Dec 8<" in web.get(f"/followups/?{query}").text) is (8 in days)


def test_day_that_goes_on_on_the_next_page_is_marked_there(make, client, people):
    for _ in range(50):
        make(due_on=TODAY + timedelta(days=1))
    # 9 AM of the day after in Shanghai is the same day in Los Angeles.
    make(due_wall=datetime(2026, 12, 10, 9), zone="Asia/Shanghai")
    make(due_on=TODAY + timedelta(days=2))
    web = client.login_as("anna")
    first = web.get("/followups/").text
    last = web.get(re.findall(r'href="(/followups/\?[^"]*after=[^"]*)"', first)[-1].replace("&amp;", "&")).text
    mark = "Continued from the previous page"
    assert mark not in first
    assert [mark in group for group in re.findall(r'class="group">(.*?)</div>', last, re.DOTALL)] == [True, False]


def test_list_shows_open_follow_ups_unless_a_state_is_chosen(make, client, anna, people):
    make(title="open")
    complete_follow_up(anna, make(title="done"))
    cancel_follow_up(anna, make(title="dropped"))
    web = client.login_as("anna")
    assert [titles(web, query) for query in ("", "state=done", "state=dropped", "view=done")] == [
        ["open"],
        ["done"],
        ["dropped"],
        ["done"],
    ]


def test_overdue_view_leaves_out_ideas_and_what_is_due_today(make, client, people, anna, actor, wang):
    for day in (-2, -1, 0, 1):
        make(title=f"day {day}", due_on=TODAY + timedelta(days=day))
    make(title="they", due_on=TODAY - timedelta(days=1), side=FollowUpSide.they)
    make(title="idea", due_on=TODAY - timedelta(days=1), side=FollowUpSide.idea)
    make(title="clara", by=actor("clara"), due_on=TODAY - timedelta(days=1))
    complete_follow_up(anna, make(title="done", due_on=TODAY - timedelta(days=1)))
    archived(make(title="archived", due_on=TODAY - timedelta(days=1)))
    assert sorted(titles(client.login_as("anna"), "view=late")) == ["day -1", "day -2", "they"]


def test_idea_of_an_earlier_day_is_not_marked_as_overdue(make, client, people, wang):
    make(title="idea", due_on=TODAY - timedelta(days=3), side=FollowUpSide.idea)
    page = client.login_as("anna").get("/followups/").text
    assert ("planned for" in page, "overdue</span>" in page) == (True, False)


def test_record_panel_has_open_and_visible_follow_ups(make, anna, actor, wang):
    row = make(title="open", due_on=date(2026, 12, 20))
    first = make(title="first", due_on=date(2026, 12, 1))
    complete_follow_up(anna, make(title="done"))
    archived(make(title="archived"))
    make_confidential(make(title="secret"))
    assert [t.id for t in queries.of_record(actor("dora"), [wang.id])] == [first.id, row.id]
    assert [t.title for t in queries.of_record(anna, [wang.id])] == ["first", "secret", "open"]
    assert queries.of_record(actor("boris"), [wang.id]) == []


def test_linked_records_are_named_only_if_visible(make, actor, people, wang, prime):
    shen = actor("shen")
    they_owe = person("Zhao", "Ming", team="Bay", counselor=people["boris"])
    we_owe = client_of("Inland")
    row = make(by=shen, about=[we_owe.id, they_owe.id, wang.id])
    assert [a.id for a in queries.about_of_many(actor("anna"), [row.id])[row.id]] == [wang.id, prime.id, we_owe.id]
    assert len(queries.about_of_many(shen, [row.id])[row.id]) == 4
