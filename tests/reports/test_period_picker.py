"""The period picker of a report: buttons of other kinds of periods open the one that contains the shown days."""

from __future__ import annotations

import re
from html import unescape

import pytest

KINDS = ("month", "quarter", "federal", "state")


def picker_of(page: str) -> dict[str, str]:
    """Return the parameters behind the period by kind of period: "at=2026-03-10", or "" for the current one."""
    buttons = page.split('<span class="seg"')[1].split("</span>", maxsplit=1)[0]
    links = [unescape(url).partition("?period=")[2] for url in re.findall(r'href="([^"]+)"', buttons)]
    return {kind: rest for kind, _sep, rest in (link.partition("&") for link in links)}


@pytest.mark.parametrize(
    ("query", "days"),
    [
        # Today is March 10, 2026. Of a period that runs, the others that run.
        ("period=month", ["", "", "", ""]),
        ("period=federal", ["", "", "", ""]),
        # Of one that is over, those with its last day; its own button opens the current one.
        ("period=month&at=2025-09-05", ["", "at=2025-09-30", "at=2025-09-30", "at=2025-09-30"]),
        ("period=state&at=2025-06-30", ["at=2025-06-30", "at=2025-06-30", "at=2025-06-30", ""]),
        # Of one that is to come, those with its first day.
        ("period=quarter&at=2027-02-01", ["at=2027-01-01", "", "at=2027-01-01", "at=2027-01-01"]),
    ],
)
def test_buttons_open_the_periods_that_contain_the_shown_one(client, query, days):
    page = client.login_as("clara").get(f"/reports/pipeline?{query}").text
    assert picker_of(page) == dict(zip(KINDS, days, strict=True))


def test_button_keeps_the_other_choices(client, people):
    anna = people["anna"].id
    page = client.login_as("clara").get(f"/reports/pipeline?period=month&at=2025-09-05&counselor={anna}").text
    assert picker_of(page)["federal"] == f"at=2025-09-30&counselor={anna}"


def test_button_opens_the_period_that_it_names(client):
    web = client.login_as("clara")
    page = web.get("/reports/pipeline?period=month&at=2025-09-05").text
    other = web.get(f"/reports/pipeline?period=federal&{picker_of(page)['federal']}").text
    assert "Oct 1, 2024 to Sep 30, 2025" in other
