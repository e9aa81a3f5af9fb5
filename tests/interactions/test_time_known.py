"""An interaction whose time isn't known shows only its date, everywhere."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from crm.followups.services import add_follow_up
from tests.interactions.lookups import NEW, form, list_interactions, submitted_fields

IN_SHANGHAI = {"zone": "Asia/Shanghai", "day": "2026-12-07"}


def test_interaction_logged_without_a_time_shows_only_its_date(web, anna, wang):
    web.post(NEW, data=form(time="", people=str(wang.id), **IN_SHANGHAI))
    (row,) = list_interactions()
    assert (row.time_known, row.wall) == (False, datetime(2026, 12, 7, 9, 0))
    step = add_follow_up(anna, {"title": "Price", "due_on": row.wall.date()}, about=[wang.id], source_id=row.id)
    # 9:00 AM in Shanghai is the evening before in Los Angeles.
    times = ("Dec 6", "9:00 AM", "5:00 PM")
    for url in (f"/interactions/{row.id}", f"/followups/{step.id}", f"{NEW}?person={wang.id}"):
        page = web.get(url).text
        assert ("Dec 7" in page, [text for text in times if text in page]) == (True, []), url
    timeline = web.get(f"/people/{wang.id}").text.partition('id="timeline"')[2]
    assert "Mon, Dec 7" in timeline
    exported = web.get("/interactions/?as=csv").text
    assert '"2026-12-07","held","","Asia/Shanghai"' in exported


def test_unknown_time_stays_unknown_until_it_is_entered(web, wang):
    web.post(NEW, data=form(time="", day="2026-12-07", minutes="20", people=str(wang.id)))
    (row,) = list_interactions()
    url = f"/interactions/{row.id}/edit"
    fields = submitted_fields(web.get(url).text.replace('action=""', f'action="{NEW}"'))
    assert fields["time"] == [""]
    assert "Mon, Dec 7, 20 minutes" in re.sub(r"\s+", " ", web.get(f"/interactions/{row.id}").text)
    for entered, is_known, hour in (("", False, 9), ("15:30", True, 15), ("", False, 15)):
        assert web.post(url, data=fields | {"time": [entered], "version": [str(row.version)]}).status_code == 303
        assert (row.time_known, row.wall.hour) == (is_known, hour)


@pytest.mark.parametrize(
    ("sentence", "time_known", "wall"),
    [
        ("met Wang yesterday 20m", False, datetime(2026, 12, 7, 9, 0)),
        ("met Wang yesterday 3pm PT", True, datetime(2026, 12, 7, 15, 0)),
        ("called Wang 20m", False, datetime(2026, 12, 8, 7, 36)),
    ],
)
def test_sentence_sets_the_time_only_when_it_was_written(web, wang, sentence, time_known, wall):
    page = web.post("/interactions/log", data={"sentence": sentence}).text
    assert web.post(NEW, data=submitted_fields(page)).status_code == 303
    assert [(row.time_known, row.wall) for row in list_interactions()] == [(time_known, wall)]
