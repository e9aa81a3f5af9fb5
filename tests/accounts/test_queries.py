"""The state of an account, and the teams of users."""

from __future__ import annotations

import pytest

from crm.accounts.queries import AccountState, account_state, load_teams
from crm.core.data.identity import User


@pytest.mark.parametrize(
    ("active", "password", "state"),
    [
        (True, "hash", AccountState.active),
        (True, None, AccountState.invited),
        (False, "hash", AccountState.disabled),
        (False, None, AccountState.disabled),
    ],
)
def test_account_state_follows_from_activation_and_password(active, password, state):
    assert account_state(User(active=active, password=password)) is state


def test_teams_are_those_of_the_named_users(people):
    anna, shen = people["anna"].id, people["shen"].id
    teams = load_teams([anna, shen])
    assert {user_id: [team.name for team in rows] for user_id, rows in teams.items()} == {
        anna: ["Inland"],
        shen: ["Inland", "Bay", "Valley"],
    }
