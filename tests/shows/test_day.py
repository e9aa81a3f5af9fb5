"""The show day for the phone: who is at the table now, and a note in one field."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from crm.cards import reading
from crm.shows.day import build_show_day
from crm.shows.policy import MeetingState
from tests.shows.conftest import DAY, TEN_FORTY


def page_of(actor, show, clock, moment=TEN_FORTY, *, own_only=False):
    clock.set(moment)
    return build_show_day(actor, show, None, own_only=own_only)


def test_current_meeting_is_the_one_whose_time_it_is(actor, clock, trade_show, meet):
    meet(starts_at=time(9, 30))
    meet(starts_at=time(10, 30))
    meet(starts_at=time(14, 0))
    page = page_of(actor("anna"), trade_show, clock)
    assert [entry.row.wall.hour for entry in page.earlier] == [9]
    assert [(entry.row.wall.hour, entry.is_due, entry.is_current) for entry in page.later] == [
        (10, True, True),
        (14, False, False),
    ]
    assert (page.is_today, page.local_now.time()) == (True, time(10, 40))


def test_show_day_offers_what_comes_up_at_the_booth(client, clock, trade_show, meet):
    clock.set(TEN_FORTY)
    meet(starts_at=time(9, 30))
    page = client.login_as("anna").get(f"/shows/{trade_show.id}/day").text
    card = "/people/card" if reading.is_installed() else "/people/new"
    for link in (f"/shows/{trade_show.id}/meetings/new?day={DAY}", card, "#now"):
        assert f'href="{link}"' in page, link
    assert 'id="now"' in page


def test_meeting_later_today_has_arrived_and_cancel_in_its_menu(client, clock, trade_show, meet):
    clock.set(TEN_FORTY)
    later, anna = meet(starts_at=time(14, 0)), client.login_as("anna")
    page = anna.get(f"/shows/{trade_show.id}/day").text
    _row, _, menu = page.partition('aria-label="More actions for the meeting at 2:00 PM"')
    assert ("Arrived" in menu, "Cancel meeting" in menu, "No-show" in page) == (True, True, False)
    answer = anna.post(
        f"/shows/meetings/{later.id}/state", data={"state": "held", "next": f"/shows/{trade_show.id}/day"}
    )
    assert "Meeting planned for 2:00 PM: Held at 10:40 AM." in anna.get(answer.location).text


def test_arrived_is_offered_from_the_beginning_of_the_day_until_the_meeting_is_over(actor, clock, trade_show, meet):
    anna, row = actor("anna"), meet(starts_at=time(14, 0))
    midnight = datetime(2026, 12, 8, 16, tzinfo=UTC)

    def offers(moment: datetime) -> tuple[bool, bool]:
        clock.set(moment)
        page = build_show_day(anna, trade_show, DAY, own_only=False)
        [entry] = page.earlier + page.later
        return entry.is_later_today, entry.is_due

    assert [offers(midnight + timedelta(hours=hours)) for hours in (-1, 0, 12, 13, 30)] == [
        (False, False),
        (True, False),
        (True, False),
        (False, True),
        (False, True),
    ]
    row.state = MeetingState.canceled
    assert offers(midnight) == (False, False)


def test_day_of_the_show_is_today_else_the_next_with_meetings(actor, clock, trade_show, meet):
    meet()
    meet(day=DAY + timedelta(days=2))
    days = {
        moment.day: page_of(actor("anna"), trade_show, clock, moment).day
        for moment in (TEN_FORTY - timedelta(days=5), TEN_FORTY, TEN_FORTY + timedelta(days=9))
    }
    assert days == {4: DAY, 9: DAY, 18: DAY + timedelta(days=2)}


def test_own_meetings_are_a_filter_with_counts(actor, clock, trade_show, meet):
    meet(starts_at=time(9, 30), staff=[actor("anna").id])
    meet(starts_at=time(11, 0), staff=[actor("clara").id])
    page = page_of(actor("anna"), trade_show, clock, own_only=True)
    assert ([entry.row.wall.hour for entry in page.earlier + page.later], page.own_count, page.team_count) == (
        [9],
        1,
        2,
    )


def test_day_and_sheet_of_another_team_show_no_meetings(client, trade_show, show_records, meet):
    meet(people=[show_records.li.id], note="Sells the plant")
    boris = client.login_as("boris")
    for path in (f"/shows/{trade_show.id}/day", f"/shows/{trade_show.id}/sheet?of="):
        page = boris.get(path)
        assert page.status_code == 200
        assert "ClearAir" not in page.text
        assert "Sells the plant" not in page.text


def test_message_with_undo_stands_at_the_meeting_it_is_about(client, clock, trade_show, meet):
    clock.set(TEN_FORTY)
    first, second, anna = meet(starts_at=time(9, 30)), meet(), client.login_as("anna")
    path = f"/shows/{trade_show.id}/day?on=2026-12-09&meeting={second.id}#i{second.id}"
    assert f'value="{path}"'.replace("&", "&amp;") in anna.get(f"/shows/{trade_show.id}/day").text
    response = anna.post(f"/shows/meetings/{second.id}/state", data={"state": "no_show", "next": path})
    assert response.headers["Location"] == path
    before, _, after = anna.get(path).text.partition(f'id="i{second.id}"')
    assert "Meeting at 10:30 AM: No-show." not in before
    assert "Meeting at 10:30 AM: No-show." in after
    assert after.count("data-toasts") == 1
    assert f'id="i{first.id}"' in before


def test_note_is_saved_in_one_step_and_returns_to_the_day(anna, meet):
    row = meet()
    path, data = f"/shows/meetings/{row.id}/note", {"version": row.version, "note": "要英文证书", "next": "/shows/"}
    assert anna.post(path, data=data).headers["Location"] == "/shows/"
    assert row.note == "要英文证书"
    assert anna.post(path, data=data | {"note": "another"}).status_code == 409
    assert anna.post(path, data={"version": row.version, "note": "x" * 1001}).status_code == 422
    assert row.note == "要英文证书"


def test_note_and_log_of_another_team_are_a_404(client, meet):
    row = meet()
    boris = client.login_as("boris")
    for rest in ("note", "quick-log"):
        assert boris.get(f"/shows/meetings/{row.id}/{rest}").status_code == 404
        assert boris.post(f"/shows/meetings/{row.id}/{rest}", data={"note": "x"}).status_code == 404


def test_meeting_with_a_client_only_has_a_title(anna, trade_show, meet):
    meet(host_id=None)
    for path in (f"/shows/{trade_show.id}", f"/shows/{trade_show.id}/day", f"/shows/{trade_show.id}/sheet?of="):
        page = anna.get(path).text
        assert "Not specified" in page, path
        assert "<h3></h3>" not in page
