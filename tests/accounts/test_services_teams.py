"""Teams found by their name."""

from __future__ import annotations

import pytest

from crm.accounts.services.teams import TeamValues, find_team_by_name, save_team
from crm.core.data.identity import Team


@pytest.mark.parametrize(
    ("name", "team_name"),
    [
        ("BAY", "BAY"),
        ("Bay", "Bay"),
        ("bay", "Bay"),
        ("\uff22\uff41\uff59", "Bay"),
        ("Bay 2", None),
        ("B\u00e1y", None),
    ],
)
def test_team_with_exactly_this_name_is_found_before_one_that_differs_in_case(people, name, team_name):
    save_team(Team(), TeamValues("BAY"))
    team = find_team_by_name(name)
    assert (team.name if team else None) == team_name
