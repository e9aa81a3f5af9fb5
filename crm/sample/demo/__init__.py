"""The demo records: organizations, people, leads, opportunities and shows that screenshots and handbooks name.

All of them are invented. They are created in order; later ones refer to earlier ones by key (`DemoRecords`).
"""

from __future__ import annotations

from collections import Counter

from crm.sample.generators.people import PeopleGenerator

from . import (
    colleagues,
    custom_reports,
    funding,
    gifts,
    invitations,
    milestones,
    opportunities,
    organizations,
    people,
    posts,
    projects,
    recent,
    representations,
    reviews,
    shows,
    structure,
    targets,
    tariff_notes,
    views,
)
from .demo_records import DemoRecords


def create_demo(generator: PeopleGenerator) -> Counter[str]:
    """Create the demo records; return how many records of each kind there are."""
    demo = DemoRecords(generator)
    for module in (
        posts,
        organizations,
        people,
        projects,
        representations,
        opportunities,
        shows,
        milestones,
        recent,
        invitations,
        structure,
        tariff_notes,
        gifts,
        colleagues,
        funding,
        reviews,
        custom_reports,
        targets,
        views,
    ):
        module.create(demo)
    return generator.writer.inserter.created
