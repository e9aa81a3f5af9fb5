"""Browsers with and without a second factor, and shell commands."""

from __future__ import annotations

import pytest

from tests.accounts.factors import set_up


@pytest.fixture
def anna(client, people):
    """Return anna's browser, signed in."""
    return client.login_as("anna", with_form=True)


@pytest.fixture
def secured(anna, clock, people):
    """Return anna's browser, signed out, with an app set up a minute ago: browser, key, recovery codes."""
    key, codes = set_up(anna)
    anna.post("/logout")
    clock.forward(minutes=1)
    return anna, key, codes


@pytest.fixture
def run(real_app):
    """Return a function that runs a shell command, with a text as its input."""

    def call(*args: str, typed: str = ""):
        return real_app.test_cli_runner().invoke(args=list(args), input=typed)

    return call
