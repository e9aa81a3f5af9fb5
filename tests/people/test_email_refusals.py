"""Who gets no email, and why: without consent, or with an address that asked for none."""

from __future__ import annotations

import pytest

from crm.people.policy import ConsentKind, EmailRefusal
from crm.people.queries import find_email_refusals
from crm.records.opt_outs import opt_out
from tests.factories import person, reachable


@pytest.mark.usefixtures("people")
def test_people_without_consent_or_with_a_stopped_address_get_no_email(session):
    rows = {
        name: reachable(person(name), email=f"{name}@Example.org", phone="138 0013 8000")
        for name in ("Open", "Withdrawn", "Stopped", "Both")
    }
    for name in ("Withdrawn", "Both"):
        rows[name].consent = ConsentKind.withdrawn
    rows["Open"].consent = ConsentKind.card
    session.flush()
    opt_out(["stopped@example.org", "both@example.org", "nobody@example.org"])
    ids = {row.id: name for name, row in rows.items()}
    refusals = {ids[i]: reason for i, reason in find_email_refusals(list(ids)).items()}
    assert refusals == {
        "Withdrawn": EmailRefusal.withdrawn,
        "Stopped": EmailRefusal.opted_out,
        "Both": EmailRefusal.opted_out,
    }
    assert find_email_refusals([rows["Open"].id]) == find_email_refusals([]) == {}
    assert find_email_refusals([rows["Stopped"].id]) == {rows["Stopped"].id: EmailRefusal.opted_out}
