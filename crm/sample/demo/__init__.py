"""The demo records: organizations, people, leads, opportunities and shows that screenshots and handbooks name.

All of them are invented. `play` creates them in order, with a stage on which later ones find earlier ones by name.
"""

from __future__ import annotations

from collections import Counter

from crm.sample.people import PeopleGenerator

from . import opportunities, organizations, people, posts, projects, recent, representations, shows
from .script import DemoScript


def play(generator: PeopleGenerator) -> Counter[str]:
    """Create the demo records; return how many records of each kind there are."""
    stage = DemoScript(generator)
    for act in (posts, organizations, people, projects, representations, opportunities, shows, recent):
        act.play(stage)
    return generator.office.sheets.created
