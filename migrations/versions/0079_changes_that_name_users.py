"""An index of the changes that may name a user, which Today and the digest read."""

import sqlalchemy as sa
from alembic import op

revision = "0079"
down_revision = "0078"
branch_labels = None
depends_on = None

USER_NAMED = sa.text(
    "(CAST(diff AS TEXT) LIKE '%\"counselor_id\"%'"
    " OR (CAST(diff AS TEXT) LIKE '%@%' OR CAST(diff AS TEXT) LIKE '%uff20%')"
    " AND (CAST(diff AS TEXT) LIKE '%\"note\"%' OR CAST(diff AS TEXT) LIKE '%\"notes\"%'))"
)


def upgrade() -> None:
    """Create the index."""
    op.create_index("ix_change_user_named", "change", ["at"], sqlite_where=USER_NAMED, postgresql_where=USER_NAMED)


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_change_user_named", table_name="change")
