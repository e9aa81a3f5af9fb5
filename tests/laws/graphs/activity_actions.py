"""Steps that create opportunities, interactions, follow-ups, shows and meetings with the services of the forms."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from crm.core.policy import Actor
from crm.followups.enums import FollowUpSide, RepeatRule
from crm.followups.services import add_follow_up
from crm.impact.policy import Confirmation, MilestoneKind
from crm.impact.services import add_milestone
from crm.interactions.policy import InteractionState, SentKind
from crm.interactions.services import ClientMinutes, InteractionDetails, PartyValues, log_interaction
from crm.opportunities.policy import SalesPath
from crm.opportunities.services import add_opportunity
from crm.shows.services import save_meeting, save_show
from tests.laws.graphs.create_actions import PAST, TODAY
from tests.laws.graphs.database import GraphDatabase, action

SHOW_DAYS = (TODAY, TODAY + timedelta(days=2))


def opportunity_values(world: GraphDatabase, actor: Actor, name: str, args: dict[str, Any]) -> dict[str, Any]:
    """Return the values of the opportunity form, without the client."""
    links = {
        "project": "project_id",
        "buyer": "buyer_id",
        "contact": "buyer_contact_id",
        "need": "need_id",
        "rep": "representation_id",
        "product": "product_id",
    }
    names = [args["client"], *(args[key] for key in links)]
    word = world.write(name, world.with_employers(actor, names))
    values: dict[str, Any] = {column: world.id(actor, args[key]) for key, column in links.items()}
    return values | {
        "title": f"{word} opportunity"[:200],
        "note": f"{word} note",
        "amount": 4711,
        "path": SalesPath.project,
    }


@action("opportunity")
def create_opportunity(world: GraphDatabase, actor: Actor, name: str, args: dict[str, Any]) -> Any:
    """Create an opportunity of a client."""
    values = opportunity_values(world, actor, name, args)
    return add_opportunity(actor, values | {"client_id": world.get(actor, args["client"]).id})


def milestone_values(world: GraphDatabase, actor: Actor, name: str, args: dict[str, Any]) -> dict[str, Any]:
    """Return the values of the milestone form, without the client."""
    links = {
        "opportunity": "opportunity_id",
        "project": "project_id",
        "show": "show_id",
        "rep": "representation_id",
        "person": "confirmed_by_id",
    }
    names = [args["client"], *(args[key] for key in links)]
    word = world.write(name, world.with_employers(actor, names))
    values: dict[str, Any] = {column: world.id(actor, args[key]) for key, column in links.items()}
    confirmed = {"confirmed_on": PAST, "confirmed_how": Confirmation.email} if args["person"] else {}
    return (
        values
        | confirmed
        | {
            "title": f"{word} result"[:200] if args["has_title"] else "",
            "note": f"{word} note",
            "evidence": f"{word} contract"[:300],
            "type": MilestoneKind.contract,
            "amount": 4711,
            "on": PAST,
        }
    )


@action("milestone")
def create_milestone(world: GraphDatabase, actor: Actor, name: str, args: dict[str, Any]) -> Any:
    """Create a milestone of a client."""
    values = milestone_values(world, actor, name, args)
    return add_milestone(actor, values | {"client_id": world.get(actor, args["client"]).id})


def interaction_details(
    world: GraphDatabase, actor: Actor, name: str, args: dict[str, Any]
) -> tuple[dict[str, Any], InteractionDetails]:
    """Return the values of the log form: its columns, and parties, clients and links."""
    names = [*args["people"], *args["organizations"], *args["clients"], *args["about"]]
    word = world.write(name, world.with_employers(actor, names))
    day = TODAY + timedelta(days=args["day"])
    planned = InteractionState.planned if args["day"] >= 0 else InteractionState.held
    values = {
        "wall": datetime.combine(day, time(11)),
        "zone": "America/Los_Angeles",
        "state": planned,
        "minutes": 30,
        "subject": f"{word} talk"[:200],
        "notes": f"{word} said",
        "english_line": f"{word} line",
        "place": f"{word} room"[:200],
    }
    details = InteractionDetails(
        parties=[
            *(PartyValues(person_id=i) for i in world.id_list(actor, args["people"])),
            *(
                PartyValues(organization_id=i, label="two engineers")
                for i in world.id_list(actor, args["organizations"])
            ),
        ],
        clients=[ClientMinutes(i, contact=30) for i in world.id_list(actor, args["clients"])],
        about=world.id_list(actor, args["about"]),
        sent=[(SentKind.file, f"{word} file"[:200])],
        follow_ups=[{"title": f"{word} next"[:200], "due_on": day}] if args["has_follow_up"] else (),
        closes=world.id_list(actor, [args["closes"]] if args["closes"] else []),
    )
    return values, details


@action("interaction")
def add_interaction(world: GraphDatabase, actor: Actor, name: str, args: dict[str, Any]) -> Any:
    """Log an interaction, planned or held."""
    return log_interaction(actor, *interaction_details(world, actor, name, args))


def follow_up_values(world: GraphDatabase, actor: Actor, name: str, args: dict[str, Any]) -> dict[str, Any]:
    """Return the values of the follow-up form, without the linked records."""
    word = world.write(name, world.with_employers(actor, [*args["about"], args["promised_by"], args["promised_to"]]))
    day: date = TODAY + timedelta(days=args["day"])
    due = {"due_wall": datetime.combine(day, time(10))} if args["timed"] else {"due_on": day}
    return due | {
        "title": f"{word} due"[:200],
        "note": f"{word} note",
        "zone": "America/Los_Angeles",
        "promised_by_id": world.id(actor, args["promised_by"]),
        "promised_to_id": world.id(actor, args["promised_to"]),
        "side": FollowUpSide.they if args["promised_by"] else FollowUpSide.we,
        "mail_alone": args["separately"],
        "repeat": RepeatRule.weekly if args["repeats"] else None,
    }


@action("follow_up")
def create_follow_up(world: GraphDatabase, actor: Actor, name: str, args: dict[str, Any]) -> Any:
    """Create a follow-up."""
    values = follow_up_values(world, actor, name, args)
    return add_follow_up(actor, values, about=world.id_list(actor, args["about"]))


@action("show")
def add_show(world: GraphDatabase, actor: Actor, name: str, _args: dict[str, Any]) -> Any:
    """Create a show."""
    word = world.mark(name)
    values = {"name": f"{word} Fair", "city": "Suzhou", "zone": "Asia/Shanghai", "note": f"{word} note"}
    return save_show(actor, values | dict(zip(("starts_on", "ends_on"), SHOW_DAYS, strict=True)))


def meeting_values(world: GraphDatabase, actor: Actor, name: str, args: dict[str, Any]) -> dict[str, Any]:
    """Return the values of the meeting form."""
    word = world.write(name, world.with_employers(actor, [args["client"], args["host"], *args["people"]]))
    return {
        "day": SHOW_DAYS[0],
        "time": time(args["hour"]),
        "minutes": 30,
        "table": f"T{args['hour']}",
        "client_id": world.id(actor, args["client"]),
        "host_id": world.id(actor, args["host"]),
        "people": world.id_list(actor, args["people"]),
        "staff": [world.users[args["staff"]].id],
        "note": f"{word} note",
        "interpreter": f"{word} speaks"[:120],
        "confirm_clash": True,
    }


@action("meeting")
def add_meeting(world: GraphDatabase, actor: Actor, name: str, args: dict[str, Any]) -> Any:
    """Create a meeting at a show; it is not a record, and its name is not among the records by name."""
    return save_meeting(actor, world.get(actor, args["show"]), meeting_values(world, actor, name, args))
