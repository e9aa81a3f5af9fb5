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
BETWEEN = re.compile(r"[^\w+#'&._@-]+")


def upgrade() -> None:
    """Write the new keys. Keys with other words than the name stay as they are."""
    has_marks = sa.or_(*(TAG.c.name.contains(mark, autoescape=True) for mark in "+#＋＃"))
    rows = op.get_bind().execute(sa.select(TAG).where(has_marks)).all()
    for tag_id, name, key in rows:
        words = [word for word in BETWEEN.split(unicodedata.normalize("NFKC", name)) if word.strip("+#")]
        parts = key.split()
        if len(words) == len(parts):
            marks = [match.group() if (match := MARKS.search(word)) else "" for word in words]
            new_key = " ".join(part + mark for part, mark in zip(parts, marks, strict=True))[:60]
            op.execute(sa.update(TAG).where(TAG.c.id == tag_id).values(key=new_key))


def downgrade() -> None:
    """Remove the marks again. Of two tags that would have one key, the later one keeps its own."""
    bind = op.get_bind()
    keys = set(bind.execute(sa.select(TAG.c.key)).scalars())
    for tag_id, key in bind.execute(sa.select(TAG.c.id, TAG.c.key).order_by(TAG.c.id)).all():
        old_key = " ".join(MARKS.sub("", word) for word in key.split())
        if old_key != key and old_key not in keys:
            keys.add(old_key)
            op.execute(sa.update(TAG).where(TAG.c.id == tag_id).values(key=old_key))
