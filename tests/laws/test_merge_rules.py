"""Every reference to a record that can be merged says what a merge does with it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from crm.core.data.base import Base
from crm.core.data.history import Audited
from crm.core.data.record import Record
from crm.merging.fields import MODELS, TOGETHER, list_groups
from crm.merging.policy import KINDS
from crm.merging.references import list_foreign_keys, list_references
from crm.merging.rules import NOT_MERGED, RULES, MergeAction

MADE_BY_HAND = frozenset({"interaction_link", "recent", "star"})
"""Tables without history whose rows a merge moves and stores for un-merge."""


def test_every_foreign_key_to_a_record_has_a_rule():
    assert list_foreign_keys().keys() - RULES.keys() == set(), "add it to RULES in crm/merging/rules.py"
    assert RULES.keys() - list_foreign_keys().keys() == set(), "there is no such foreign key"


def test_every_kind_of_record_can_be_merged_or_is_excluded():
    kinds = {str(m.polymorphic_identity) for m in Base.registry.mappers if issubclass(m.class_, Record)}
    assert kinds - {"None", "record"} == {*KINDS, *NOT_MERGED}
    assert MODELS.keys() == TOGETHER.keys() == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_rules_name_columns_of_their_table(kind):
    for reference in list_references(kind):
        columns = {attribute.key for attribute in reference.mapper.column_attrs}
        rule = reference.rule
        assert {*rule.same, *rule.add, *rule.any_of, *filter(None, [rule.other])} - {"value or raw"} <= columns


@pytest.mark.parametrize("kind", KINDS)
def test_rows_that_a_merge_would_repeat_are_joined(kind):
    """A unique key with the moved column in it is what tells rows apart; a row per record is single."""
    for reference in list_references(kind):
        if reference.rule.how in (MergeAction.stay, MergeAction.derived):
            continue
        column = reference.mapper.local_table.c[reference.name.split(".")[1]]
        for key in _unique_keys(reference.mapper.local_table):
            rest = {reference.mapper.get_property_by_column(one).key for one in key if one is not column}
            if column in key:
                assert reference.rule.how is MergeAction.single if not rest else set(reference.rule.same) == rest


def _unique_keys(table: sa.Table) -> list[set[sa.Column]]:
    constraints = [c for c in table.constraints if isinstance(c, sa.UniqueConstraint | sa.PrimaryKeyConstraint)]
    return [set(c.columns) for c in (*constraints, *(i for i in table.indexes if i.unique))]


def test_moved_tables_have_a_history_or_are_stored():
    moved = {
        r.mapper.class_
        for kind in KINDS
        for r in list_references(kind)
        if r.rule.how in (MergeAction.move, MergeAction.single)
    }
    assert {cls.__tablename__ for cls in moved if not issubclass(cls, Audited)} == MADE_BY_HAND


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_is_compared_once(kind):
    names = [(group.part, name) for group in list_groups(kind) for name in group.names]
    assert len(names) == len(set(names))
    assert all(str(group.label) for group in list_groups(kind))
