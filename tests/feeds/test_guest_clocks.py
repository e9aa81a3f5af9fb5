"""The email of an invitation names the time on the clock of the appointment and on that of the guest."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from crm.core.mail.outbox.models import Mail
from crm.people.models import Person
from tests.feeds.conftest import send


@pytest.mark.parametrize(
    ("values", "guest_clock"),
    [
        ({"zone": "Asia/Shanghai"}, " = Fri 8:00 AM Shanghai"),
        ({"country": "CN"}, " = Fri 8:00 AM Shanghai"),
        ({"zone": "America/Los_Angeles", "country": "CN"}, ""),
        ({"country": "US"}, ""),
        ({}, ""),
    ],
)
def test_guest_reads_the_time_on_the_own_clock(anna, call, people, session, values, guest_clock):
    zhou = session.scalars(sa.select(Person).where(Person.family_native == "周")).one()
    zhou.mail_language = "en"
    for name, value in values.items():
        setattr(zhou, name, value)
    people["clara"].zone = "America/New_York"
    session.flush()
    send(anna, call)
    texts = dict(session.execute(sa.select(Mail.address, Mail.text)).all())
    when = "Thu, Mar 12, 5:00 PM – 5:45 PM (Los Angeles)"
    assert f"{when}{guest_clock}\n" in texts["zhou@example.cn"]
    assert f"{when} = 8:00 PM New York\n" in texts["clara@demo.example"]
