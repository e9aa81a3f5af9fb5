"""Postponing a follow-up that has a time in another zone."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from crm.core import clock
from crm.core.errors import Invalid
from crm.followups.services import postpone_follow_up


@pytest.mark.parametrize(("hour", "is_refused"), [(9, True), (13, False)])
def test_follow_up_is_not_postponed_to_a_moment_that_has_passed(make, anna, hour, is_refused):
    """On Monday evening in Los Angeles 9 AM of Tuesday has passed in Shanghai."""
    row = make(due_on=None, due_wall=datetime(2026, 12, 7, hour), zone="Asia/Shanghai")
    with clock.frozen(datetime.fromisoformat("2026-12-08T04:00:00+00:00")):
        if is_refused:
            with pytest.raises(Invalid, match="Choose a later date"):
                postpone_follow_up(anna, row, date(2026, 12, 8))
        else:
            postpone_follow_up(anna, row, date(2026, 12, 8))
    assert (row.due_on, row.postponed_count) == (date(2026, 12, 7 if is_refused else 8), 0 if is_refused else 1)
