"""Add the marks of tags such as "C++" and "C#" to their keys, which made them one tag."""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0099"
down_revision = "0097"
branch_labels = None
depends_on = None

TAG = sa.table("tag", sa.column("id", sa.Integer), sa.column("name", sa.String), sa.column("key", sa.String))
MARKS = re.compile(r"(?<=\w)[+#]+$")
WORDS = re.compile(r"([\w'&._@-]+)((?<=\w)[+#]+(?![\w+#]))?")
"""Words with the marks at their end: those between letters, as in "A+B", separate words."""


def upgrade() -> None:
    """Write the new keys. Keys with other words than the name stay as they are."""
    has_marks = sa.or_(*(TAG.c.name.contains(mark, autoescape=True) for mark in "+#＋＃"))
    rows = op.get_bind().execute(sa.select(TAG).where(has_marks)).all()
    for tag_id, name, key in rows:
        new_key = add_marks(unicodedata.normalize("NFKC", name), key)
        if new_key != key:
            op.execute(sa.update(TAG).where(TAG.c.id == tag_id).values(key=new_key))


def add_marks(name: str, key: str) -> str:
    """Return the key with the marks of the words of the name. What follows a mark at once, as in "C#.NET", joins it."""
    words, parts = list(WORDS.finditer(name)), key.split()
    ends = [f"{word[2]}{'' if WORDS.match(name, word.end()) else ' '}" if word[2] else " " for word in words]
    if len(ends) != len(parts):  # Folding splits some words, such as Arabic ones. A mark at the end has one place.
        has_inner_marks = any(end.strip() for end in ends[:-1])
        ends = [" "] * (len(parts) - 1) + (ends[-1:] if ends and not has_inner_marks else [" "])
    return "".join(part + end for part, end in zip(parts, ends, strict=True)).strip()[:60]


def downgrade() -> None:
    """Remove the marks again. Of two tags that would have one key, the later one keeps its own."""
    bind = op.get_bind()
    keys = set(bind.execute(sa.select(TAG.c.key)).scalars())
    for tag_id, key in bind.execute(sa.select(TAG.c.id, TAG.c.key).order_by(TAG.c.id)).all():
        old_key = " ".join(MARKS.sub("", word) for word in key.split())
        if old_key != key and old_key not in keys:
            keys.add(old_key)
            op.execute(sa.update(TAG).where(TAG.c.id == tag_id).values(key=old_key))
