"""Fixtures of the tests in this directory."""

from __future__ import annotations

import pytest

from crm.core.data.base import db
from crm.core.data.history import ChangeSource, act_as


@pytest.fixture
def clara(session, people, actor):
    act_as(db.session(), actor("clara"), ChangeSource.web)
    return actor("clara")
