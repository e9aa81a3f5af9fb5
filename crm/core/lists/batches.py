"""The rows of a list for a file: all that the user may see, without the confidential ones, read in batches."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from crm.core.data.base import db, reading
from crm.core.data.id_sets import ID
from crm.core.lists import count, query
from crm.core.policy import Actor

if TYPE_CHECKING:
    from crm.core.lists.declare import Col, Listing
    from crm.core.lists.state import ListState

BATCH = 500


class ExportCounts:
    """The number of rows sent so far, of those left out because they are confidential, and the ids of records."""

    rows = excluded_rows = 0

    def __init__(self) -> None:
        self.ids = array(ID)


def read_batches(
    listing: Listing, actor: Actor, state: ListState, cols: Sequence[Col], counts: ExportCounts
) -> Iterator[Sequence[Any]]:
    """Yield the rows in batches, read by a separate session, which is `db.session` for what loads further values."""
    stmt = query.build_filtered(listing, actor, state)
    if count.has_confidential(listing):
        counts.excluded_rows = count.count_confidential(stmt, listing)
        stmt = stmt.where(listing.confidential.is_(False))
    stmt = stmt.with_only_columns(*query.columns(listing, cols), maintain_column_froms=True)
    stmt = query.ordered(stmt, listing, state)
    db.session.remove()
    with Session(db.engine) as session:
        with reading():
            session.connection()
        db.session.registry.set(session)  # type: ignore[arg-type]
        for batch in session.execute(stmt, execution_options={"yield_per": BATCH}).partitions():
            counts.rows += len(batch)
            if listing.is_of_records:
                counts.ids.extend(row[0] for row in batch)
            yield batch
