"""The cast: the firms, people, leads, cases and shows that screenshots and handbooks name, and today's own stories.

All of them are invented. `play` makes them in order and gives a stage on which they are found by name.
"""

from __future__ import annotations

from collections import Counter

from crm.sample.people import PeopleGenerator

from . import opportunities, organizations, people, posts, projects, recent, representations, shows
from .script import DemoScript


def play(generator: PeopleGenerator) -> Counter[str]:
    """Make the cast; gives how many records of each kind there are now."""
    stage = DemoScript(generator)
    for act in (posts, organizations, people, projects, representations, opportunities, shows, recent):
        act.play(stage)
    return generator.office.sheets.created
