"""Random plans: what people of several teams do in order, as data that can be printed, shortened and replayed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from random import Random
from typing import Any

WRITERS = ("anna", "anna", "anna", "clara", "clara", "dora", "shen", "boris", "boris", "nora", "admin")
READERS = ("anna", "boris", "clara", "dora", "shen", "nora", "admin")
CONFIDENTIAL_KINDS = ("client", "client", "client", "person", "person", "log", "promise", "case", "product", "rep")


@dataclass(frozen=True)
class PlanStep:
    """An action of a person. `name` is the record that it creates; names in `args` are created by earlier steps."""

    by: str
    verb: str
    name: str = ""
    args: dict[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        """Return the step as the call that creates it."""
        parts = [repr(self.by), repr(self.verb), *([repr(self.name)] if self.name else [])]
        return f"do({', '.join([*parts, *(f'{k}={v!r}' for k, v in self.args.items())])})"


def apply_step(by: str, verb: str, name: str = "", **args: Any) -> PlanStep:
    """Create a step."""
    return PlanStep(by, verb, name, args)


@dataclass
class PlanBuilder:
    """A plan being drawn: the existing names by kind, and the random source."""

    rng: Random
    names: dict[str, list[str]] = field(default_factory=dict)
    steps: list[PlanStep] = field(default_factory=list)

    def add(self, verb: str, by: str = "", **args: Any) -> None:
        """Add a step that creates a record of the kind that is its verb."""
        names = self.names.setdefault(verb, [])
        name = f"{verb}{len(names) + 1}"
        self.steps.append(PlanStep(by or self.rng.choice(WRITERS), verb, name, args))
        names.append(name)

    def change(self, verb: str, by: str = "", **args: Any) -> None:
        """Add a step that changes a record."""
        self.steps.append(PlanStep(by or self.rng.choice(WRITERS), verb, "", args))

    def pick(self, *kinds: str) -> str:
        """Choose a name of these kinds; an empty text if there is none."""
        names = [name for kind in kinds for name in self.names.get(kind, ())]
        return self.rng.choice(names) if names else ""

    def sample(self, most: int, *kinds: str) -> tuple[str, ...]:
        """Choose up to `most` names."""
        return tuple(dict.fromkeys(filter(None, (self.pick(*kinds) for _ in range(self.rng.randint(0, most))))))

    def maybe(self, *kinds: str, chance: float = 0.5) -> str:
        """Choose a name, or an empty text."""
        return self.pick(*kinds) if self.rng.random() < chance else ""

    def yes(self, chance: float = 0.5) -> bool:
        """Return True or False at random."""
        return self.rng.random() < chance

    def day(self) -> int:
        """Choose a day relative to today."""
        return self.rng.randint(-9, 4)


def _log(d: PlanBuilder) -> dict[str, Any]:
    return {
        "people": d.sample(2, "person"),
        "firms": d.sample(1, "client", "firm"),
        "clients": d.sample(2, "client"),
        "about": d.sample(2, "case", "project", "show", "product", "rep", "client", "firm", "need"),
        "day": d.day(),
        "promise": d.yes(0.2),
        "closes": d.maybe("promise", chance=0.2),
    }


def _follow_up(d: PlanBuilder) -> dict[str, Any]:
    return {
        "about": d.sample(2, "client", "firm", "person", "case", "project", "log", "rep", "product", "need", "show"),
        "promiser": d.maybe("person", chance=0.3),
        "promisee": d.maybe("person", chance=0.2),
        "day": d.day(),
        "repeats": d.yes(0.3),
        "alone": d.yes(0.3),
        "timed": d.yes(0.3),
    }


def _case(d: PlanBuilder) -> dict[str, Any]:
    return {
        "client": d.pick("client"),
        "project": d.maybe("project"),
        "buyer": d.maybe("firm", "client", chance=0.4),
        "contact": d.maybe("person", chance=0.3),
        "need": d.maybe("need", chance=0.3),
        "rep": d.maybe("rep", chance=0.3),
        "product": d.maybe("product", chance=0.4),
    }


def _meeting(d: PlanBuilder) -> dict[str, Any]:
    return {
        "show": d.pick("show"),
        "client": d.maybe("client", chance=0.8),
        "host": d.maybe("firm", "client"),
        "people": d.sample(2, "person"),
        "hour": d.rng.randint(8, 17),
        "staff": d.rng.choice(READERS),
    }


CREATE_ACTIONS: dict[str, tuple[int, Callable[[PlanBuilder], dict[str, Any]]]] = {
    "firm": (2, lambda d: {"parent": d.maybe("firm", "client", chance=0.2), "post": d.yes(0.4)}),
    "client": (3, lambda d: {"parent": d.maybe("firm", "client", chance=0.3)}),
    "person": (5, lambda d: {"at": d.maybe("client", "client", "firm", chance=0.85)}),
    "rep": (
        2,
        lambda d: {
            "client": d.pick("client"),
            "person": d.maybe("person", chance=0.7),
            "firm": d.maybe("firm", "client", chance=0.5),
        },
    ),
    "product": (2, lambda d: {"client": d.pick("client")}),
    "project": (2, lambda d: {"source": d.maybe("person", "firm", "client"), "confidential": d.yes(0.4)}),
    "need": (2, lambda d: {"project": d.maybe("project", chance=0.6), "firm": d.maybe("firm", "client", chance=0.7)}),
    "case": (4, _case),
    "log": (8, _log),
    "promise": (6, _follow_up),
    "show": (1, lambda _d: {}),
    "meeting": (3, _meeting),
}
"""Steps that create a record: how often, and with which other records."""
RECORDS = ("firm", "client", "person", "rep", "product", "project", "need", "case", "log", "promise")
CHANGE: dict[str, tuple[int, Callable[[PlanBuilder], dict[str, Any]]]] = {
    "position": (
        4,
        lambda d: {"person": d.pick("person"), "at": d.pick("client", "client", "firm"), "past": d.yes(0.4)},
    ),
    "end_positions": (1, lambda d: {"person": d.pick("person")}),
    "relation": (2, lambda d: {"person": d.pick("person"), "other": d.pick("person"), "schoolmate": d.yes(0.2)}),
    "holder": (1, lambda d: {"firm": d.pick("firm"), "person": d.pick("person")}),
    "owner": (1, lambda d: {"firm": d.pick("client", "firm"), "owner": d.pick("client", "firm")}),
    "party": (
        2,
        lambda d: {"project": d.pick("project"), "firm": d.pick("firm", "client"), "person": d.maybe("person")},
    ),
    "add_participant": (1, lambda d: {"show": d.pick("show"), "record": d.pick("client", "person")}),
    "rep_products": (1, lambda d: {"rep": d.pick("rep"), "products": d.sample(2, "product")}),
    "attach": (1, lambda d: {"record": d.pick(*RECORDS)}),
    "tag": (2, lambda d: {"record": d.pick("client", "person", "firm")}),
    "pin_note": (1, lambda d: {"record": d.pick("client", "person", "firm")}),
    "star": (1, lambda d: {"record": d.pick(*RECORDS)}),
    "cadence": (2, lambda d: {"record": d.pick("client", "person", "firm")}),
    "agreement": (1, lambda d: {"client": d.pick("client")}),
    "evidence": (1, lambda d: {"record": d.pick("case", "project")}),
    "make_confidential": (
        9,
        lambda d: {"record": d.pick(*CONFIDENTIAL_KINDS), "on": d.yes(0.8), "readers": _readers(d)},
    ),
    "toggle_confidential": (1, lambda d: {"project": d.pick("project"), "on": d.yes(0.7)}),
    "counselor": (2, lambda d: {"record": d.pick(*RECORDS), "to": d.rng.choice(READERS)}),
    "archive": (1, lambda d: {"record": d.pick(*RECORDS)}),
    "restore": (1, lambda d: {"record": d.pick(*RECORDS)}),
    "rename": (2, lambda d: {"record": d.pick("client", "person", "firm", "project", "product")}),
    "edit_interaction": (3, lambda d: {"log": d.pick("log")} | _log(d)),
    "edit_follow_up": (2, lambda d: {"promise": d.pick("promise")} | _follow_up(d)),
    "edit_opportunity": (2, lambda d: {"case": d.pick("case")} | _case(d)),
    "edit_meeting": (1, lambda d: {"meeting": d.pick("meeting")} | _meeting(d)),
    "edit_need": (
        1,
        lambda d: {
            "need": d.pick("need"),
            "project": d.maybe("project", chance=0.5),
            "firm": d.maybe("firm", "client"),
        },
    ),
    "edit_rep": (
        1,
        lambda d: {
            "rep": d.pick("rep"),
            "client": d.pick("client"),
            "person": d.maybe("person"),
            "firm": d.maybe("firm", "client"),
        },
    ),
    "edit_product": (1, lambda d: {"product": d.pick("product"), "client": d.pick("client")}),
    "change_stage": (
        1,
        lambda d: {"case": d.pick("case"), "to": d.rng.choice(["introduced", "export_hold", "matched"])},
    ),
    "reschedule_interaction": (1, lambda d: {"log": d.pick("log"), "day": d.day()}),
    "resolve_interaction": (1, lambda d: {"log": d.pick("log"), "held": d.yes(0.6)}),
    "complete_follow_up": (2, lambda d: {"promise": d.pick("promise")}),
    "no_answer": (1, lambda d: {"promise": d.pick("promise")}),
    "postpone_follow_up": (1, lambda d: {"promise": d.pick("promise")}),
    "reassign_follow_up": (1, lambda d: {"promise": d.pick("promise"), "to": d.rng.choice(READERS)}),
    "email": (2, lambda d: {"promise": d.pick("promise")}),
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


def _readers(d: PlanBuilder) -> tuple[str, ...]:
    return tuple(d.rng.sample(READERS, d.rng.choice([0, 0, 1, 1, 2])))


def make_plan(seed: int, size: int = 24) -> list[PlanStep]:
    """Draw a plan: a few organizations, clients and people first, then random steps."""
    d = PlanBuilder(Random(seed))
    d.add("firm", by="anna", parent="", post=d.yes())
    d.add("client", by="anna", parent="")
    d.add("client", by=d.rng.choice(["anna", "boris", "dora"]), parent="")
    d.add("person", at="client1", by="anna")
    if d.yes(0.8):
        # Most faults need a confidential record, before or after the rest.
        early = [
            apply_step(
                d.rng.choice(["anna", "clara"]), "make_confidential", record="client1", on=True, readers=_readers(d)
            )
        ]
        d.steps += early
    verbs = [
        *((verb, True, row) for verb, row in CREATE_ACTIONS.items()),
        *((verb, False, row) for verb, row in CHANGE.items()),
    ]
    weights = [row[0] for _verb, _new, row in verbs]
    while len(d.steps) < size:
        verb, is_new, (_weight, args) = d.rng.choices(verbs, weights)[0]
        (d.add if is_new else d.change)(verb, **args(d))
    return d.steps


def format_plan(steps: Iterable[PlanStep]) -> str:
    """Return a plan as source text for a test."""
    return "".join(f"    {step!r},\n" for step in steps)
