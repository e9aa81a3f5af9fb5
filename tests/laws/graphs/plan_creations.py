"""Steps of a random plan that create a record, and the users who take them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.laws.graphs.plan_steps import PlanBuilder

READERS = ("anna", "boris", "clara", "dora", "shen", "nora", "admin")


def draw_interaction(d: PlanBuilder) -> dict[str, Any]:
    return {
        "people": d.sample(2, "person"),
        "organizations": d.sample(1, "client", "organization"),
        "clients": d.sample(2, "client"),
        "about": d.sample(2, "opportunity", "project", "show", "product", "rep", "client", "organization", "need"),
        "day": d.day(),
        "has_follow_up": d.yes(0.2),
        "closes": d.maybe("follow_up", chance=0.2),
    }


def draw_follow_up(d: PlanBuilder) -> dict[str, Any]:
    return {
        "about": d.sample(
            2,
            "client",
            "organization",
            "person",
            "opportunity",
            "project",
            "interaction",
            "rep",
            "product",
            "need",
            "show",
        ),
        "promised_by": d.maybe("person", chance=0.3),
        "promised_to": d.maybe("person", chance=0.2),
        "day": d.day(),
        "repeats": d.yes(0.3),
        "separately": d.yes(0.3),
        "timed": d.yes(0.3),
    }


def draw_opportunity(d: PlanBuilder) -> dict[str, Any]:
    return {
        "client": d.pick("client"),
        "project": d.maybe("project"),
        "buyer": d.maybe("organization", "client", chance=0.4),
        "contact": d.maybe("person", chance=0.3),
        "need": d.maybe("need", chance=0.5),
        "rep": d.maybe("rep", chance=0.3),
        "product": d.maybe("product"),
    }


def draw_milestone(d: PlanBuilder) -> dict[str, Any]:
    return {
        "client": d.pick("client"),
        "opportunity": d.maybe("opportunity", chance=0.7),
        "project": d.maybe("project", chance=0.2),
        "show": d.maybe("show", chance=0.2),
        "rep": d.maybe("rep", chance=0.2),
        "person": d.maybe("person", chance=0.3),
        "has_title": d.yes(0.5),
    }


def draw_meeting(d: PlanBuilder) -> dict[str, Any]:
    return {
        "show": d.pick("show"),
        "client": d.maybe("client", chance=0.8),
        "host": d.maybe("organization", "client"),
        "people": d.sample(2, "person"),
        "hour": d.rng.randint(8, 17),
        "staff": d.rng.choice(READERS),
    }


CREATE_ACTIONS: dict[str, tuple[int, Callable[[PlanBuilder], dict[str, Any]]]] = {
    "organization": (2, lambda d: {"parent": d.maybe("organization", "client", chance=0.2), "post": d.yes(0.4)}),
    "client": (3, lambda d: {"parent": d.maybe("organization", "client", chance=0.3)}),
    "person": (5, lambda d: {"employer": d.maybe("client", "client", "organization", chance=0.85)}),
    "rep": (
        2,
        lambda d: {
            "client": d.pick("client"),
            "person": d.maybe("person", chance=0.7),
            "organization": d.maybe("organization", "client", chance=0.5),
        },
    ),
    "product": (2, lambda d: {"client": d.pick("client")}),
    "project": (2, lambda d: {"source": d.maybe("person", "organization", "client"), "confidential": d.yes(0.4)}),
    "need": (
        2,
        lambda d: {
            "project": d.maybe("project", chance=0.6),
            "organization": d.maybe("organization", "client", chance=0.7),
        },
    ),
    "opportunity": (4, draw_opportunity),
    "interaction": (8, draw_interaction),
    "follow_up": (6, draw_follow_up),
    "show": (3, lambda _d: {}),
    "milestone": (3, draw_milestone),
    "meeting": (3, draw_meeting),
}
"""Steps that create a record: how often, and with which other records."""
