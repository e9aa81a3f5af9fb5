"""Helpers of the tests of opportunities."""

from __future__ import annotations

from crm.opportunities.history import list_changes


def page_text(answer):
    return answer.get_data(as_text=True)


def last_change(row):
    change = list_changes(row.id)[0]
    return change.field, change.old, change.new, change.why, change.skipped
