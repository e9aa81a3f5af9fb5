"""Steps of a random plan that create and change rows that aren't records: gifts, emails, check-ins, surveys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.laws.graphs.plan_creations import READERS
from tests.laws.graphs.plan_steps import PlanBuilder


def draw_gift(d: PlanBuilder) -> dict[str, Any]:
    return {
        "person": d.maybe("person", chance=0.85),
        "organization": d.maybe("organization", "client", chance=0.3),
        "occasion": d.maybe("show", "interaction", chance=0.3),
        "by_us": d.yes(0.8),
        "large": d.yes(0.4),
    }


def draw_survey(d: PlanBuilder) -> dict[str, Any]:
    return {
        "client": d.pick("client"),
        "person": d.pick("person"),
        "opportunity": d.maybe("opportunity", chance=0.3),
        "answered": d.yes(0.7),
    }


ROW_CREATIONS: dict[str, tuple[int, Callable[[PlanBuilder], dict[str, Any]]]] = {
    "gift": (5, draw_gift),
    "mailing": (
        3,
        lambda d: {
            "people": tuple(dict.fromkeys(d.pick("person") for _ in range(3))),
            "with_organization": d.yes(0.3),
            "queued": d.yes(0.7),
        },
    ),
    "check_in": (4, lambda d: {"rep": d.pick("rep")}),
    "check_in_answer": (4, lambda d: {"check_in": d.pick("check_in"), "logged": d.yes(), "stopped": d.yes(0.3)}),
    "written_email": (3, lambda d: {"person": d.pick("person"), "accepted": d.yes(0.7)}),
    "registration": (2, lambda d: {"client": d.pick("client"), "prime": d.pick("organization", "client")}),
    "package": (
        1,
        lambda d: {
            "project": d.pick("project"),
            "organization": d.maybe("organization", "client"),
            "need": d.maybe("need", chance=0.7),
        },
    ),
    "assistance": (2, lambda d: {"client": d.pick("client"), "referral": d.yes()}),
    "survey": (4, draw_survey),
    "survey_plan": (2, draw_survey),
    "question": (
        2,
        lambda d: {
            "record": d.pick("client", "person", "opportunity", "interaction", "organization"),
            "to": d.rng.choice(READERS),
            "answered": d.yes(),
        },
    ),
}
"""Steps that create a row: how often, and with which records."""
ROW_CHANGES: dict[str, tuple[int, Callable[[PlanBuilder], dict[str, Any]]]] = {
    "edit_gift": (2, lambda d: {"gift": d.pick("gift")} | draw_gift(d)),
    "decide_gift": (2, lambda d: {"gift": d.pick("gift"), "approved": d.yes()}),
    "invite": (
        5,
        lambda d: {
            "interaction": d.maybe_planned(chance=0.8),
            "meeting": d.maybe("meeting", chance=1),
            "declined": d.yes(),
        },
    ),
    "update_invitation": (4, lambda d: {"interaction": d.pick_invited()}),
    "cover": (1, lambda d: {"to": d.rng.choice(READERS)}),
}
"""Steps that change a row, or create one without a name."""
