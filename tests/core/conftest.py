"""Records for tests of the core."""

from __future__ import annotations

import pytest

from crm.core.data.record_names import name_record
from crm.organizations.models import Organization


@pytest.fixture
def make_organization(session):
    """Create organizations: `make_organization("Huadong Water", "华东水务")`."""

    def make(name, native="", **facts):
        row = Organization(name=name, native_name=native or None, **facts)
        name_record(row, name, native)
        session.add(row)
        session.flush()
        return row

    return make
