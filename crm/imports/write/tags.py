"""Tags of rows: found whatever their case, made where missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from crm.core.data.base import db
from crm.imports.plan.existing import in_parts
from crm.records.models import Tag
from crm.records.services import tag_key


def tag_ids(wanted: Iterable[str]) -> dict[str, int]:
    """Ids of tags by their key; a missing one is made."""
    by_key = {key: name.strip()[:40] for name in wanted if (key := tag_key(name))}
    found: dict[str, int] = {}
    for part in in_parts(sorted(by_key)):
        found |= {t.key: t.id for t in db.session.scalars(sa.select(Tag).where(Tag.key.in_(part)))}
    missing = [Tag(name=by_key[key], key=key) for key in sorted(by_key.keys() - found.keys())]
    db.session.add_all(missing)
    db.session.flush()
    return found | {tag.key: tag.id for tag in missing}


def those(tags: Mapping[str, int], wanted: Iterable[str]) -> list[int]:
    """The ids of the tags a row names, each once."""
    return list(dict.fromkeys(tags[key] for name in wanted if (key := tag_key(name)) in tags))
