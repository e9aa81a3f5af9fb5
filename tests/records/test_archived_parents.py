"""Nothing is added to a record that was archived after the page or the form was opened."""

from __future__ import annotations

import io
import re
from datetime import date
from types import SimpleNamespace

import pytest

from crm.compliance.models import Gift
from crm.core.data.base import db
from crm.core.data.record import restore_record
from crm.followups.models import Cadence, FollowUp
from crm.funding.models import Assistance, IntakeAnswers, PartnerReferral
from crm.impact.models import Milestone, SurveyPlan
from crm.interactions.models import Interaction
from crm.opportunities.models import Opportunity
from crm.organizations.models import ClientAgreement, DatedFact, Ownership, PostRole
from crm.people.models import Affiliation, PostHolder, Relation, Representation
from crm.products.models import Product
from crm.projects.models import LeadChange, Need, ProjectParty, SupplierRegistration, TenderPackage
from crm.projects.services import add_project, save_need
from crm.records.models import Attachment
from crm.referrals.models import Referral
from crm.shows.models import ShowMeeting, ShowParticipant
from crm.shows.services import save_show
from tests.factories import archived, client_of, organization, person, post, post_role, prime
from tests.tools.rows import count

DAY = "2026-03-12"
UID = "7d8b8a3e-51b8-4c2f-9d9c-0f6f1d1f0a11"


@pytest.fixture
def parents(people, actor):
    """Return a record of each kind to which something can be added."""
    values = {
        "name": "Power Fair",
        "zone": "Asia/Shanghai",
        "starts_on": date(2026, 3, 12),
        "ends_on": date(2026, 3, 14),
    }
    return SimpleNamespace(
        client=client_of("Inland", "Tri-Valley Sensors", counselor=people["anna"]),
        post=post("Consulate Wuhan"),
        prime=prime("China Harbor"),
        person=person("Zhou", "Limin"),
        project=add_project(actor("anna"), {"name": "Dam at Jata"}),
        show=save_show(actor("anna"), values),
    )


CREATED = {
    "agreement": ("client", ClientAgreement, "/organizations/{id}/agreements/new", {"from_on": DAY}),
    "fact": (
        "client",
        DatedFact,
        "/organizations/{id}/facts/new",
        {"kind": "staff", "number": "12", "as_of": DAY, "source": "client"},
    ),
    "owner": ("client", Ownership, "/organizations/{id}/owners/new", {"owner_name": "Smith", "share": "20"}),
    "post role": ("post", PostRole, "/organizations/{id}/roles/new", {"title": "Officer", "kind": "rotating"}),
    "position": ("person", Affiliation, "/people/{id}/affiliations/new", {"organization_id": "{other}"}),
    "relation": (
        "person",
        Relation,
        "/people/{id}/relations/new",
        {"kind": "introduced_by", "other_id": "{colleague}"},
    ),
    "tender package": ("project", TenderPackage, "/projects/{id}/packages/new", {"name": "Pumps", "state": "planned"}),
    "party": ("project", ProjectParty, "/projects/{id}/parties/new", {"organization_id": "{other}", "role": "owner"}),
    "meeting": (
        "show",
        ShowMeeting,
        "/shows/{id}/meetings/new",
        {"day": DAY, "time": "10:00", "minutes": "30", "state": "agreed", "people": "{colleague}"},
    ),
    "participant": ("show", ShowParticipant, "/shows/{id}/participants/new", {"record_id": "{colleague}"}),
    "attendee": (
        "show",
        ShowParticipant,
        "/shows/{id}/attendance/add",
        {"records": "{colleague}", "text": "Chen", "attendance": "attended"},
    ),
    "holder": ("post", PostHolder, "/people/posts/{id}/roles/{role}/holder", {"person_id": "{colleague}"}),
    "need of a project": ("project", Need, "/projects/needs/new", {"project_id": "{id}"}),
    "need of a prime": ("prime", Need, "/projects/needs/new", {"organization_id": "{id}"}),
    "product": ("client", Product, "/products/new", {"client_id": "{id}", "name": "Meter"}),
    "China rep": ("client", Representation, "/people/reps/new", {"client_id": "{id}", "person_id": "{colleague}"}),
    "opportunity": ("client", Opportunity, "/opportunities/new", {"client_id": "{id}", "title": "Meters"}),
    "registration": (
        "client",
        SupplierRegistration,
        "/projects/registrations/new",
        {"client_id": "{id}", "prime_id": "{other}", "state": "applied"},
    ),
    "milestone": ("client", Milestone, "/milestones/new", {"client_id": "{id}"}),
    "schedule of surveys": ("client", SurveyPlan, "/milestones/plans/new", {"client_id": "{id}"}),
    "gift": ("person", Gift, "/gifts/new", {"person_id": "{id}"}),
    "assistance": ("client", Assistance, "/funding/assistance/new", {"client_id": "{id}"}),
    "referral": ("client", PartnerReferral, "/funding/referrals/new", {"client_id": "{id}"}),
    "follow-up": ("person", FollowUp, "/followups/new", {"about": "{id}", "title": "Call", "due_on": DAY}),
    "interaction": ("person", Interaction, "/interactions/new", {"people": "{id}", "day": DAY, "notes": "Talked"}),
    "question": ("project", Referral, "/referrals/new", {"record_id": "{id}", "to_id": "{boris}", "question": "Who?"}),
}


