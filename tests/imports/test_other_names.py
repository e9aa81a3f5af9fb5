"""Other names in an export are read back as they were, whatever characters they contain."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.core.texts import BLANK_WORDS, clean_line, split_entries
from crm.imports.policy import ImportKind
from crm.imports.readers.headings import guessed_mapping, mapping_to_codes
from crm.imports.source import ReadSettings, open_source
from crm.organizations.lists import OTHER_NAMES
from crm.organizations.models import Alias, Organization
from crm.organizations.policy import AliasKind
from tests.factories import organization

PIECES = st.sampled_from([*";；:\"'\\|,，/ -=@Aé华", ":::", '""', '"; "', *BLANK_WORDS])
NAMES = st.lists(PIECES, min_size=1, max_size=8).map("".join).map(clean_line).filter(bool)


def set_other_names(session, row: Organization, names: list[str]) -> None:
    table = Alias.__table__
    session.execute(sa.delete(table).where(table.c.organization_id == row.id))
    for name in names:
        values = {"organization_id": row.id, "kind": AliasKind.trading, "name": name}
        session.execute(sa.insert(table).values(**values))


@pytest.fixture
def mill(session, people):
    return organization("Mill")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(NAMES, min_size=1, max_size=4, unique=True))
def test_other_names_of_an_export_are_read_back(session, mill, names):
    set_other_names(session, mill, names)
    text = session.scalar(sa.select(OTHER_NAMES).select_from(Organization).where(Organization.id == mill.id))
    assert sorted(split_entries(text)) == sorted(names)


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ("Smith Sons; S&S", ["Smith Sons", "S&S"]),
        ('"Smith; Sons"; S&S', ["Smith; Sons", "S&S"]),
        ('"Best" Foods; x', ['"Best" Foods', "x"]),
        ('"say ""hi; you"""; x', ['say "hi; you"', "x"]),
        ('"unclosed; x', ['"unclosed', "x"]),
        ("n/a; x ;; 无", ["x"]),
        ('"n/a"', ["n/a"]),
        ("a:::b\nc；d", ["a", "b", "c", "d"]),
        ('"Smith; Sons"\nS&S', ["Smith; Sons", "S&S"]),
        ('S&S\n "Smith; Sons" ', ["S&S", "Smith; Sons"]),
        ('""; "', ['"']),
        ("", []),
    ],
)
def test_entries_of_a_cell_are_split(text, entries):
    assert split_entries(text) == entries


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_exported_file_is_read_back(client, session, mill, suffix):
    names = ["Smith; Sons", "N/A", '"Best" Foods', "华东；水务", "-Delta", "Plain"]
    set_other_names(session, mill, names)
    session.commit()
    client.login_as("anna")
    data = client.get(f"/organizations/?as={suffix}").data
    source = open_source(data, ImportKind.organizations, ReadSettings())
    (row,) = source.rows(mapping_to_codes(guessed_mapping(source.guesses())))
    assert sorted(row.aliases) == sorted(names)
