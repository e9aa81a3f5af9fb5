"""The time zone of a show follows its country."""

from __future__ import annotations

from crm.shows import services
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
