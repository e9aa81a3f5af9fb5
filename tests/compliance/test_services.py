"""Gifts: value, official status, employer, limits, decisions, and who may see them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa

from crm.compliance.models import Gift
from crm.compliance.policy import GiftDirection, GiftState, YearTotal
from crm.compliance.queries import get_gift, sum_year, visible_gifts
from crm.compliance.services import decide_gift, save_gift, set_archived
from crm.core.errors import Forbidden, Invalid, NotFound
from crm.organizations.policy import OrganizationRole
from crm.people.policy import OfficialKind
from crm.reference.models import GiftLimit, Rate
from tests.factories import client_of, make_confidential, organization, person
from tests.factories.opportunities import rows_of

pytestmark = pytest.mark.usefixtures("people")


def values_of(gift, **changes):
    names = "direction kind given_on person_id organization_id user_id description purpose amount currency occasion_id"
    return {name: getattr(gift, name) for name in names.split()} | changes


def test_gift_takes_employer_and_official_status_from_the_person(log_gift, zhao, bureau):
    gift = log_gift(zhao)
    assert (gift.organization_id, gift.official) == (bureau.id, OfficialKind.official)


def test_gift_to_a_government_agency_is_one_to_an_official(log_gift):
    agency = organization("Port Authority", roles=(OrganizationRole.government,))
    company = organization("Trading")
    assert log_gift(organization_id=agency.id).official is OfficialKind.official
    assert log_gift(organization_id=company.id).official is OfficialKind.none


def test_value_in_dollars_uses_the_rate_of_the_day(log_gift, zhao, session):
    session.add_all(
        Rate(currency="CNY", on=day, usd=Decimal(usd))
        for day, usd in ((date(2026, 1, 1), "0.10"), (date(2026, 3, 1), "0.15"), (date(2026, 3, 3), "0.50"))
    )
    gift = log_gift(zhao, "300", currency="CNY")
    assert (gift.usd, gift.state) == (Decimal("45.00"), GiftState.not_needed)


def test_value_without_a_rate_needs_approval(log_gift, zhao):
    gift = log_gift(zhao, "1", currency="XAF")
    assert (gift.usd, gift.state) == (None, GiftState.needs_approval)


def test_limits_are_those_of_the_day_that_an_administrator_entered(log_gift, zhao, session):
    session.add(GiftLimit(from_on=date(2026, 3, 1), usd=Decimal(20), per_year=4))
    assert log_gift(zhao, "30").state is GiftState.needs_approval
    assert log_gift(zhao, "30", given_on=date(2026, 2, 28)).state is GiftState.not_needed


def test_fifth_gift_of_a_year_needs_approval(log_gift, zhao):
    states = [log_gift(zhao, "5").state for _number in range(5)]
    assert states == [GiftState.not_needed] * 4 + [GiftState.needs_approval]
    assert log_gift(zhao, "5", given_on=date(2025, 12, 31)).state is GiftState.not_needed


def test_gift_that_is_logged_late_counts_for_the_later_ones(log_gift, zhao, actor):
    gifts = [log_gift(zhao, "5", given_on=date(2026, month, 2)) for month in (1, 2, 3)]
    other = log_gift(person("Li", "Hui"), "5", given_on=date(2026, 3, 3))
    latest = log_gift(zhao, "5", given_on=date(2026, 3, 4))
    assert log_gift(zhao, "5", given_on=date(2026, 1, 1)).state is GiftState.not_needed
    assert [gift.state for gift in (*gifts, other, latest)] == [GiftState.not_needed] * 4 + [GiftState.needs_approval]


def test_archived_rejected_and_received_gifts_do_not_count(log_gift, zhao, actor):
    counted, rejected, gone = log_gift(zhao, "5"), log_gift(zhao, "80"), log_gift(zhao, "5")
    log_gift(zhao, "5", direction=GiftDirection.to_us)
    set_archived(actor("anna"), gone, archived=True)
    decide_gift(actor("clara"), rejected, approved=False, note="Too much")
    assert sum_year(actor("anna"), counted) == YearTotal(1, Decimal(5))


def test_gift_that_counts_again_makes_later_ones_and_itself_need_approval(log_gift, zhao, actor):
    restored, rejected = (log_gift(zhao, usd, given_on=date(2026, 1, day)) for day, usd in ((2, "5"), (3, "80")))
    set_archived(actor("anna"), restored, archived=True)
    decide_gift(actor("clara"), rejected, approved=False, note="Too much")
    gifts = [log_gift(zhao, "5", given_on=date(2026, 1, day)) for day in (2, 4, 5, 6)]
    assert {gift.state for gift in gifts} == {GiftState.not_needed}
    set_archived(actor("anna"), restored, archived=False)
    assert [gift.state for gift in gifts] == [GiftState.not_needed] * 3 + [GiftState.needs_approval]
    decide_gift(actor("clara"), rejected, approved=True)
    assert [gift.state for gift in gifts] == [GiftState.not_needed] * 2 + [GiftState.needs_approval] * 2
    latest = log_gift(zhao, "5", given_on=date(2026, 1, 1))
    set_archived(actor("anna"), latest, archived=True)
    log_gift(zhao, "5", given_on=date(2025, 12, 31))
    for _number in range(4):
        log_gift(zhao, "5", given_on=date(2026, 1, 1))
    set_archived(actor("anna"), latest, archived=False)
    assert latest.state is GiftState.needs_approval


def test_received_gifts_count_for_our_user(log_gift, zhao, actor):
    gift = log_gift(zhao, "5", direction=GiftDirection.to_us)
    log_gift(person("Li", "Hui"), "7", direction=GiftDirection.to_us)
    log_gift(zhao, "9", by="clara", direction=GiftDirection.to_us)
    assert sum_year(actor("anna"), gift) == YearTotal(2, Decimal(12))


def test_decision_is_about_the_facts_and_asked_again_when_they_change(log_gift, zhao, actor):
    gift = log_gift(zhao, "80")
    decide_gift(actor("dora"), gift, approved=True)
    assert (gift.state, gift.decided_by_id) == (GiftState.approved, actor("dora").id)
    save_gift(actor("anna"), values_of(gift, purpose="Mid-Autumn Festival"), gift)
    assert gift.state is GiftState.approved
    save_gift(actor("anna"), values_of(gift, amount=Decimal(90)), gift)
    assert (gift.state, gift.decided_by_id, gift.decided_at) == (GiftState.needs_approval, None, None)
    save_gift(actor("anna"), values_of(gift, amount=Decimal(9)), gift)
    assert gift.state is GiftState.not_needed


def test_nobody_decides_about_their_own_gift_or_without_the_right(log_gift, zhao, actor):
    own = log_gift(zhao, "80", by="clara")
    with pytest.raises(Forbidden):
        decide_gift(actor("clara"), own, approved=True)
    with pytest.raises(Forbidden):
        decide_gift(actor("anna"), own, approved=True)
    assert own.state is GiftState.needs_approval


def test_rejection_needs_a_reason_and_a_small_gift_no_decision(log_gift, zhao, actor):
    with pytest.raises(Invalid):
        decide_gift(actor("clara"), log_gift(zhao, "80"), approved=False)
    with pytest.raises(Invalid):
        decide_gift(actor("clara"), log_gift(zhao, "8"), approved=True)


def test_gift_without_person_and_organization_is_refused(log_gift):
    with pytest.raises(Invalid):
        log_gift()
    assert rows_of(Gift) == 0


@pytest.mark.parametrize("hidden", ["person", "organization", "occasion"])
def test_gift_is_hidden_with_each_record_that_it_names(hidden, log_gift, zhao, bureau, actor, session, people):
    client_row = client_of("Inland", "Sensors")
    gift = log_gift(zhao, occasion_id=client_row.id)
    record = {"person": zhao, "organization": bureau, "occasion": client_row}[hidden]
    record.team_id, record.counselor_id = client_row.team_id, people["anna"].id
    make_confidential(record)
    session.flush()
    results = {}
    for name in ("anna", "dora"):
        rows = session.execute(visible_gifts(actor(name)).with_only_columns(Gift.id)).scalars().all()
        results[name] = (rows == [gift.id], sum_year(actor(name), gift).number)
    assert results == {"anna": (True, 1), "dora": (False, 0)}
    assert session.scalar(sa.select(Gift.confidential)) is True
    with pytest.raises(NotFound):
        get_gift(actor("dora"), gift.id)


def test_hidden_gift_does_not_make_the_next_one_need_approval(log_gift, zhao, actor, session, people):
    secret = client_of("Inland", "Sensors", counselor=people["anna"])
    make_confidential(secret)
    for _number in range(4):
        log_gift(zhao, "5", occasion_id=secret.id)
    assert log_gift(zhao, "5", by="dora").state is GiftState.not_needed
    assert log_gift(zhao, "5").state is GiftState.needs_approval
