"""Emails that wait for 9 AM of the recipient's next working day."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.mail.outbox.kinds import KINDS
from crm.core.mail.outbox.policy import MailState
from crm.core.web.resume import SHOW_AGAIN
from crm.mailings.models import Mailing
from crm.mailings.policy import MailingState, RecipientState
from crm.mailings.services import cancel_mailing, send_to_one
from crm.people.policy import ConsentKind
from crm.records.opt_outs import opt_out
from crm.reference.models import DayOff
from tests.factories import archived, person, reachable
from tests.records.lookups import undo_last

from .lookups import HELLO, mails, recipients, start

# The clock of tests is at Tuesday, 10 AM in Los Angeles, Wednesday, 1 AM in Shanghai.
WEDNESDAY_SHANGHAI = datetime(2026, 3, 11, 1, 0, tzinfo=UTC)
THURSDAY_SHANGHAI = datetime(2026, 3, 12, 1, 0, tzinfo=UTC)
WEDNESDAY_NEW_YORK = datetime(2026, 3, 11, 13, 0, tzinfo=UTC)


def test_email_to_one_person_waits_until_nine_on_their_clock(session, clock, anna, zhou, run):
    mailing = send_to_one(anna, zhou.id, HELLO, language="zh_Hans", on_workday=True)
    (mail,) = mails(session)
    assert (mail.next_at, mail.was_due_at, mail.date) == (WEDNESDAY_SHANGHAI,) * 3
    assert "Date: Wed, 11 Mar 2026 01:00:00 +0000" in mail.mime.decode()
    run()
    assert db.session.get_one(Mailing, mailing.id).state is MailingState.scheduled
    clock.set(THURSDAY_SHANGHAI)
    mail.state, mail.sent_at = MailState.sent, mail.next_at
    run()
    assert db.session.get_one(Mailing, mailing.id).state is MailingState.sent
    assert [row.state for row in recipients(session)] == [RecipientState.logged]


@pytest.mark.parametrize(
    ("zone", "country", "moment"),
    [
        ("Asia/Shanghai", "CN", WEDNESDAY_SHANGHAI),
        (None, "CN", WEDNESDAY_SHANGHAI),
        ("America/New_York", None, WEDNESDAY_NEW_YORK),
        (None, None, datetime(2026, 3, 11, 16, 0, tzinfo=UTC)),  # the sender's clock
    ],
)
def test_zone_is_that_of_the_person_the_country_or_the_sender(session, clock, anna, zone, country, moment):
    row = reachable(person("Lu", "Fang", country=country), email="lu@example.org")
    row.zone = zone
    session.flush()
    send_to_one(anna, row.id, HELLO, language="en", on_workday=True)
    assert [mail.next_at for mail in mails(session)] == [moment]


def test_holiday_that_an_administrator_entered_is_skipped(session, clock, anna, zhou):
    session.add(DayOff(country="CN", day=date(2026, 3, 11), is_workday=False, name="Closed"))
    session.flush()
    send_to_one(anna, zhou.id, HELLO, language="zh_Hans", on_workday=True)
    assert [mail.next_at for mail in mails(session)] == [THURSDAY_SHANGHAI]


def test_form_shows_the_time_on_both_clocks_and_schedules_the_email(client, session, clock, anna, zhou):
    client.login_as("anna")
    path = f"/people/{zhou.id}/email"
    time = "Tue, Mar 10, 6:00 PM = Wed 9:00 AM Shanghai"
    page = client.get(path).text
    assert (f"If selected, sent {time}" in page, "Scheduled for" in page) == (True, False)
    data = {"address": "zhou@huadong.example", "subject": "Samples", "body": "Passed.", "language": "en"}
    data["on_workday"] = "y"
    preview = client.post(path, data=data | {SHOW_AGAIN: "1"}).text
    assert preview.count(f"Scheduled for {time}") == 1
    answer = client.post(path, data=data)
    assert answer.status_code == 303
    assert f"is scheduled for {time}" in client.get(answer.headers["Location"]).text
    assert [mail.next_at for mail in mails(session)] == [WEDNESDAY_SHANGHAI]
    mailing = session.scalars(sa.select(Mailing)).one()
    page = client.get(f"/mailings/{mailing.id}").text
    assert ("Scheduled" in page, "Scheduled for Tue, Mar 10, 6:00 PM" in page) == (True, True)


def test_mailing_schedules_each_email_for_its_recipient(client, session, clock, anna, zhou, sam, template, run):
    client.login_as("anna")
    sam.zone = "America/New_York"
    path = f"/mailings/new?ids={zhou.id}&ids={sam.id}"
    assert 'name="on_workday"' in client.get(path).text
    path += f"&template={template.id}"
    assert "Scheduled for" not in client.get(path).text
    path += "&on_workday=1"
    page = client.get(path).text
    second = re.search(r'href="([^"]*)" rel="next"', page)[1].replace("&amp;", "&")
    times = [re.search(r"Scheduled for ([^<]*)<", text)[1] for text in (page, client.get(second).text)]
    assert sorted(times) == [
        "Tue, Mar 10, 6:00 PM = Wed 9:00 AM Shanghai",
        "Wed, Mar 11, 6:00 AM = 9:00 AM New York",
    ]
    data = {"checked": re.search(r'name="checked"[^>]*value="(\w+)"', page)[1], "template_id": str(template.id)}
    assert client.post(path, data=data).status_code == 303
    run()
    assert sorted(mail.next_at for mail in mails(session)) == [WEDNESDAY_SHANGHAI, WEDNESDAY_NEW_YORK]
    assert session.scalars(sa.select(Mailing.state)).one() is MailingState.scheduled


def test_scheduled_emails_can_be_canceled(session, clock, anna, zhou, template, run):
    mailing = start(anna, template, zhou)
    mailing.on_workday = True
    run()
    assert cancel_mailing(mailing) == 1
    run()
    assert [mail.state for mail in mails(session)] == [MailState.canceled]
    assert mailing.state is MailingState.canceled


def test_undo_of_a_change_of_the_person_leaves_the_planned_email(client, session, clock, anna, zhou):
    web = client.login_as("anna")
    send_to_one(anna, zhou.id, HELLO, language="zh_Hans", on_workday=True)
    session.commit()
    data = {"pronunciation": "joe", "version": zhou.version}
    assert web.post(f"/bulk/cells/{zhou.id}?list=people&fields=pronunciation", data=data).status_code == 200
    assert undo_last(web).status_code == 303
    session.expire_all()
    assert zhou.pronunciation != "joe"
    assert [mail.state for mail in mails(session)] == [MailState.pending]


@pytest.mark.parametrize("change", ["archived", "opted out at another address", "no consent"])
def test_planned_email_is_not_sent_to_someone_who_gets_none_meanwhile(session, clock, anna, zhou, change):
    send_to_one(anna, zhou.id, HELLO, language="zh_Hans", on_workday=True)
    (mail,) = mails(session)
    is_wanted = KINDS["mailing"].still_wanted
    assert is_wanted(session, mail)
    if change == "archived":
        archived(zhou)
    elif change == "no consent":
        zhou.consent = ConsentKind.withdrawn
    else:
        reachable(zhou, email="limin@private.example")
        opt_out(["limin@private.example"])
    session.flush()
    assert not is_wanted(session, mail)