@pytest.fixture
def post_form(client, parents, people):
    """Send the form that creates something for a record: `post_form(CREATED[...], parent)`."""
    names = {
        "other": organization("Huadong Water").id,
        "colleague": person("Chen", "Wei").id,
        "role": post_role(parents.post).id,
        "boris": people["boris"].id,
    }

    def send(path, data, parent):
        values = {"id": parent.id, **names}
        filled = {name: value.format(**values) for name, value in data.items()} | {"uid": UID}
        return client.login_as("anna").post(path.format(**values), data=filled)

    return send


@pytest.mark.parametrize("name", CREATED)
def test_nothing_is_added_to_a_record_archived_since_the_form_was_opened(post_form, parents, name):
    kind, model, path, data = CREATED[name]
    parent = archived(getattr(parents, kind))
    before = count(model)
    answer = post_form(path, data, parent)
    assert (answer.status_code, count(model)) == (422, before)
    assert f"“{parent.label}” is archived. Restore it" in answer.text


CHANGED = {
    "files": ("person", Attachment, "/records/{id}/files", lambda: {"files": (io.BytesIO(b"Minutes"), "minutes.txt")}),
    "interval": ("person", Cadence, "/followups/cadence/{id}", lambda: {"tier": "a"}),
    "stage": ("project", LeadChange, "/projects/{id}/move", lambda: {"stage": "project_verified"}),
    "intake answers": ("client", IntakeAnswers, "/funding/clients/{id}/intake", dict),
}


@pytest.mark.parametrize("name", CHANGED)
def test_what_is_stored_beside_an_archived_record_is_refused_and_not_offered(client, parents, name):
    kind, model, path, make_data = CHANGED[name]
    parent = getattr(parents, kind)
    url, page = path.format(id=parent.id), f"/records/{parent.id}"
    anna = client.login_as("anna")
    assert f'"{url}"' in anna.get(page, follow_redirects=True).text
    before = count(model)
    archived(parent)
    assert f'"{url}"' not in anna.get(page, follow_redirects=True).text
    answer = anna.post(url, data=make_data())
    assert (answer.status_code, count(model)) == (422, before)
    assert f"“{parent.label}” is archived. Restore it" in answer.text
    restore_record(parent)
    db.session.flush()
    assert (anna.post(url, data=make_data()).status_code, count(model)) == (303, before + 1)


def test_attendance_of_an_archived_show_offers_no_more_names(client, parents):
    links = (f"/shows/{parents.show.id}/attendance/list", f"/shows/{parents.show.id}/participants/new")
    url = f"/shows/{parents.show.id}/attendance"
    anna = client.login_as("anna")
    assert all(link in anna.get(url).text for link in links)
    archived(parents.show)
    assert not any(link in anna.get(url).text for link in links)


IN_ADDRESS = [name for name, (_kind, _model, path, _data) in CREATED.items() if "{id}" in path]


@pytest.mark.parametrize("name", [*IN_ADDRESS, "product", "registration", "follow-up", "question"])
def test_the_same_form_is_saved_after_the_record_was_restored(post_form, parents, name):
    kind, model, path, data = CREATED[name]
    parent = archived(getattr(parents, kind))
    before = count(model)
    post_form(path, data, parent)
    restore_record(parent)
    db.session.flush()
    answer = post_form(path, data, parent)
    assert (answer.status_code, count(model)) == (303, before + 1), answer.text


def test_stored_records_that_were_archived_stay_when_something_is_edited(client, parents, actor):
    need = save_need(actor("anna"), {"title": "Pumps", "project_id": parents.project.id})
    archived(parents.project)
    data = {"title": "Two pumps", "project_id": parents.project.id, "state": "open", "version": need.version}
    answer = client.login_as("anna").post(f"/projects/needs/{need.id}/edit", data=data)
    assert (answer.status_code, need.title, need.project_id) == (303, "Two pumps", parents.project.id)


def test_something_edited_is_not_moved_to_an_archived_record(client, parents, actor):
    need = save_need(actor("anna"), {"title": "Pumps", "project_id": parents.project.id})
    other = archived(add_project(actor("anna"), {"name": "Port of Lagos"}))
    data = {"title": "Pumps", "project_id": other.id, "state": "open", "version": need.version}
    answer = client.login_as("anna").post(f"/projects/needs/{need.id}/edit", data=data)
    assert (answer.status_code, need.project_id) == (422, parents.project.id)
    assert "“Port of Lagos” is archived. Restore it, or choose another one." in answer.text


def test_a_form_sent_twice_leads_to_what_it_created_although_the_record_was_archived_meanwhile(client, parents):
    path, data = f"/organizations/{parents.client.id}/agreements/new", {"from_on": DAY, "uid": UID}
    first = client.login_as("anna").post(path, data=data)
    archived(parents.client)
    second = client.post(path, data=data)
    assert [first.location, second.location] == [f"/organizations/{parents.client.id}"] * 2
    assert count(ClientAgreement) == 1


@pytest.mark.parametrize("kind", ["client", "post", "prime", "person", "project", "show"])
def test_page_of_an_archived_record_has_no_links_that_add_to_it(client, parents, kind):
    row = getattr(parents, kind)
    assert list_links(client, row)
    archived(row)
    assert list_links(client, row) == []
    restore_record(row)
    db.session.flush()
    assert list_links(client, row)


def list_links(client, row):
    """Return the links of a record's page to forms that create something for this record."""
    page = client.login_as("anna").get(f"/records/{row.id}", follow_redirects=True).text
    links = re.findall(r'href="([^"]*/new\b[^"]*)"', page)
    return [link for link in links if re.search(rf"[=/]{row.id}\b", link)]
