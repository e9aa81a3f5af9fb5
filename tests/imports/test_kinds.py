"""Files of real programs, from the file to records."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from crm.core.data.base import db, new_uid
from crm.core.data.record import Record
from crm.followups.enums import FollowUpSide
from crm.followups.models import FollowUp
from crm.interactions.models import Interaction, InteractionClient, InteractionParty, InteractionTime
from crm.organizations.models import Alias, Client, Organization, OrganizationRoleLink, Post
from crm.organizations.policy import OrganizationRole, PostKind
from crm.records.models import ContactPoint
from tests.factories import team_id_of
from tests.imports.conftest import SAMPLES, ImportFlow, list_labels
from tests.imports.lookups import points


def test_posts_are_imported_once(anna):
    data = (SAMPLES / "ita_posts.xml").read_bytes()
    flow = ImportFlow(anna, data, "ita_posts.xml")
    assert flow.confirm().kind == "posts"
    assert flow.counts == (113, 0, 0, 0)
    posts = db.session.scalars(sa.select(Post)).all()
    assert (len(posts), {p.source for p in posts}) == (113, {"ITA 2015-19, unverified"})
    assert {p.opened_on or p.closed_on for p in posts} == {None}
    assert set(db.session.scalars(sa.select(Organization.team_id))) == {None}
    osaka = sa.select(ContactPoint.raw, ContactPoint.value).where(ContactPoint.raw == "81-6-6315-5957")
    assert db.session.execute(osaka).all() == [("81-6-6315-5957", "")]

    again = ImportFlow(anna, data, "ita_posts.xml")
    assert again.counts == (0, 0, 113, 0)
    assert "nothing to import" in again.send().text
    assert len(list_labels("organization")) == 113


def test_existing_posts_are_not_changed(anna, actor):
    from crm.organizations.services import add_organization

    organization = add_organization(
        actor("clara"),
        {"name": "Consulate General Chengdu", "country": "CN", "city": "成都"},
        roles=[OrganizationRole.post],
    )
    post = db.session.get_one(Post, organization.id)
    post.kind, post.code, post.closed_on = PostKind.consulate_general, "CTU", date(2020, 7, 27)
    db.session.flush()
    flow = ImportFlow(anna, (SAMPLES / "ita_posts.xml").read_bytes(), "ita_posts.xml")
    assert flow.counts == (112, 0, 1, 0)
    flow.confirm()
    assert db.session.get_one(Post, organization.id).closed_on == date(2020, 7, 27)
    assert db.session.get_one(Organization, organization.id).address is None


def test_organizations_are_imported_with_roles_names_and_facts(anna, people):
    data = (
        "Name,Native name,Roles,Country,City,Aliases,Phone,Owner\n"
        "Delta Orchards,,client,US,Fresno,Delta,559 555 0100,dora@demo.example\n"
        "Huadong Water,华东水务,End user; nonsense,China,Ningbo,,,\n"
    )
    flow = ImportFlow(anna, data)
    assert flow.run.kind == "organizations"
    assert "“nonsense” isn't an organization role." in flow.text
    flow.confirm()
    first, second = db.session.scalars(sa.select(Organization).order_by(Organization.id))
    assert (first.team_id, first.counselor_id) == (team_id_of("Inland"), people["dora"].id)
    assert (second.team_id, second.counselor_id) == (None, None)
    assert points() == [("phone", "work", "559 555 0100")]
    assert (second.native_label, second.country, second.zone) == ("华东水务", "CN", "Asia/Shanghai")
    assert db.session.get(Client, first.id) is not None
    assert list(db.session.scalars(sa.select(OrganizationRoleLink.role).order_by("role"))) == [
        OrganizationRole.client,
        OrganizationRole.end_user,
    ]
    assert [a.name for a in db.session.scalars(sa.select(Alias))] == ["Delta"]
    assert ImportFlow(anna, data).counts == (0, 0, 2, 0)


def test_organizations_matched_by_name_get_missing_values(anna):
    ImportFlow(anna, "Name,Native name\nHuadong Water,华东水务\n", kind="organizations").confirm()
    flow = ImportFlow(anna, "公司名称,网站\n华东水务,hd.example.cn\n", kind="organizations")
    flow.confirm()
    assert flow.counts == (0, 1, 0, 0)
    assert db.session.scalars(sa.select(Organization)).one().website == "https://hd.example.cn"


def test_interactions_are_imported_with_parties_clients_and_minutes(anna, people):
    ImportFlow(anna, "Name,Roles\nDelta Orchards,client\nHuadong Water,end_user\n", kind="organizations").confirm()
    ImportFlow(anna, "Name,Company\nLi Hui,Huadong Water\n").confirm()
    data = (
        "Date,Time,Zone,Kind,Subject,People,Organization,Client,Minutes,Prep\n"
        "2026-01-12,09:30,Asia/Shanghai,微信,Samples,Li Hui; Somebody Else,Huadong Water,Delta Orchards,20,10\n"
    )
    flow = ImportFlow(anna, data)
    assert flow.run.kind == "interactions"
    assert "No person is named “Somebody Else”." in flow.page
    flow.confirm()
    row = db.session.scalars(sa.select(Interaction)).one()
    assert (row.at.isoformat(), row.type.value, row.subject) == ("2026-01-12T01:30:00+00:00", "wechat", "Samples")
    parties = db.session.scalars(sa.select(InteractionParty).order_by(InteractionParty.id)).all()
    ids = dict(db.session.execute(sa.select(Record.label, Record.id)).all())
    hall, orchards, li = ids["Huadong Water"], ids["Delta Orchards"], ids["Li Hui"]
    assert [(p.person_id, p.label, p.organization_id) for p in parties] == [
        (li, None, hall),
        (None, "Somebody Else", hall),
    ]
    assert db.session.scalars(sa.select(InteractionClient)).one().client_id == orchards
    minutes = db.session.scalars(sa.select(InteractionTime)).one()
    assert (minutes.client_id, minutes.user_id) == (orchards, people["anna"].id)
    assert (minutes.contact, minutes.prep, minutes.travel) == (20, 10, 0)


def test_interaction_imported_without_a_time_has_only_a_date(anna):
    ImportFlow(anna, "Name,Roles\nDelta Orchards,client\n", kind="organizations").confirm()
    data = "Date,Time,Subject,Client\n2026-01-12,,Visit,Delta Orchards\n2026-01-13,09:30,Call,Delta Orchards\n"
    ImportFlow(anna, data, kind="interactions").confirm()
    rows = db.session.execute(sa.select(Interaction.subject, Interaction.time_known).order_by(Interaction.at))
    assert rows.all() == [("Visit", False), ("Call", True)]


def test_interactions_with_unknown_organizations_are_refused(anna):
    flow = ImportFlow(anna, "Date,Kind,Organization\n2026-01-12,call,Atlantis\n2026-01-12,dance,\n")
    assert flow.counts == (0, 0, 0, 2)
    assert "Import organizations first." in flow.page


def test_open_tasks_of_other_programs_are_imported_with_notes(anna, people):
    tasks = (
        "Task,Due Date,Assigned To,Status,Comments\n"
        "Call Zhou,12/15/2026,Clara Whitfield,Not Started,Ask for the price\n"
        "Send prices,1/5/2026,Anna Reyes,Completed,\n"
        "Visit,1/6/2026,Nobody Here,Open,\n"
    )
    flow = ImportFlow(anna, tasks, kind="followups")
    assert flow.counts == (1, 0, 1, 1)
    assert "Done or canceled. Only open follow-ups are imported." in flow.text
    assert "<b>Counselor</b>: “Nobody Here” isn't a user. Check the spelling." in flow.text
    flow.confirm(do="import_valid", **{"row-3": "new"})
    first, second = db.session.scalars(sa.select(FollowUp).order_by(FollowUp.id))
    assert (first.title, first.counselor_id, first.note) == ("Call Zhou", people["clara"].id, "Ask for the price")
    assert second.title == "Send prices"


def test_closed_followups_of_an_export_stay_closed(anna, people):
    ImportFlow(anna, "Title,Due,Notes\nSend prices,12/08/2026,With freight\n", kind="followups").confirm()
    row = db.session.scalars(sa.select(FollowUp)).one()
    anna.post(f"/followups/{row.id}/done", data={"result": "Sent"})
    exported = anna.get("/followups/?state=done&as=csv").data
    assert b"With freight" in exported
    row.uid = new_uid()
    db.session.commit()
    again = ImportFlow(anna, exported, kind="followups")
    assert again.counts == (0, 0, 1, 0)


@pytest.mark.parametrize(("state", "is_noted"), [("100%", True), ("Closed - done", True), ("In progress", False)])
def test_unknown_status_of_a_followup_is_noted(anna, state, is_noted):
    flow = ImportFlow(anna, f"Title,Due,Status\nCall,12/08/2026,{state}\n", kind="followups")
    assert flow.counts == (1, 0, 0, 0)
    assert (f"“{state}” isn't a status. The follow-up is imported as open." in flow.text) is is_noted


def test_followups_are_imported_for_the_user(anna, people):
    flow = ImportFlow(anna, "title,due,side\nSend prices,2026-12-08,we\n")
    assert flow.run.kind == "followups"
    flow.confirm()
    row = db.session.scalars(sa.select(FollowUp)).one()
    assert (row.counselor_id, row.team_id, row.zone) == (people["anna"].id, team_id_of("Inland"), people["anna"].zone)
    assert (row.due_on, row.due_at, row.side) == (date(2026, 12, 8), None, FollowUpSide.we)
    assert db.session.scalar(sa.select(Record.label).where(Record.id == row.id)) == "Send prices"


@pytest.mark.parametrize(("state", "expected"), [("Held", "held"), ("", "held"), ("Planned", "planned")])
def test_interaction_of_this_morning_without_a_time_is_not_in_the_future(client, people, clock, state, expected):
    clock.set(datetime(2026, 12, 8, 17, 0, 30, tzinfo=UTC))
    anna = client.login_as("anna")
    flow = ImportFlow(anna, f"Date,Subject,Status,People\n2026-12-08,Call,{state},Li Hui\n", kind="interactions")
    flow.confirm()
    row = db.session.scalars(sa.select(Interaction)).one()
    assert (row.state.value, row.time_known, row.wall.hour) == (expected, False, 9 if expected == "held" else 12)
