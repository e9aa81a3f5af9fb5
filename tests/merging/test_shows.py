"""What a merge of two shows keeps."""

from __future__ import annotations

from datetime import date

import pytest

from crm.core.data.base import db
from crm.core.policy import SYSTEM
from crm.merging.preview import build_preview
from crm.merging.queries import build_plan
from crm.reference.models import Funder
from crm.shows.policy import ShowKind
from crm.shows.services import save_show
from tests.merging.lookups import merge

DAY = date(2026, 3, 5)


@pytest.fixture
def funder():
    row = Funder(code="STEP", name="State Trade Expansion Program")
    db.session.add(row)
    db.session.flush()
    return row


def workshop(name: str, **more):
    values = {"name": name, "what": ShowKind.workshop, "starts_on": DAY, "ends_on": DAY}
    return save_show(SYSTEM, values | {"zone": "America/Los_Angeles"} | more)


def test_funder_whose_goals_count_the_attendees_stays(clara, actor, funder):
    first, second = workshop("Export basics"), workshop("Export Basics", funder_id=funder.id)
    shen = actor("shen")
    assert ("Funder", funder.name) in build_preview(clara, build_plan(clara, first, second, {})).facts
    assert funder.name not in str(build_preview(shen, build_plan(shen, first, second, {})))
    merge(clara, first, second)
    assert first.funder_id == funder.id
