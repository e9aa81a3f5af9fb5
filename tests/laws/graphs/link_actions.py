"""Steps that link or attach something to records: positions, relations, parties, files, tags, stars, agreements."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.identity import User
from crm.core.errors import NotFound
from crm.core.mail.outbox.policy import MailState
from crm.core.policy import SYSTEM, Actor
from crm.core.web.files import folder
from crm.followups.enums import Tier
from crm.followups.models import FollowUp
from crm.followups.services import set_cadence
from crm.opportunities.policy import ExitTest
from crm.organizations.models import ClientAgreement, Ownership, PostRole
from crm.organizations.services import change_organization, set_facts
from crm.people.models import Affiliation
from crm.people.policy import RelationKind
from crm.people.services import (
    add_affiliation,
    add_relation,
    assign_role,
    change_affiliation,
    change_person,
    set_contact_details,
)
from crm.products.services import set_representation_products
from crm.projects.policy import LeadTest, ProjectRole
from crm.projects.services import save_party
from crm.records.models import Attachment
from crm.records.policy import EvidenceState
from crm.records.services import set_evidence, set_tags
from crm.records.services import star as star_record
from crm.reminders.kinds import DueReminder
from crm.reminders.kinds.followup_due import KIND as FOLLOWUP_DUE
from crm.reminders.mails import put_reminder
from crm.reminders.policy import subject_of
from crm.reminders.queries import readers
from crm.shows.services import save_participant
from tests.laws.graphs.create_actions import TODAY, mail_of
from tests.laws.graphs.database import GraphDatabase, action

Args = dict[str, Any]
FILE, FILE_NAME = b"graph", "graph"


@action("position")
def position(world: GraphDatabase, actor: Actor, _name: str, args: Args) -> None:
    """Add a position of a person at one more organization, present or past."""
    row, employer = world.get(actor, args["person"], "person:edit"), world.get(actor, args["employer"])
    values: Args = {
        "organization_id": employer.id,
        "title": f"Adviser {world.words([args['person'], args['employer']])}",
    }
    if args["past"]:
        values |= {"from_on": TODAY - timedelta(days=900), "to_on": TODAY - timedelta(days=90)}
    add_affiliation(actor, row, values)
    if not args["past"]:
        _leave_address(world, actor, row, args["person"])


@action("end_positions")
def end_positions(world: GraphDatabase, actor: Actor, _name: str, args: Args) -> None:
    """End the positions of a person that the actor sees, and change the person's email address."""
    row = world.get(actor, args["person"], "person:edit")
    stmt = sa.select(Affiliation).where(Affiliation.person_id == row.id, Affiliation.to_on.is_(None))
    for job in db.session.scalars(stmt).all():
        if job.organization_id in world.visible_ids(_user_of(world, actor)):
            change_affiliation(actor, row, job, {"to_on": TODAY - timedelta(days=1), "title": "Adviser"})
    _leave_address(world, actor, row, args["person"])


def _leave_address(world: GraphDatabase, actor: Actor, row: Any, name: str) -> None:
    """Set a separate email address: a person with a visible position has one that everyone may see."""
    world.write(name, [])
    set_contact_details(actor, row, [mail_of(world.mark(name))], None)


def _user_of(world: GraphDatabase, actor: Actor) -> str:
    return next(name for name, user in world.users.items() if user.id == actor.id)


@action("relation")
def relation(world: GraphDatabase, actor: Actor, _name: str, args: Args) -> None:
    """Add a relation between two people."""
    row, other = world.get(actor, args["person"], "person:edit"), world.get(actor, args["other"])
    kind = RelationKind.schoolmate if args["schoolmate"] else RelationKind.introduced_by
    add_relation(actor, row, other, {"kind": kind, "evidence": world.words([args["person"], args["other"]])})


@action("holder")
def holder(world: GraphDatabase, actor: Actor, _name: str, args: Args) -> None:
    """Assign a person to a role at a post, a new or an existing one, or make that vacant."""
    row = world.get(actor, args["organization"], "organization:edit")
    person = world.get(actor, args["person"]) if args["person"] else None
    stmt = sa.select(PostRole).where(PostRole.organization_id == row.id).order_by(PostRole.id)
    role = db.session.scalars(stmt).first() if args["again"] else None
    if role is None:
        role = PostRole(organization_id=row.id, title=f"{world.mark(args['organization'])} officer")
        set_facts(role, {}, row)
    assign_role(actor, role, person, {"expected_end_on": TODAY + timedelta(days=20)}, TODAY)


