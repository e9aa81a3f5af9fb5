"""The time zone of a show follows its country."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from crm.shows import services
from crm.shows.bulk_edit import change_shows
from crm.shows.models import Show
from tests.shows.conftest import DAY


def test_show_takes_the_zone_of_its_country_unless_another_is_chosen(actor):
    anna = actor("anna")
    days = {"name": "Water Week", "starts_on": DAY, "ends_on": DAY}
    # The form has Shanghai until the user chooses another one.
    show = services.save_show(anna, days | {"country": "US", "zone": "Asia/Shanghai"})
    assert show.zone == "America/Los_Angeles"
    services.save_show(anna, {"country": "US", "zone": "Asia/Shanghai"}, show)
    assert show.zone == "Asia/Shanghai"
    services.save_show(anna, {"country": "JP"}, show)
    assert show.zone == "Asia/Tokyo"
    assert services.save_show(anna, days | {"country": "US", "zone": "America/Chicago"}).zone == "America/Chicago"
    assert services.save_show(anna, days).zone == "Asia/Shanghai"


def test_bulk_change_of_the_country_moves_zone_and_meetings(actor, meet, session):
    anna, meeting = actor("anna"), meet()
    show = session.get_one(Show, meeting.show_id)
    wall = meeting.wall
    assert show.zone == "Asia/Shanghai"
    assert change_shows(anna, [show.id], {"country": "JP"}) == {}
    session.refresh(meeting)
    assert (show.zone, meeting.zone, meeting.wall) == ("Asia/Tokyo", "Asia/Tokyo", wall)
    assert meeting.at == wall.replace(tzinfo=ZoneInfo("Asia/Tokyo"))
    change_shows(anna, [show.id], {"city": "Osaka"})
    assert (show.zone, show.city_key) == ("Asia/Tokyo", "osaka")
