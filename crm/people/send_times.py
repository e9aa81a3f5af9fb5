"""When an email to a person is sent that waits for the morning of their next working day."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from crm import calendars
from crm.core import clock
from crm.core.i18n import formats
from crm.core.words import _l
from crm.reference.queries import days_off

OPTION = _l("Send at 9:00 AM their time, on their next working day")
"""The label of the option in forms."""


class SendTime(NamedTuple):
    """A moment, and the zone of the recipient."""

    at: datetime
    zone: str

    @property
    def text(self) -> str:
        """The moment on both clocks: "Tue, Dec 8, 5:00 PM = Wed 9:00 AM Shanghai"."""
        return " ".join(filter(None, (formats.moment(self.at), formats.their_clock(self.at, self.zone))))


def find_send_time(zone: str | None, country: str | None, sender_zone: str) -> SendTime:
    """Return the next 9 AM on the clock of a recipient that is a working day of their country.

    `zone` and `country` are those of the recipient; without either, those of the sender count.
    """
    place = choose_zone(zone, country, sender_zone)
    home = country or calendars.country_of_zone(place)
    return SendTime(calendars.next_opening(clock.now(), place, home, extra=days_off(home or "")), place)


def choose_zone(zone: str | None, country: str | None, sender_zone: str) -> str:
    """Return the zone of a recipient: their own, else that of their country, else the sender's."""
    return zone or calendars.zone_of_country(country, near=sender_zone) or sender_zone
