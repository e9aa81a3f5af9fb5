"""Pages of gifts: form, page, list, decisions, panels, report, receipt, undo, digest."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import pytest
import sqlalchemy as sa

from crm.compliance.models import Gift
from crm.compliance.policy import GiftState
from crm.compliance.services import set_archived
from crm.reference.models import GiftLimit, Rate
from crm.shows.services import save_show
from tests.factories import client_of, make_confidential
from tests.tools.rows import count

pytestmark = pytest.mark.usefixtures("people")


@pytest.fixture
def anna(client, clock):
    return client.login_as("anna")


@pytest.fixture
def form(zhao, people):
    return {
        "direction": "given",
        "kind": "meal",
        "given_on": "03/02/2026",
        "person_id": zhao.id,
        "user_id": people["anna"].id,
        "description": "Dinner for two",
        "purpose": "Fair",
        "amount": "84",
        "currency": "USD",
    }


def test_gift_is_added_from_the_page_of_a_person(anna, zhao, form, session):
    page = anna.get(f"/people/{zhao.id}").text
    assert f"/gifts/new?person={zhao.id}" in page
    assert f'value="{zhao.id}"' in anna.get(f"/gifts/new?person={zhao.id}").text
    saved = anna.post("/gifts/new", data=form)
    gift = session.scalars(sa.select(Gift)).one()
    assert (saved.status_code, saved.headers["Location"]) == (303, f"/gifts/{gift.id}")
    page = anna.get(f"/gifts/{gift.id}").text
    for text in (
        "Needs approval",
        "Above the limit of $50 for one gift.",
        "Jianguo Zhao: 1 gift in 2026, $84 in total",
        "Rules about gifts to officials apply",
        "Digital City Bureau",
    ):
        assert text in page, text
    assert "Dinner for two" in anna.get(f"/people/{zhao.id}").text


def test_form_says_the_limits_of_the_day_of_the_gift(anna, form, session):
    session.add(GiftLimit(from_on=date(2026, 3, 1), usd=Decimal(75), per_year=1))
    session.flush()
    text = "Above $75, or after 1 gift for one recipient in a year, it waits for approval."
    assert text in anna.get("/gifts/new").text
    anna.post("/gifts/new", data=form | {"given_on": "02/02/2026"})
    gift = session.scalars(sa.select(Gift)).one()
    page = anna.get(f"/gifts/{gift.id}/edit").text
    assert "Above $50, or after" in page
    assert text not in page


def test_form_without_anybody_is_shown_again_with_its_text(anna, form):
    page = anna.post("/gifts/new", data=form | {"person_id": ""})
    assert (page.status_code, count(Gift)) == (422, 0)
    assert "Choose a person or an organization." in page.text
    assert "Dinner for two" in page.text
    assert "Enter a value of 0 or more." in anna.post("/gifts/new", data=form | {"amount": "-1"}).text


def test_gift_of_a_future_day_is_refused(anna, form, session):
    """The clock stands at March 10, 17:00 UTC: in Los Angeles it is the same day."""
    page = anna.post("/gifts/new", data=form | {"given_on": "03/11/2026"})
    assert (page.status_code, count(Gift)) == (422, 0)
    assert "Log a gift once it was given or received." in page.text
    assert 'value="03/11/2026"' in page.text
    assert anna.post("/gifts/new", data=form | {"given_on": "03/10/2026"}).status_code == 303
    gift = session.scalars(sa.select(Gift)).one()
    later = form | {"version": gift.version, "given_on": "03/11/2026"}
    assert anna.post(f"/gifts/{gift.id}/edit", data=later).status_code == 422
    assert gift.given_on == date(2026, 3, 10)


def test_value_that_is_too_large_in_dollars_is_refused(anna, form, session):
    session.add(Rate(currency="GBP", on=date(2026, 3, 1), usd=Decimal("1.35")))
    session.flush()
    answer = anna.post("/gifts/new", data=form | {"amount": "999999999999.99", "currency": "GBP"})
    assert (answer.status_code, "Enter a smaller number." in answer.text) == (422, True)
    assert count(Gift) == 0


def test_receipt_opens_from_the_page(anna, form, session):
    receipt = (BytesIO(b"%PDF-1.4 receipt"), "receipt.pdf")
    anna.post("/gifts/new", data=form | {"receipt": receipt}, content_type="multipart/form-data")
    gift = session.scalars(sa.select(Gift)).one()
    assert f"/records/files/{gift.receipt_id}" in anna.get(f"/gifts/{gift.id}").text
    assert anna.get(f"/records/files/{gift.receipt_id}").data == b"%PDF-1.4 receipt"


def test_receipt_belongs_to_the_record_with_the_fewest_readers(client, form, session, people):
    secret = client_of("Inland", "Sensors", counselor=people["anna"])
    make_confidential(secret)
    receipt = (BytesIO(b"%PDF-1.4 receipt"), "receipt.pdf")
    data = form | {"receipt": receipt, "organization_id": secret.id}
    client.login_as("anna").post("/gifts/new", data=data, content_type="multipart/form-data")
    gift = session.scalars(sa.select(Gift)).one()
    assert client.get(f"/records/files/{gift.receipt_id}").status_code == 200
    assert client.login_as("dora").get(f"/records/files/{gift.receipt_id}").status_code == 404


def test_receipt_moves_to_the_record_with_the_fewest_readers(client, form, session, people, bureau):
    data = form | {"receipt": (BytesIO(b"%PDF-1.4 receipt"), "receipt.pdf")}
    client.login_as("anna").post("/gifts/new", data=data, content_type="multipart/form-data")
    gift = session.scalars(sa.select(Gift)).one()
    file_url = f"/records/files/{gift.receipt_id}"
    assert client.login_as("boris").get(file_url).status_code == 200
    secret = client_of("Inland", "Sensors", counselor=people["anna"], confidential=True)
    edit = form | {"organization_id": secret.id, "version": gift.version}
    assert client.login_as("anna").post(f"/gifts/{gift.id}/edit", data=edit).status_code == 303
    assert client.get(file_url).status_code == 200
    assert client.login_as("boris").get(file_url).status_code == 404


def test_compliance_approves_and_manager_rejects_with_a_reason(client, log_gift, zhao):
    first, second = log_gift(zhao, "80"), log_gift(zhao, "90")
    dora = client.login_as("dora")
    assert "Approve" in dora.get(f"/gifts/{first.id}").text
    assert dora.post(f"/gifts/{first.id}/approve", data={"version": first.version}).status_code == 303
    clara = client.login_as("clara")
    url, version = f"/gifts/{second.id}/reject", second.version
    assert clara.post(url, data={"note": " ", "version": version}).status_code == 422
    assert clara.post(url, data={"note": "Too much", "version": version}).status_code == 303
    assert (first.state, second.state) == (GiftState.approved, GiftState.rejected)
    assert "Too much" in clara.get(f"/gifts/{second.id}").text


def test_counselor_and_giver_cannot_approve(client, log_gift, zhao):
    gift, own = log_gift(zhao, "80"), log_gift(zhao, "80", by="clara")
    assert client.login_as("boris").post(f"/gifts/{gift.id}/approve").status_code == 403
    page = client.login_as("clara").get(f"/gifts/{own.id}").text
    assert f"/gifts/{own.id}/approve" not in page
    assert client.post(f"/gifts/{own.id}/approve").status_code == 403
    assert {gift.state, own.state} == {GiftState.needs_approval}


def test_gift_of_a_hidden_client_is_a_404(client, log_gift, actor):
    gift = log_gift(organization_id=client_of("Inland", "Sensors").id)
    boris = client.login_as("boris")
    assert boris.get(f"/gifts/{gift.id}").status_code == 404
    assert "Tea set" not in boris.get("/gifts/").text
    assert "Tea set" in client.login_as("anna").get("/gifts/").text


def test_edit_of_an_old_version_is_a_conflict_and_a_change_is_undone(anna, log_gift, zhao, form, session):
    gift = log_gift(zhao)
    assert anna.post(f"/gifts/{gift.id}/edit", data=form | {"version": gift.version - 1}).status_code == 409
    anna.post(f"/gifts/{gift.id}/edit", data=form | {"version": gift.version})
    page = anna.post(f"/gifts/{gift.id}/edit", data=form | {"version": gift.version - 1, "amount": "85"})
    assert "You changed this record in another tab or window" in page.text
    assert gift.state is GiftState.needs_approval
    batch = session.scalar(sa.text("SELECT max(id) FROM batch"))
    assert anna.post(f"/records/changes/{batch}/undo").status_code == 303
    session.expire_all()
    assert (gift.description, gift.state) == ("Tea set", GiftState.not_needed)


def test_only_managers_archive_gifts_to_shared_people(client, log_gift, zhao):
    gift = log_gift(zhao)
    assert client.login_as("anna").post(f"/gifts/{gift.id}/archive").status_code == 403
    clara = client.login_as("clara")
    assert clara.post(f"/gifts/{gift.id}/archive").status_code == 303
    assert "Tea set" not in clara.get("/gifts/").text
    assert "Tea set" in clara.get("/gifts/?archived=yes").text
    clara.post(f"/gifts/{gift.id}/restore")
    assert "Tea set" in clara.get("/gifts/").text


def test_list_is_filtered_and_adds_up(anna, log_gift, zhao, bureau):
    client_row = client_of("Inland", "Sensors", native_name="传感公司")
    log_gift(zhao, "80", description="Dinner")
    log_gift(organization_id=client_row.id, description="Cap")
    texts = ("Dinner", "Cap")

    def list_texts(query):
        page = anna.get(f"/gifts/?{query}").text
        return [text for text in texts if f"{text}<" in page]

    assert list_texts("") == ["Dinner", "Cap"]
    assert list_texts("state=needs_approval") == ["Dinner"]
    assert list_texts("officials=1") == ["Dinner"]
    assert list_texts(f"of={client_row.id}") == ["Cap"]
    assert list_texts(f"person={zhao.id}") == ["Dinner"]
    assert list_texts("q=zhao") == ["Dinner"]
    assert list_texts("q=传感") == ["Cap"]
    assert list_texts("from=2026-03-03") == []
    assert ">$110<" in anna.get("/gifts/").text


def test_export_omits_confidential_gifts(anna, log_gift, zhao, people):
    secret = client_of("Inland", "Sensors", counselor=people["anna"])
    log_gift(zhao, description="Open")
    log_gift(zhao, description="Secret", organization_id=secret.id)
    make_confidential(secret)
    text = anna.get("/gifts/?as=csv").text
    assert ("Open" in text, "Secret" in text) == (True, False)


def test_report_adds_up_recipients_and_leaves_out_confidential_gifts(client, log_gift, zhao, people, actor):
    secret = client_of("Inland", "Sensors", counselor=people["anna"])
    log_gift(zhao, "30")
    log_gift(zhao, "80", description="Dinner")
    log_gift(zhao, "500", description="Secret", organization_id=secret.id)
    set_archived(actor("anna"), log_gift(zhao, "7", description="Gone"), archived=True)
    make_confidential(secret)
    page = client.login_as("anna").get("/reports/gifts?period=federal").text
    assert "$110" in page
    assert "+1 confidential" in page
    assert ("Dinner" in page, "Secret" in page, "Gone" in page) == (True, False, False)
    assert "+1 confidential" not in client.login_as("dora").get("/reports/gifts?period=federal").text
    with ZipFile(BytesIO(client.get("/reports/gifts?period=federal&as=csv").data)) as files:
        assert b"Dinner" in files.read("gifts.csv")


def test_occasion_shows_its_gifts(anna, log_gift, zhao, actor):
    days = {"starts_on": date(2026, 3, 2), "ends_on": date(2026, 3, 4)}
    show = save_show(actor("anna"), {"name": "Smart City Fair", "zone": "Asia/Shanghai"} | days)
    assert "Tea set" not in anna.get(f"/shows/{show.id}").text
    log_gift(zhao, occasion_id=show.id)
    assert "Tea set" in anna.get(f"/shows/{show.id}").text
