"""The cast: the firms, people, leads, cases and shows that screenshots and handbooks name, and today's own stories.

All of them are invented. `play` makes them in order and gives a stage on which they are found by name.
"""

from __future__ import annotations

from collections import Counter

from crm.sample.crowd import PeopleGenerator

from . import cases, fairs, firms, people, posts, projects, reps, today
from .stage import DemoScript


def play(crowd: PeopleGenerator) -> Counter[str]:
    """Make the cast; gives how many records of each kind there are now."""
    stage = DemoScript(crowd)
    for act in (posts, firms, people, projects, reps, cases, fairs, today):
        act.play(stage)
    return crowd.office.sheets.made
