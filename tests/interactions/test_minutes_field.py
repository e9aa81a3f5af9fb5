"""Minutes typed in the log form: numbers and lengths."""

import pytest

from tests.interactions.lookups import NEW, form, list_interactions


@pytest.mark.parametrize(("sent", "minutes"), [(["20", ""], 20), (["20", "25"], 25), (["", ""], None)])
def test_typed_minutes_override_the_chip(web, sent, minutes):
    web.post(NEW, data=form(minutes=sent, subject="Call"))
    assert list_interactions()[0].minutes == minutes


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("20m", 20),
        ("20 min", 20),
        ("1h 30", 90),
        ("1.5h", 90),
        ("20分钟", 20),
        ("20分鐘", 20),
        ("半小時", 30),
        ("2小時", 120),
        ("２０", 20),
        ("1,200", 1200),
        ("0", 0),
    ],
)
def test_minutes_may_be_a_length(web, text, minutes):
    web.post(NEW, data=form(minutes=text, subject="Call"))
    assert list_interactions()[0].minutes == minutes


@pytest.mark.parametrize(
    ("text", "message"),
    [
        *(
            (text, "Enter minutes, such as 15, 20m or 1h 30.")
            for text in ("1:30", "20:00", "1,5", "20m2", "1h90", "1,30h", "x")
        ),
        *((text, "Enter minutes from 0 to 1440, such as 15.") for text in ("25h", "1441", "-5")),
        ("9" * 30, "Enter a smaller number."),
    ],
)
def test_other_minutes_have_one_error_and_keep_the_text(web, text, message):
    page = web.post(NEW, data=form(minutes=text, subject="Call")).text
    assert f"<span>Contact: {message}</span>" in page
    assert f'name="minutes" type="text" value="{text}"' in page