@action("owner")
def owner(world: GraphDatabase, actor: Actor, _name: str, args: Args) -> None:
    """Add an owner of an organization."""
    owned, by = world.get(actor, args["organization"], "organization:money"), world.get(actor, args["owner"])
    if owned.id == by.id:
        raise NotFound
    source = world.words([args["organization"], args["owner"]])
    set_facts(Ownership(organization_id=owned.id), {"owner_id": by.id, "share": 51, "source": source}, owned)


@action("party")
def party(world: GraphDatabase, actor: Actor, _name: str, args: Args) -> None:
    """Add a party to a project."""
    row, member = world.get(actor, args["project"], "project:edit"), world.get(actor, args["organization"])
    values = {"organization_id": member.id, "person_id": world.id(actor, args["person"]), "role": ProjectRole.prime}
    save_party(row, values)


@action("add_participant")
def add_participant(world: GraphDatabase, actor: Actor, _name: str, args: Args) -> None:
    """Add a participant to a show."""
    row, viewer = world.get(actor, args["show"], "show:edit"), world.get(actor, args["record"])
    save_participant(row, {"record_id": viewer.id, "booth": f"{world.mark(args['record'])} stand"})


@action("rep_products")
def rep_products(world: GraphDatabase, actor: Actor, _name: str, args: Args) -> None:
    """Set the products of a China rep."""
    row = world.get(actor, args["rep"], "representation:edit")
    set_representation_products(actor, row, world.id_list(actor, args["products"]))


@action("attach")
def attach(world: GraphDatabase, actor: Actor, _name: str, args: Args) -> None:
    """Attach a file to a record."""
    row = world.get(actor, args["record"], "record:attach")
    (folder("attachments") / FILE_NAME).write_bytes(FILE)
    db.session.add(
        Attachment(
            record_id=row.id,
            name=f"{world.mark(args['record'])}.txt",
            media_type="text/plain",
            size=len(FILE),
            sha256=sha256(FILE).hexdigest(),
            stored_as=FILE_NAME,
            at=clock.now(),
            by_id=actor.id,
        )
    )


@action("email")
def email(world: GraphDatabase, _actor: Actor, _name: str, args: Args) -> None:
    """Put the email about a follow-up into the outbox, as the planner does for a due one."""
    row: FollowUp = db.session.get_one(FollowUp, world.get(SYSTEM, args["follow_up"]).id)
    if row.counselor_id is None:
        return
    user, moment = db.session.get_one(User, row.counselor_id), clock.now()
    for reader in readers([user.id]):
        due = DueReminder(user.id, subject_of(row.id), moment.isoformat(), moment, row.id)
        message = put_reminder(FOLLOWUP_DUE, user, reader, due, moment)
        if message is not None:
            # Everyone may see that an email waits and for how long, but not its content.
            message.state = MailState.display_only


@action("tag")
def tag(world: GraphDatabase, actor: Actor, _name: str, args: Args) -> None:
    """Add a tag to a record."""
    set_tags(world.get(actor, args["record"]), f"{world.mark(args['record'])} tag")


@action("pin_note")
def pin_note(world: GraphDatabase, actor: Actor, _name: str, args: Args) -> None:
    """Write an important note on a record."""
    row, values = world.get(actor, args["record"]), {"read_first": f"{world.mark(args['record'])} again"}
    (change_person if row.kind == "person" else change_organization)(actor, row, values)


@action("star")
def star(world: GraphDatabase, actor: Actor, _name: str, args: Args) -> None:
    """Star a record."""
    star_record(actor, world.get(actor, args["record"], "record:star"), on=True)


@action("cadence")
def cadence(world: GraphDatabase, actor: Actor, _name: str, args: Args) -> None:
    """Set how often to keep in touch; silence counts from a date long ago."""
    row = set_cadence(world.get(actor, args["record"], "cadence:edit"), Tier.a, None, TODAY)
    row.counts_from = TODAY - timedelta(days=200)


@action("agreement")
def agreement(world: GraphDatabase, actor: Actor, _name: str, args: Args) -> None:
    """Add a service agreement that ends soon."""
    client = world.get(actor, args["client"], "organization:edit")
    days = {"from_on": TODAY - timedelta(days=300), "to_on": TODAY + timedelta(days=10)}
    set_facts(ClientAgreement(organization_id=client.id), days, client)


@action("evidence")
def evidence(world: GraphDatabase, actor: Actor, _name: str, args: Args) -> None:
    """Set the result of an exit test."""
    row, word = world.get(actor, args["record"]), world.mark(args["record"])
    test = next(iter(ExitTest)) if row.kind == "opportunity" else next(iter(LeadTest))
    set_evidence(actor, row, str(test.value), EvidenceState.met, f"{word} list", f"{word} result")
