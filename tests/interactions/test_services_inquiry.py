"""Records created by inquiries and typed names."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.errors import Invalid
from crm.followups.models import FollowUp
from crm.interactions.models import InteractionClient
from crm.interactions.policy import InteractionType
from crm.interactions.services import add_new_people, save_inquiry
from crm.organizations.queries import get_client, load_roles
from crm.records.queries import points_of
from tests.interactions.lookups import parties, times

pytestmark = pytest.mark.usefixtures("check_dates")


@pytest.mark.parametrize(
    ("text", "label", "mail"),
    [
        ("Li Wei", "Li Wei", None),
        ("周立民", "周立民", None),
        ("Tom Okafor", "Tom Okafor", None),
        ("Zhou Limin <zhou@lotus.example>", "Zhou Limin", "zhou@lotus.example"),
        ("zhou@lotus.example", "zhou", "zhou@lotus.example"),
        ('"Zhou, Limin" <zhou@lotus.example>', "Zhou, Limin", "zhou@lotus.example"),
        ("Zhou, Limin <zhou@lotus.example>", "Zhou, Limin", "zhou@lotus.example"),
        ("周立民 Zhou Limin", "Zhou Limin", None),
    ],
)
def test_typed_name_becomes_a_person(anna, text, label, mail):
    (row,) = add_new_people(anna, [text])
    assert (row.label, [p.value for p in points_of([row.id])[row.id]]) == (label, [mail] if mail else [])


def inquiry(**more):
    values = {
        "name": "Rosa Delgado",
        "contact_text": "760 555 0148",
        "interaction_type": "call",
        "wish": "Leak prediction in Zhejiang",
    }
    return values | {"title": "Call back", "due_on": date(2026, 12, 10)} | more


def test_inquiry_creates_organization_person_interaction_and_follow_up(anna):
    row = save_inquiry(anna, inquiry(minutes=15, county="San Diego"), ["Vista Predictive"])
    (organization_id,) = [c.client_id for c in db.session.scalars(sa.select(InteractionClient))]
    facts = get_client(organization_id)
    assert (facts.wish, facts.county, [str(r) for r in load_roles([organization_id])[organization_id]]) == (
        "Leak prediction in Zhejiang",
        "San Diego",
        ["Client"],
    )
    assert (row.subject, row.type, row.notes, times(row)) == (
        "Inquiry: Vista Predictive",
        InteractionType.call,
        "Leak prediction in Zhejiang",
        {organization_id: (15, 0, 0)},
    )
    assert db.session.scalars(sa.select(FollowUp)).one().title == "Call back"


def test_inquiry_requires_only_a_name(anna):
    row = save_inquiry(anna, {"name": "Rosa", "interaction_type": "email"})
    assert (row.subject, row.type, parties(row)[0][1]) == ("Inquiry: Rosa", InteractionType.email, None)


def test_inquiry_with_an_invalid_email_is_refused(anna):
    with pytest.raises(Invalid):
        save_inquiry(anna, inquiry(contact_text="rosa@nowhere@x"), ["Vista"])


def test_inquiry_of_an_existing_organization_fills_only_gaps(anna, client_firm):
    get_client(client_firm.id).wish = "Sensors"
    save_inquiry(anna, inquiry(organization=client_firm.id, county="Alameda"))
    facts = get_client(client_firm.id)
    assert (facts.wish, facts.county) == ("Sensors", "Alameda")
