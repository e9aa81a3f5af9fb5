"""Tags of rows: found whatever their case, made where missing."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from crm import names
from crm.core.db import db
from crm.imports.plan.known import in_parts
from crm.records.models import Tag


def tag_ids(wanted: Iterable[str]) -> dict[str, int]:
    """Ids of tags by their key; a missing one is made. Words without a letter are no tags."""
    by_key = {names.sort_key(name)[:60]: name.strip()[:40] for name in wanted if names.sort_key(name)}
    found: dict[str, int] = {}
    for part in in_parts(sorted(by_key)):
        found |= {t.key: t.id for t in db.session.scalars(sa.select(Tag).where(Tag.key.in_(part)))}
    missing = [Tag(name=by_key[key], key=key) for key in sorted(by_key.keys() - found.keys())]
    db.session.add_all(missing)
    db.session.flush()
    return found | {tag.key: tag.id for tag in missing}
