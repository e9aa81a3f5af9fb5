"""What the page of a filed report shows of changed records: their names, and who changed them last."""

from __future__ import annotations

from datetime import timedelta

from crm.core.data.history import Change, ChangeSource
from crm.funding.queries.filing import LastChange, load_last_changes, load_names
from tests.factories import client_of, make_confidential


def test_last_change_of_each_requested_record_since_the_filing(session, anna, actor, client_firm, prime, now):
    other, unchanged = client_of("Inland", "Other"), client_of("Inland", "Unchanged")
    session.query(Change).delete()
    for row, moment, user, via in (
        (client_firm, now, anna, ChangeSource.web),
        (client_firm, now + timedelta(hours=1), actor("dora"), ChangeSource.web),
        (prime, now + timedelta(hours=2), None, ChangeSource.job),
        (other, now, anna, ChangeSource.web),
        (unchanged, now - timedelta(seconds=1), anna, ChangeSource.web),
        (None, now, anna, ChangeSource.web),
    ):
        stamp = {"at": moment, "actor_id": user and user.id, "via": via, "root_id": row and row.id}
        session.add(Change(**stamp, action="update", table="organization", row_id="1", diff={}))
        session.flush()
    assert load_last_changes(anna, [client_firm.id, prime.id, unchanged.id], now) == {
        client_firm.id: LastChange(now + timedelta(hours=1), "Dora Lindqvist", ChangeSource.web),
        prime.id: LastChange(now + timedelta(hours=2), "", ChangeSource.job),
    }
    assert load_last_changes(anna, [], now) == {}


def test_last_change_of_a_hidden_record_is_left_out(session, anna, actor, client_firm, prime, now):
    make_confidential(client_firm)
    session.flush()
    since = now - timedelta(minutes=1)
    assert load_last_changes(anna, [client_firm.id, prime.id], since).keys() == {client_firm.id, prime.id}
    assert load_last_changes(actor("nora"), [client_firm.id, prime.id], since).keys() == {prime.id}


def test_names_are_those_of_requested_records_that_the_reader_sees(actor, anna, client_firm, prime, wang):
    secret = client_of("Inland", "Secret", counselor_id=actor("dora").id)
    make_confidential(secret)
    ids = [client_firm.id, prime.id, secret.id]
    assert load_names(anna, ids) == {client_firm.id: "Tri-Valley Sensors", prime.id: "Huayue Municipal"}
    assert load_names(actor("boris"), ids) == {prime.id: "Huayue Municipal"}
