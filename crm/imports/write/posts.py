"""Write planned posts: shared, as commercial offices, with their source."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from crm.core.data.base import db
from crm.core.data.bulk import BulkInsert
from crm.core.policy import Actor
from crm.imports.plan.line import ImportLine, ImportOptions
from crm.imports.plan.posts import SOURCE
from crm.imports.policy import LineOutcome
from crm.imports.readers.known_posts import post_code
from crm.organizations.policy import PostKind
from crm.records.models import RecordTag

from .organizations import insert_organization
from .tags import get_or_create_tags, row_tag_ids


def write_posts(
    _actor: Actor, lines: Sequence[ImportLine], options: ImportOptions, on_progress: Callable[[int], None]
) -> None:
    """Insert the posts of the lines and set each line's `record_id`."""
    tags = get_or_create_tags(options.tags)
    bulk = BulkInsert(db.session())
    new = [line for line in lines if line.outcome is LineOutcome.new]
    for line in new:
        v = line.data.values
        code = post_code(v["country"] or "", v["city"] or "") or None
        facts = {"kind": PostKind.commercial_office, "code": code, "source": SOURCE}
        line.record_id = insert_organization(bulk, line.data, facts)
        for tag_id in row_tag_ids(tags, line.data.tags):
            bulk.add(RecordTag, record_id=line.record_id, tag_id=tag_id)
    bulk.write()
    on_progress(len(new))
