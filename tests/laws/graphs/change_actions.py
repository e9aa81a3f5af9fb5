"""Steps that change visibility, counselor, links and state of records, with the rights that their views require."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from crm.accounts.services.reassignment import reassign_user_records
from crm.accounts.services.users import set_teams
from crm.core.data.record import archive_record, restore_record
from crm.core.errors import Forbidden
from crm.core.policy import Actor, is_administrator
from crm.followups import services as followups
from crm.impact.services import change_milestone
from crm.interactions.policy import InteractionState
from crm.interactions.services import change_interaction, move_interaction, resolve_planned
from crm.opportunities.policy import OpportunityStage
from crm.opportunities.services import change_opportunity, move_opportunity
from crm.organizations.services import change_organization
from crm.people.services import change_person, save_representation, set_contact_details
from crm.products.services import save_product
from crm.projects.services import change_project, save_need
from crm.records.services import change_confidentiality, change_counselor
from crm.shows.queries import get_meeting as meeting_seen
from crm.shows.services import save_meeting
from tests.laws.graphs.activity_actions import (
    follow_up_values,
    interaction_details,
    meeting_values,
    milestone_values,
    opportunity_values,
)
from tests.laws.graphs.create_actions import TODAY, mail_of, need_values, representation_values
from tests.laws.graphs.database import GraphDatabase, action

Args = dict[str, Any]


@action("make_confidential")
def make_confidential(world: GraphDatabase, actor: Actor, _name: str, args: Args) -> None:
    """Make a record confidential for some readers, or remove the restriction."""
    record = world.get(actor, args["record"], "record:make_confidential")
    change_confidentiality(record, confidential=args["on"], readers=[world.users[name].id for name in args["readers"]])


@action("toggle_confidential")
def toggle_confidential(world: GraphDatabase, actor: Actor, _name: str, args: Args) -> None:
    """Make a project confidential, or share it again."""
    row = world.get(actor, args["project"], "project:edit")
    change_project(actor, row, {"confidential": args["on"]})


@action("counselor")
def counselor(world: GraphDatabase, actor: Actor, _name: str, args: Args) -> None:
    """Reassign a record."""
    change_counselor(world.get(actor, args["record"], "record:counselor"), world.users[args["to"]].id)


@action("archive")
def archive(world: GraphDatabase, actor: Actor, _name: str, args: Args) -> None:
    """Archive a record."""
    archive_record(world.get(actor, args["record"], "record:archive"), f"{world.mark(args['record'])} is away")


@action("restore")
def restore(world: GraphDatabase, actor: Actor, _name: str, args: Args) -> None:
    """Restore a record from the archive."""
    restore_record(world.get(actor, args["record"], "record:archive"))


@action("rename")
def rename(world: GraphDatabase, actor: Actor, _name: str, args: Args) -> None:
    """Rename a record."""
    record, word = world.get(actor, args["record"]), world.mark(args["record"])
    if record.kind == "organization":
        change_organization(actor, record, {"name": f"{word} Renamed"})
    elif record.kind == "person":
        change_person(actor, record, {"given_latin": "Lan", "note": f"{word} changed"})
    elif record.kind == "project":
        change_project(actor, record, {"name": f"{word} Renamed", "description": f"{word} changed"})
    else:
        save_product(actor, {"client_id": record.client_id, "name": f"{word} renamed"}, record)


@action("share_name")
def share_name(world: GraphDatabase, actor: Actor, _name: str, args: Args) -> None:
    """Give a record a name like those of others, a person perhaps with a shared email address."""
    record = world.get(actor, args["record"])
    if record.kind == "organization":
        change_organization(actor, record, {"name": f"Clear {'Air' if args['at'] else 'air'} Sensors"})
        return
    change_person(actor, record, {"family_latin": "Wang" if args["at"] else "Wong", "given_latin": "Limin"})
    if args["at"]:
        set_contact_details(actor, record, [mail_of("limin", "shared")], None)


@action("edit_interaction")
def edit_interaction(world: GraphDatabase, actor: Actor, _name: str, args: Args) -> None:
    """Edit an interaction and its links."""
    row = world.get(actor, args["interaction"], "interaction:edit")
    change_interaction(actor, row, *interaction_details(world, actor, args["interaction"], args))


@action("edit_follow_up")
def edit_follow_up(world: GraphDatabase, actor: Actor, _name: str, args: Args) -> None:
    """Edit a follow-up and its links."""
    row = world.get(actor, args["follow_up"], "followup:edit")
    values = follow_up_values(world, actor, args["follow_up"], args)
    followups.change_follow_up(actor, row, values | {"about": world.id_list(actor, args["about"])})


@action("edit_opportunity")
def edit_opportunity(world: GraphDatabase, actor: Actor, _name: str, args: Args) -> None:
    """Change the links of an opportunity; its client stays."""
    row = world.get(actor, args["opportunity"], "opportunity:edit")
    client = world.name_of(row.client_id)
    change_opportunity(actor, row, opportunity_values(world, actor, args["opportunity"], args | {"client": client}))


@action("edit_milestone")
def edit_milestone(world: GraphDatabase, actor: Actor, _name: str, args: Args) -> None:
    """Change the links of a milestone; its client stays."""
    row = world.get(actor, args["milestone"], "milestone:edit")
    client = world.name_of(row.client_id)
    change_milestone(actor, row, milestone_values(world, actor, args["milestone"], args | {"client": client}))


@action("edit_meeting")
def edit_meeting(world: GraphDatabase, actor: Actor, _name: str, args: Args) -> None:
    """Edit a meeting at a show; the show stays."""
    row = meeting_seen(actor, world.row_id(args["meeting"]))
    show = world.name_of(row.show_id)
    save_meeting(actor, world.get(actor, show), meeting_values(world, actor, args["meeting"], args), row)


@action("edit_need")
def edit_need(world: GraphDatabase, actor: Actor, _name: str, args: Args) -> None:
    """Move a need to another project or organization."""
    save_need(actor, need_values(world, actor, args["need"], args), world.get(actor, args["need"], "need:edit"))


@action("edit_rep")
def edit_rep(world: GraphDatabase, actor: Actor, _name: str, args: Args) -> None:
    """Move a China rep to another client."""
    row = world.get(actor, args["rep"], "representation:edit")
    save_representation(actor, representation_values(world, actor, args["rep"], args), row)


@action("edit_product")
def edit_product(world: GraphDatabase, actor: Actor, _name: str, args: Args) -> None:
    """Move a product to another client."""
    row = world.get(actor, args["product"], "product:edit")
    word = world.write(args["product"], [args["client"]])
    values = {"client_id": world.get(actor, args["client"]).id, "name": row.name, "description": f"{word} text"}
    save_product(actor, values, row)


@action("change_stage")
def change_stage(world: GraphDatabase, actor: Actor, _name: str, args: Args) -> None:
    """Move an opportunity to another stage."""
    row = world.get(actor, args["opportunity"], "opportunity:move")
    move_opportunity(actor, row, OpportunityStage.from_code(args["to"]), why=f"{world.mark(args['opportunity'])} why")


@action("reschedule_interaction")
def reschedule_interaction(world: GraphDatabase, actor: Actor, _name: str, args: Args) -> None:
    """Reschedule an interaction."""
    row = world.get(actor, args["interaction"], "interaction:edit")
    created = move_interaction(row, datetime.combine(TODAY + timedelta(days=args["day"]), time(15)))
    world.ids.setdefault(f"{args['interaction']}_again", created.id)


@action("resolve_interaction")
def resolve_interaction(world: GraphDatabase, actor: Actor, _name: str, args: Args) -> None:
    """Record whether an interaction took place."""
    row = world.get(actor, args["interaction"], "interaction:edit")
    resolve_planned(row, InteractionState.held if args["held"] else InteractionState.canceled)


@action("complete_follow_up")
def complete_follow_up(world: GraphDatabase, actor: Actor, _name: str, args: Args) -> None:
    """Close a follow-up; a repeating one creates the next."""
    created = followups.complete_follow_up(
        actor, world.get(actor, args["follow_up"], "followup:edit"), world.mark(args["follow_up"])
    )
    if created is not None:
        world.ids.setdefault(f"{args['follow_up']}_next", created.id)


@action("no_answer")
def no_answer(world: GraphDatabase, actor: Actor, _name: str, args: Args) -> None:
    """Count an attempt of a follow-up."""
    followups.note_no_answer(actor, world.get(actor, args["follow_up"], "followup:edit"))


@action("postpone_follow_up")
def postpone_follow_up(world: GraphDatabase, actor: Actor, _name: str, args: Args) -> None:
    """Postpone a follow-up."""
    followups.postpone_follow_up(actor, world.get(actor, args["follow_up"], "followup:edit"), TODAY + timedelta(days=3))


@action("reassign_follow_up")
def reassign_follow_up(world: GraphDatabase, actor: Actor, _name: str, args: Args) -> None:
    """Reassign a follow-up to a colleague."""
    followups.reassign_follow_up(
        actor, world.get(actor, args["follow_up"], "followup:reassign"), world.users[args["to"]].id
    )


@action("teams")
def teams(world: GraphDatabase, actor: Actor, _name: str, args: Args) -> None:
    """Change the teams of a user."""
    if not is_administrator(actor):
        raise Forbidden
    set_teams(world.users[args["user"]], [world.team_ids[name] for name in args["teams"]])


@action("deactivate_user")
def deactivate_user(world: GraphDatabase, actor: Actor, _name: str, args: Args) -> None:
    """Reassign all records of a user to a colleague."""
    if not is_administrator(actor):
        raise Forbidden
    reassign_user_records(world.users[args["user"]], world.users[args["to"]], leaves_unassigned=True)
