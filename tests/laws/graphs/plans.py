"""Random plans: what people of several teams do in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from random import Random
from typing import Any

from tests.laws.graphs.plan_creations import (
    CREATE_ACTIONS,
    READERS,
    draw_follow_up,
    draw_interaction,
    draw_meeting,
    draw_milestone,
    draw_opportunity,
)
from tests.laws.graphs.plan_rows import ROW_CHANGES, ROW_CREATIONS
from tests.laws.graphs.plan_steps import NoRecordError, PlanBuilder, PlanStep, apply_step

CONFIDENTIAL_KINDS = (
    "client",
    "client",
    "client",
    "person",
    "person",
    "interaction",
    "follow_up",
    "opportunity",
    "product",
    "rep",
    "milestone",
    "check_in_answer",
    "written_email",
)


RECORDS = (
    "organization",
    "client",
    "person",
    "rep",
    "product",
    "project",
    "need",
    "opportunity",
    "interaction",
    "follow_up",
    "milestone",
)
CHANGE: dict[str, tuple[int, Callable[[PlanBuilder], dict[str, Any]]]] = {
    "position": (
        4,
        lambda d: {
            "person": d.pick("person"),
            "employer": d.pick("client", "client", "organization"),
            "past": d.yes(0.4),
        },
    ),
    "end_positions": (1, lambda d: {"person": d.pick("person")}),
    "relation": (2, lambda d: {"person": d.pick("person"), "other": d.pick("person"), "schoolmate": d.yes(0.2)}),
    "holder": (
        1,
        lambda d: {"organization": d.pick("organization"), "person": d.maybe("person", chance=0.8), "again": d.yes()},
    ),
    "share_name": (3, lambda d: {"record": d.pick("person", "person", "client", "organization"), "at": d.yes()}),
    "owner": (
        1,
        lambda d: {"organization": d.pick("client", "organization"), "owner": d.pick("client", "organization")},
    ),
    "party": (
        2,
        lambda d: {
            "project": d.pick("project"),
            "organization": d.pick("organization", "client"),
            "person": d.maybe("person"),
        },
    ),
    "add_participant": (2, lambda d: {"show": d.pick("show"), "record": d.pick("client", "person")}),
    "rep_products": (1, lambda d: {"rep": d.pick("rep"), "products": d.sample(2, "product")}),
    "attach": (1, lambda d: {"record": d.pick(*RECORDS)}),
    "tag": (2, lambda d: {"record": d.pick("client", "person", "organization")}),
    "pin_note": (1, lambda d: {"record": d.pick("client", "person", "organization")}),
    "star": (1, lambda d: {"record": d.pick(*RECORDS)}),
    "cadence": (2, lambda d: {"record": d.pick("client", "person", "organization")}),
    "agreement": (1, lambda d: {"client": d.pick("client")}),
    "evidence": (1, lambda d: {"record": d.pick("opportunity", "project")}),
    "make_confidential": (
        9,
        lambda d: {"record": d.pick(*CONFIDENTIAL_KINDS), "on": d.yes(0.8), "readers": _readers(d)},
    ),
    "toggle_confidential": (1, lambda d: {"project": d.pick("project"), "on": d.yes(0.7)}),
    "counselor": (2, lambda d: {"record": d.pick(*RECORDS), "to": d.rng.choice(READERS)}),
    "archive": (1, lambda d: {"record": d.pick(*RECORDS)}),
    "restore": (1, lambda d: {"record": d.pick(*RECORDS)}),
    "rename": (2, lambda d: {"record": d.pick("client", "person", "organization", "project", "product")}),
    "edit_interaction": (3, lambda d: {"interaction": d.pick("interaction")} | draw_interaction(d)),
    "edit_follow_up": (2, lambda d: {"follow_up": d.pick("follow_up")} | draw_follow_up(d)),
    "edit_opportunity": (2, lambda d: {"opportunity": d.pick("opportunity")} | draw_opportunity(d)),
    "edit_milestone": (2, lambda d: {"milestone": d.pick("milestone")} | draw_milestone(d)),
    "edit_meeting": (3, lambda d: {"meeting": d.pick("meeting")} | draw_meeting(d)),
    "edit_need": (
        1,
        lambda d: {
            "need": d.pick("need"),
            "project": d.maybe("project", chance=0.5),
            "organization": d.maybe("organization", "client"),
        },
    ),
    "edit_rep": (
        1,
        lambda d: {
            "rep": d.pick("rep"),
            "client": d.pick("client"),
            "person": d.maybe("person"),
            "organization": d.maybe("organization", "client"),
        },
    ),
    "edit_product": (1, lambda d: {"product": d.pick("product"), "client": d.pick("client")}),
    "change_stage": (
        1,
        lambda d: {"opportunity": d.pick("opportunity"), "to": d.rng.choice(["introduced", "export_hold", "matched"])},
    ),
    "reschedule_interaction": (1, lambda d: {"interaction": d.pick("interaction"), "day": d.day()}),
    "resolve_interaction": (1, lambda d: {"interaction": d.pick("interaction"), "held": d.yes(0.6)}),
    "complete_follow_up": (2, lambda d: {"follow_up": d.pick("follow_up")}),
    "no_answer": (1, lambda d: {"follow_up": d.pick("follow_up")}),
    "postpone_follow_up": (1, lambda d: {"follow_up": d.pick("follow_up")}),
    "reassign_follow_up": (1, lambda d: {"follow_up": d.pick("follow_up"), "to": d.rng.choice(READERS)}),
    "email": (2, lambda d: {"follow_up": d.pick("follow_up")}),
    "teams": (
        1,
        lambda d: {
            "user": d.rng.choice(["anna", "boris", "clara", "dora"]),
            "teams": tuple(d.rng.sample(["Inland", "Bay", "Valley"], d.rng.randint(1, 2))),
        },
    ),
    "deactivate_user": (1, lambda d: {"user": d.rng.choice(["anna", "boris", "dora"]), "to": d.rng.choice(READERS)}),
}
"""Steps that change a record or attach something to it."""
ALL_CREATIONS = CREATE_ACTIONS | ROW_CREATIONS
ALL_CHANGES = CHANGE | ROW_CHANGES


def _readers(d: PlanBuilder) -> tuple[str, ...]:
    return tuple(d.rng.sample(READERS, d.rng.choice([0, 0, 1, 1, 2])))


def make_plan(seed: int, size: int = 28) -> list[PlanStep]:
    """Draw a plan: a few organizations, clients and people first, then random steps."""
    d = PlanBuilder(Random(seed))
    d.add("organization", by="anna", parent="", post=d.yes())
    d.add("client", by="anna", parent="")
    d.add("client", by=d.rng.choice(["anna", "boris", "dora"]), parent="")
    d.add("person", employer="client1", by="anna")
    if d.yes(0.4):
        d.add("need", by="anna", project="", organization="organization1")
        d.add("product", by="anna", client=d.pick("client"))
    if d.yes(0.4):
        d.add("rep", by="anna", client="client1", person="person1", organization="")
        d.add("check_in", by="anna", rep="rep1")
    else:
        d.add("gift", by="anna", person="person1", organization="", occasion="", by_us=True, large=d.yes())
    if d.yes(0.8):
        # Most faults need a confidential record, before or after the rest.
        user = d.rng.choice(["anna", "clara"])
        d.steps.append(apply_step(user, "make_confidential", record="client1", on=True, readers=_readers(d)))
    verbs = [
        *((verb, True, row) for verb, row in ALL_CREATIONS.items()),
        *((verb, False, row) for verb, row in ALL_CHANGES.items()),
    ]
    weights = [row[0] for _verb, _new, row in verbs]
    while len(d.steps) < size:
        verb, is_new, (_weight, draw) = d.rng.choices(verbs, weights)[0]
        with suppress(NoRecordError):
            (d.add if is_new else d.change)(verb, **draw(d))
    return d.steps


def format_plan(steps: Iterable[PlanStep]) -> str:
    """Return a plan as source text for a test."""
    return "".join(f"    {step!r},\n" for step in steps)
