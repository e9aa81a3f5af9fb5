"""The state of an account."""

from __future__ import annotations

import pytest

from crm.accounts.queries import AccountState, account_state
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
