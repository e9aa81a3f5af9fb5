"""Columns of people and organizations that declare their own import headings (`base.field(headings=...)`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from crm.core.data.columns import labeled_column, own_columns
from crm.organizations.models import Organization
from crm.people.models import Person

PLAIN_COLUMNS: Mapping[str, Mapping[str, sa.Column[Any]]] = {
    kind: {attribute.key: labeled_column(attribute) for attribute in own_columns(entity, "headings")}
    for kind, entity in (("people", Person), ("organizations", Organization))
}
"""The columns by name, for each kind of import. All of them hold text of limited length."""


def plain_headings(kind: str) -> dict[str, str]:
    """Return the headings of the plain columns by name: the name itself, the label and those that are declared."""
    return {
        name: "|".join((name, str(column.info["label"]), column.info["headings"]))
        for name, column in PLAIN_COLUMNS[kind].items()
    }
