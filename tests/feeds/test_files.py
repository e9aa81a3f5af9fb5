"""The file of an appointment for a calendar program."""

from __future__ import annotations

from datetime import date, datetime

from tests.feeds.test_invitations import event_of


def test_file_of_an_appointment_without_a_time_is_the_whole_day(client, anna, call, session):
    call.time_known, call.wall = False, datetime(2026, 3, 12, 12)
    session.commit()
    text = client.login_as("anna").get(f"/interactions/{call.id}/event.ics").text
    event = event_of(text)
    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (date(2026, 3, 12), date(2026, 3, 13))
    assert "VTIMEZONE" not in text


def test_file_has_chinese_text_in_lines_of_75_octets(client, call, session):
    call.subject, call.place = (
        "与华东水务集团讨论样品检测结果以及报价和交货期" * 4,
        "宁波市中山东路1200号,华东大厦;会议室",
    )
    session.commit()
    data = client.login_as("anna").get(f"/interactions/{call.id}/event.ics").get_data()
    lines = data.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert [line for line in lines if line.decode() == ""] == [b""]
    event = event_of(data.decode())
    assert (str(event["SUMMARY"]), str(event["LOCATION"])) == (call.subject, call.place)
    assert b"DTSTART;TZID=America/Los_Angeles:20260312T170000" in lines
