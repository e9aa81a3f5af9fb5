"""A project with a prime, a contact there, and interactions."""

from __future__ import annotations

from datetime import datetime

import pytest

from crm.interactions.services import InteractionDetails, PartyValues, log_interaction
from crm.introductions.queries import find_introductions, load_goal
from crm.introductions.texts import describe
from crm.projects.policy import ProjectRole
from crm.projects.services import add_project, save_party
from tests.factories import organization, person, prime


@pytest.fixture
def huayue(people):
    return prime("Huayue Municipal")


@pytest.fixture
def wang(huayue):
    return person("Wang", "Xiaoming", family_native="王", given_native="晓明", organization=huayue)


@pytest.fixture
def suzhou(actor, huayue, wang):
    """Return a project whose prime is Huayue, with Director Wang as the contact."""
    project = add_project(actor("anna"), {"name": "Suzhou smart city"})
    save_party(project, {"organization_id": huayue.id, "role": ProjectRole.prime, "person_id": wang.id})
    return project


@pytest.fixture
def meet(actor, clock):
    """Return a function that logs an interaction of a user with people on a day of February or March 2026."""

    def log(name, *people_met, day=1, month=3, **values):
        data = {"wall": datetime(2026, month, day, 20, 0), "zone": "Asia/Shanghai", "reached": "talked"} | values
        details = InteractionDetails(parties=[PartyValues(person_id=other.id) for other in people_met])
        return log_interaction(actor(name), data, details)

    return log


@pytest.fixture
def sentences(actor):
    """Return a function that returns the paths of a record for a user in words, strongest first."""

    def describe_paths(name, record, target_id=None):
        viewer = actor(name)
        goal = load_goal(viewer, record, target_id)
        return [describe(introduction, viewer.id) for introduction in find_introductions(viewer, goal)]

    return describe_paths


@pytest.fixture
def bureau(people):
    return organization("Digital City Bureau")
