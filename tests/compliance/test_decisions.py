"""Decisions about gifts that were edited, and limits of gifts that count again."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa

from crm.compliance.policy import GiftState
from crm.compliance.queries import has_approver, load_names, may_decide_about
from crm.compliance.services import decide_gift, save_gift, set_archived
from crm.core.data.history import ChangeSource, act_as
from crm.core.errors import Forbidden
from crm.reference.models import Rate
from tests.compliance.test_services import values_of
from tests.factories import client_of

pytestmark = pytest.mark.usefixtures("people")


def test_gift_of_oneself_stays_ones_own_after_another_user_is_entered(log_gift, zhao, actor, client, session):
    gift = log_gift(zhao, "80", by="clara")
    act_as(session, actor("clara"), ChangeSource.web)
    save_gift(actor("clara"), values_of(gift, user_id=actor("anna").id), gift)
    with pytest.raises(Forbidden):
        decide_gift(actor("clara"), gift, approved=True)
    clara = client.login_as("clara")
    assert f"/gifts/{gift.id}/approve" not in clara.get(f"/gifts/{gift.id}").text
    assert "Tea set" not in clara.get("/gifts/?decide=1").text
    decide_gift(actor("dora"), gift, approved=True)
    assert gift.state is GiftState.approved


@pytest.mark.parametrize(("entered_by", "may_decide"), [("anna", True), ("clara", False)])
def test_user_whom_a_colleague_entered_by_mistake_may_decide(entered_by, may_decide, log_gift, zhao, actor, session):
    clara = actor("clara")
    act_as(session, actor(entered_by), ChangeSource.web)
    gift = log_gift(zhao, "80", by=entered_by, user_id=clara.id)
    act_as(session, actor("anna"), ChangeSource.web)
    save_gift(actor("anna"), values_of(gift, user_id=actor("anna").id), gift)
    assert may_decide_about(clara, gift) is may_decide


def test_page_says_when_nobody_else_can_decide(log_gift, zhao, client, people, session):
    client_row = client_of("Inland", "Sensors")
    shared, own = log_gift(zhao, "80", by="clara"), log_gift(usd="80", by="clara", organization_id=client_row.id)
    clara, text = client.login_as("clara"), "No user with access can approve this gift."
    assert [text in clara.get(f"/gifts/{gift.id}").text for gift in (shared, own)] == [False, False]
    people["dora"].has_compliance, people["nora"].active = False, False
    people["boris"].has_compliance = True  # Of another team.
    session.flush()
    assert [text in clara.get(f"/gifts/{gift.id}").text for gift in (shared, own)] == [False, True]
    people["boris"].has_compliance = False
    session.flush()
    assert [text in clara.get(f"/gifts/{gift.id}").text for gift in (shared, own)] == [True, True]


def test_users_who_can_decide_are_loaded_in_one_statement_with_all_their_teams(log_gift, people, session, sql):
    gift = log_gift(usd="80", by="boris", organization_id=client_of("Bay", "Sensors").id)
    people["shen"].has_compliance, people["nora"].active = True, False
    session.flush()
    names = load_names(gift)
    sql.clear()
    assert has_approver(gift, names)
    assert len(sql) == 1
    people["shen"].has_compliance = False
    session.flush()
    assert not has_approver(gift, names)


def test_list_of_decisions_has_gifts_of_others_that_wait(log_gift, zhao, client):
    log_gift(zhao, "80", description="Painting")
    log_gift(zhao, "80", by="clara", description="Calligraphy")
    log_gift(zhao, "8", description="Small cap")
    page = client.login_as("clara").get("/gifts/?decide=1").text
    assert [text in page for text in ("Painting", "Calligraphy", "Small cap")] == [True, False, False]
    assert "Painting" not in client.login_as("boris").get("/gifts/?decide=1").text
    assert "Calligraphy" not in client.login_as("anna").get("/gifts/?decide=1").text


def test_rejected_or_archived_gift_that_is_edited_counts_itself(log_gift, zhao, actor):
    gifts = [log_gift(zhao, "5", given_on=date(2026, 3, 1)) for _number in range(4)]
    rejected, archived = log_gift(zhao, "80"), log_gift(zhao, "80")
    set_archived(actor("clara"), archived, archived=True)
    decide_gift(actor("dora"), rejected, approved=False, note="Too much")
    for gift in (rejected, archived):
        save_gift(actor("anna"), values_of(gift, amount=Decimal(6)), gift)
    assert [gift.state for gift in gifts] == [GiftState.not_needed] * 4
    assert (rejected.state, archived.state) == (GiftState.needs_approval,) * 2


def test_gift_is_checked_again_if_its_rate_changed_since(log_gift, zhao, actor, session):
    rate = Rate(currency="CNY", on=date(2026, 3, 1), usd=Decimal("0.10"))
    session.add(rate)
    gift = log_gift(zhao, "400", currency="CNY")
    assert gift.state is GiftState.not_needed
    rate.usd = Decimal("0.15")
    session.flush()
    save_gift(actor("anna"), values_of(gift, purpose="Fair"), gift)
    assert (gift.usd, gift.state) == (Decimal("60.00"), GiftState.needs_approval)


@pytest.mark.parametrize("change", ["archive", "reject"])
def test_undo_checks_the_limits_of_gifts_that_count_again(change, log_gift, zhao, client, session, clock):
    first = log_gift(zhao, "5" if change == "archive" else "80", given_on=date(2026, 1, 1))
    clara = client.login_as("clara")
    data = {"note": "Too much", "version": first.version}
    assert clara.post(f"/gifts/{first.id}/{change}", data=data).status_code == 303
    later = [log_gift(zhao, "5") for _number in range(4)]
    assert {gift.state for gift in later} == {GiftState.not_needed}
    batch = session.scalar(sa.text(f"SELECT max(batch_id) FROM change WHERE row_id = '{first.id}'"))
    assert clara.post(f"/records/changes/{batch}/undo").status_code == 303
    session.expire_all()
    assert {gift.state for gift in later} == {GiftState.needs_approval}


def test_decision_is_about_the_gift_that_was_seen(client, log_gift, zhao, session):
    gift = log_gift(zhao, "80")
    clara = client.login_as("clara")
    fields = {"version": gift.version}
    assert f'name="version" value="{gift.version}"' in clara.get(f"/gifts/{gift.id}").text
    gift.amount = Decimal(8000)
    session.flush()
    assert clara.post(f"/gifts/{gift.id}/approve", data=fields).status_code == 409
    assert clara.post(f"/gifts/{gift.id}/reject", data=fields | {"note": "Too much"}).status_code == 409
    assert clara.post(f"/gifts/{gift.id}/approve").status_code == 409
    assert gift.state is GiftState.needs_approval


def test_archived_gift_is_not_decided(client, log_gift, zhao, actor):
    gift = log_gift(zhao, "80")
    set_archived(actor("anna"), gift, archived=True)
    clara = client.login_as("clara")
    assert f"/gifts/{gift.id}/approve" not in clara.get(f"/gifts/{gift.id}").text
    assert clara.post(f"/gifts/{gift.id}/approve", data={"version": gift.version}).status_code == 422
    assert gift.state is GiftState.needs_approval
