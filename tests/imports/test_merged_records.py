"""Exports from before a merge: the identifier of the record that was merged is that of the survivor."""

from __future__ import annotations

import pytest

from crm.core.data.base import db
from crm.records.services import set_confidentiality
from tests.factories import archived, client_of, organization, person, reachable
from tests.imports.conftest import ImportFlow, list_labels
from tests.merging.lookups import merge

MAKERS = {"people": lambda name: person("Zhou", name), "organizations": organization}


@pytest.mark.parametrize("kind", MAKERS)
def test_export_from_before_a_merge_is_up_to_date(anna, actor, kind):
    first, second, third = (MAKERS[kind](name) for name in ("Limin", "Lei", "Li"))
    db.session.commit()
    exported = anna.get(f"/{kind}/?as=csv").data
    merge(actor("anna"), second, third)
    merge(actor("anna"), first, second)
    db.session.commit()
    flow = ImportFlow(anna, exported, kind=kind)
    assert flow.counts == (0, 0, 3, 0)
    assert {line[8] for line in flow.run.report} == {first.id}


def test_what_is_new_in_the_row_of_a_merged_person_is_added_to_the_survivor(anna, actor):
    survivor, merged = reachable(person("Zhou", "Limin"), email="zhou@hd.cn"), person("Chou", "Li-min")
    merge(actor("anna"), survivor, merged)
    db.session.commit()
    ImportFlow(anna, f"Identifier,Name,City\n{merged.uid},Chou Li-min,Ningbo\n").confirm()
    db.session.refresh(survivor)
    assert (survivor.city, merged.city) == ("Ningbo", None)


def test_archived_record_into_which_one_was_merged_is_named(anna, actor):
    survivor, merged = organization("Delta"), organization("Delta Works")
    merge(actor("anna"), survivor, merged)
    archived(survivor)
    db.session.commit()
    flow = ImportFlow(anna, f"Identifier,Name\n{merged.uid},Delta Works\n", kind="organizations")
    assert "“Delta” is archived. Restore it, then import this row again." in flow.text


def test_hidden_record_into_which_one_was_merged_is_not_named(anna, actor, people):
    survivor, merged = (client_of("Bay", name, counselor=people["boris"]) for name in ("Secret", "Delta Works"))
    merge(actor("boris"), survivor, merged)
    set_confidentiality(survivor, confidential=True, readers=[])
    db.session.commit()
    flow = ImportFlow(anna, f"Identifier,Name\n{merged.uid},Delta Works\n", kind="organizations")
    assert "Secret" not in flow.text
    flow.confirm()
    assert list_labels("organization") == ["Secret", "Delta Works", "Delta Works"]
