"""The security log page: rights, contents, filters and export."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from crm.accounts.models import SecurityEvent
from crm.accounts.policy import EventKind, EventOutcome
from crm.core.data.base import db
from crm.core.data.identity import User
from tests.factories import client_of, person
from tests.fixtures.people import sign_in

ANNA, BORIS = "anna@demo.example", "boris@demo.example"


def events(*kinds: EventKind) -> list[SecurityEvent]:
    stmt = sa.select(SecurityEvent).where(SecurityEvent.kind.in_(kinds)).order_by(SecurityEvent.id)
    return list(db.session.scalars(stmt))


def add(moment: datetime, kind: EventKind, user, **values) -> SecurityEvent:
    event = SecurityEvent(at=moment, kind=kind, user_id=user.id if user else None, **values)
    db.session.add(event)
    db.session.flush()
    return event


def rows_of(client, query: str = "") -> list[dict[str, str]]:
    text = client.get(f"/security-log/?as=csv&{query}").get_data().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture
def secret(people):
    organization = client_of("Inland", "Quiet Harbor", counselor=people["anna"], confidential=True)
    return person(
        "Zhou", "Limin", organization=organization, team="Inland", counselor=people["anna"], confidential=True
    )


@pytest.mark.parametrize("name", ["anna", "clara", "nora", "dora"])
def test_only_administrators_see_the_log(client, people, name):
    assert client.login_as(name).get("/security-log/").status_code == 403


def test_guest_is_sent_to_the_sign_in_page(client, people):
    assert client.get("/security-log/").headers["Location"].startswith("/login?next=")


def test_other_methods_are_refused(client, people):
    assert client.login_as("admin").post("/security-log/").status_code == 405


def test_page_shows_failed_sign_in_of_unknown_address(client, people):
    client.post("/login", data={"email": "stranger@else.example", "password": "x"})
    page = client.login_as("admin").get("/security-log/").text
    assert "stranger@else.example" in page
    assert "Sign-in failed" in page
    assert "127.0.0.1" in page


def test_typed_email_is_escaped_in_page_and_file(client, people):
    for email in ("<script>alert(1)</script>@x.example", "=1+1@x.example"):
        client.post("/login", data={"email": email, "password": "x"}, headers={"User-Agent": "<b>me</b>"})
    admin = client.login_as("admin")
    page = admin.get("/security-log/?view=failures").text
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert "<b>me" not in page
    assert next(row["email"] for row in rows_of(admin, "view=failures")) == "'=1+1@x.example"


def test_time_is_in_readers_zone(client, people):
    people["admin"].zone = "Asia/Shanghai"
    add(datetime(2026, 3, 9, 20, 30, tzinfo=UTC), EventKind.signed_out, people["anna"])
    page = client.login_as("admin").get("/security-log/?kind=signed_out").text
    assert "4:30" in page
    assert [row["user"] for row in rows_of(client, "from=2026-03-10&to=2026-03-10&kind=signed_out")] == ["Anna Reyes"]
    assert rows_of(client, "to=2026-03-09&kind=signed_out") == []


def test_filters_by_kind_user_outcome_and_source(client, people):
    day = datetime(2026, 3, 9, 20, 0, tzinfo=UTC)
    add(day, EventKind.failed, people["anna"], email=ANNA, address="10.0.0.7", outcome=EventOutcome.refused)
    add(day, EventKind.signed_in, people["anna"], email=ANNA, address="10.0.0.8")
    add(day, EventKind.changed, people["anna"], actor_id=people["boris"].id)
    add(day, EventKind.signed_in, people["clara"], address="10.0.0.7")
    admin = client.login_as("admin")

    def kinds(query: str) -> list[str]:
        return sorted(row["event"] for row in rows_of(admin, f"to=2026-03-09&{query}"))

    assert kinds("kind=failed&kind=changed") == ["changed", "failed"]
    assert kinds(f"user={people['anna'].id}") == ["changed", "failed", "signed_in"]
    assert kinds(f"user={people['boris'].id}") == []
    assert kinds(f"by={people['boris'].id}") == ["changed"]
    assert kinds("outcome=refused") == ["failed"]
    assert kinds("source=10.0.0.7") == ["failed", "signed_in"]
    assert kinds(f"source={ANNA.upper()}") == ["failed", "signed_in"]


@pytest.mark.parametrize(
    "query", ["kind=nothing", "user=99999", "by=x", "outcome=x", "from=x", "to=9999-12-31", "sort=detail"]
)
def test_unknown_filter_values_are_refused(client, people, query):
    assert client.login_as("admin").get(f"/security-log/?{query}").status_code == 400


def test_opening_confidential_record_is_logged_without_its_name(client, people, secret):
    anna = client.login_as("anna")
    assert anna.get(f"/people/{secret.id}").status_code == 200
    assert anna.get(f"/people/{secret.id}/edit").status_code == 200
    viewed = events(EventKind.viewed)
    assert [(e.actor_id, e.record_id) for e in viewed] == [(people["anna"].id, secret.id)] * 2
    page = client.login_as("admin").get("/security-log/?view=confidential").text
    assert f"Person {secret.id}" in page
    assert "Zhou" not in page
    assert "Quiet Harbor" not in page


def test_opening_hidden_or_open_record_is_not_logged(client, people, secret):
    assert client.login_as("boris").get(f"/people/{secret.id}").status_code == 404
    open_person = person("Li", "Wei")
    assert client.get(f"/people/{open_person.id}").status_code == 200
    assert events(EventKind.viewed) == []


def test_export_of_a_list_is_logged_with_its_rows(client, people):
    person("Li", "Wei")
    person("Wang", "Fang")
    anna = client.login_as("anna")
    for kind in ("csv", "xlsx"):
        anna.get(f"/people/?as={kind}").get_data()
    exports = [(e.detail, e.count, e.actor_id, e.address) for e in events(EventKind.exported)]
    assert exports == [(f"people.{kind}", 2, people["anna"].id, "127.0.0.1") for kind in ("csv", "xlsx")]


def test_export_of_a_report_is_logged(client, people):
    client.login_as("anna").get("/reports/pipeline?as=csv")
    assert [e.detail for e in events(EventKind.exported)] == ["report:pipeline.csv"]


def test_confidentiality_and_readers_are_logged_with_the_change(client, people):
    organization = client_of("Inland", "Quiet Harbor", counselor=people["anna"])
    anna = client.login_as("anna")
    data = {"confidential": "y", "readers": [people["dora"].id], "version": organization.version}
    assert anna.post(f"/records/{organization.id}/access", data=data).status_code == 303
    changes = events(EventKind.confidential_on, EventKind.readers_changed)
    assert [(e.kind, e.record_id, e.detail) for e in changes] == [
        (EventKind.confidential_on, organization.id, ""),
        (EventKind.readers_changed, organization.id, "+dora@demo.example"),
    ]
    db.session.refresh(organization)
    assert anna.post(f"/records/{organization.id}/access", data={"version": organization.version}).status_code == 303
    changes = events(EventKind.confidential_off, EventKind.readers_changed)[1:]
    assert [(e.kind, e.detail) for e in changes] == [
        (EventKind.confidential_off, ""),
        (EventKind.readers_changed, "-dora@demo.example"),
    ]


def test_deactivation_and_reassignment_are_logged_with_counts(client, people):
    client_of("Inland", "Quiet Harbor", counselor=people["anna"])
    anna, clara = people["anna"], people["clara"]
    client.login_as("admin").post(f"/users/{anna.id}/disable", data={"new_owner": clara.id, "version": anna.version})
    moved, ended = events(EventKind.reassigned, EventKind.disabled)
    assert (moved.user_id, moved.detail, moved.actor_id) == (anna.id, f"{ANNA} → {clara.email}", people["admin"].id)
    assert moved.count == 1
    assert (ended.kind, ended.user_id) == (EventKind.disabled, anna.id)


def test_pausing_and_resuming_mail_is_logged(client, people):
    admin = client.login_as("admin")
    for action in ("pause", "resume"):
        admin.post(f"/mail/channel/{action}")
    logged = [(e.kind, e.actor_id) for e in events(EventKind.mail_paused, EventKind.mail_resumed)]
    assert logged == [(EventKind.mail_paused, people["admin"].id), (EventKind.mail_resumed, people["admin"].id)]


def test_security_log_needs_same_statements_for_one_and_many_events(client, people, sql, secret):
    admin = client.login_as("admin")
    day = datetime(2026, 3, 9, 20, 0, tzinfo=UTC)
    add(day, EventKind.viewed, people["anna"], record_id=secret.id)
    counts = []
    for _ in range(2):
        sql.clear()
        assert admin.get("/security-log/").status_code == 200
        counts.append(len(sql))
        for number in range(40):
            add(day, EventKind.viewed, people["boris"], record_id=secret.id, detail=str(number))
    assert counts[0] == counts[1]


def test_page_opens_if_event_cannot_be_written(peopled):
    with peopled.app_context():
        anna = db.session.scalars(sa.select(User).where(User.email == ANNA)).one()
        organization_id = client_of("Inland", "Quiet Harbor", counselor=anna, confidential=True).id
        db.session.commit()
    anna_client = peopled.test_client()
    sign_in(anna_client, ANNA)
    with peopled.app_context():
        db.session.execute(sa.text("ALTER TABLE security_event RENAME TO gone"))
        db.session.commit()
    assert anna_client.get(f"/organizations/{organization_id}").status_code == 200
