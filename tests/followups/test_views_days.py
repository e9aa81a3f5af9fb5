"""Wherever a day is chosen, a holiday, a weekend or the night at either place asks for confirmation."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from crm.followups.services import add_follow_up
from crm.people.services import assign_role
from tests.factories import person, post, post_role


def test_later_asks_to_confirm_a_weekend_and_keeps_the_day(web, call):
    url = f"/followups/{call.id}/later"
    answer = web.post(url, data={"due_on": "2026-12-19"})
    assert answer.status_code == 422
    assert "Sat, Dec 19 is a weekend day. Choose another date or schedule anyway." in answer.text
    assert 'value="2026-12-19"' in answer.text
    assert "data-day-confirm>" in answer.text
    assert web.post(url, data={"due_on": "2026-12-19", "confirm_day": "y"}).status_code == 303
    assert call.due_on == date(2026, 12, 19)


def test_later_by_one_button_asks_about_a_holiday_of_the_other_side(web, call, clock):
    clock.set(datetime(2026, 9, 30, 17, tzinfo=UTC))
    answer = web.post(f"/followups/{call.id}/later", data={"to": "tomorrow"})
    assert answer.status_code == 422
    assert "National Day in China" in answer.text
    assert 'value="2026-10-01"' in answer.text


@pytest.mark.parametrize("as_holder", [False, True])
def test_follow_up_with_a_consulate_asks_about_the_holidays_of_both_countries(web, anna, as_holder):
    consulate = post("Consulate Shanghai", country="CN", zone="Asia/Shanghai")
    employer = None if as_holder else consulate
    officer = person("Ford", team=None, zone="Asia/Shanghai", country="CN", organization=employer)
    if as_holder:
        assign_role(anna, post_role(consulate), officer, {}, date(2026, 1, 1))
    row = add_follow_up(anna, {"title": "Ask Ford", "due_on": date(2026, 12, 11)}, about=[officer.id])
    days = {"2027-02-08": "China", "2027-07-05": "Independence Day", "2027-02-15": "Washington"}
    for day, name in days.items():
        answer = web.post(f"/followups/{row.id}/later", data={"due_on": day})
        assert answer.status_code == 422, day
        assert name in answer.text, day


def test_chosen_day_button_of_a_new_follow_up_is_checked(web, wang, clock):
    clock.set(datetime(2026, 9, 30, 17, tzinfo=UTC))
    data = {"title": "Call", "side": "we", "due": "tomorrow", "about": wang.id}
    answer = web.post("/followups/new", data=data)
    assert answer.status_code == 422
    assert "National Day in China" in answer.text
    assert web.post("/followups/new", data=data | {"confirm_day": "y"}).status_code == 303


def test_edit_of_a_follow_up_on_a_weekend_asks_only_when_the_day_changes(web, anna, wang):
    row = add_follow_up(anna, {"title": "Price", "due_on": date(2026, 12, 19)}, about=[wang.id])
    data = {"title": "Price list", "side": "we", "version": row.version, "about": wang.id}
    assert web.post(f"/followups/{row.id}/edit", data=data | {"due_on": "2026-12-20"}).status_code == 422
    assert web.post(f"/followups/{row.id}/edit", data=data | {"due_on": "2026-12-19"}).status_code == 303
    assert row.title == "Price list"
