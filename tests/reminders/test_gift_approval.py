"""The digest line about gifts that wait for approval."""

from __future__ import annotations

import pytest

from crm.compliance.services import decide_gift, save_gift
from crm.core.data.history import ChangeSource, act_as
from tests.compliance.conftest import bureau, log_gift, zhao  # noqa: F401 - fixtures
from tests.compliance.test_services import values_of
from tests.factories import client_of, make_confidential
from tests.reminders.digest_data import html_of


@pytest.fixture
def compliance(anna, people, session):
    """Give anna, the only reader, the right compliance."""
    people["anna"].has_compliance = True
    session.flush()


def test_gifts_of_others_are_one_line(mails, compliance, log_gift, zhao):  # noqa: F811
    log_gift(zhao, "80", by="clara")
    log_gift(zhao, "90", by="clara")
    log_gift(zhao, "99")
    digest = mails()["digest"]
    assert "2 gifts need approval\n      Jianguo Zhao, $80" in digest.text
    assert html_of(digest).count("2 gifts need approval") == 1


def test_decided_gifts_are_no_line(mails, compliance, log_gift, zhao, actor):  # noqa: F811
    decide_gift(actor("dora"), log_gift(zhao, "80", by="clara"), approved=True)
    decide_gift(actor("dora"), log_gift(zhao, "90", by="clara"), approved=False, note="Too much")
    assert mails() == {}


def test_reader_without_the_right_gets_no_line(mails, anna, log_gift, zhao):  # noqa: F811
    log_gift(zhao, "80", by="clara")
    assert mails() == {}


def test_name_of_a_confidential_recipient_is_omitted(mails, compliance, log_gift, people):  # noqa: F811
    secret = client_of("Inland", "Sensors", counselor=people["anna"])
    log_gift(organization_id=secret.id, usd="80", by="clara")
    make_confidential(secret)
    text = mails()["digest"].text
    assert ("1 gift needs approval" in text, "Sensors" in text) == (True, False)


def test_line_opens_the_gifts_that_it_counts(mails, compliance, log_gift, zhao, actor, session):  # noqa: F811
    edited = log_gift(zhao, "80")
    act_as(session, actor("anna"), ChangeSource.web)
    save_gift(actor("anna"), values_of(edited, user_id=actor("clara").id), edited)
    log_gift(zhao, "90", by="clara")
    digest = mails()["digest"]
    assert ("1 gift needs approval" in digest.text, "/gifts/?decide=1" in html_of(digest)) == (True, True)


def test_settings_offer_the_line_to_those_who_decide(client, people):
    offered = {
        name: "Gifts that need approval" in client.login_as(name).get("/profile/reminders").text for name in people
    }
    deciding = {"clara", "dora", "nora"}
    assert offered == {name: name in deciding for name in people}
