"""Which indexes the statements of a search use."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from crm.core.search.engines import select_newest


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_newest_matches_are_not_found_by_walking_the_table_from_its_end(session):
    for setting in ("enable_sort", "enable_seqscan"):
        session.execute(sa.text(f"SET LOCAL {setting} TO off"))
    newest = select_newest("interaction", 200, sqlite=False)
    stmt = sa.select(newest).params(exact_query="'lixin'", match_query="'lixin':*")
    text = stmt.compile(session.connection(), compile_kwargs={"literal_binds": True})
    plan = "\n".join(session.scalars(sa.text(f"EXPLAIN {text}").execution_options(no_parameters=True)))
    assert "pk_record" not in plan, plan
