"""Long imports are written in slices by one worker at a time; the parsing options are stored for the preview."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    with op.batch_alter_table("import_run") as table:
        table.add_column(sa.Column("preview", sa.JSON(), nullable=True))
        table.add_column(sa.Column("written", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("worker", sa.String(length=36), nullable=True))
        table.add_column(sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True))
        table.create_index(op.f("ix_import_run_state"), ["state"])


def downgrade() -> None:
    """Remove them."""
    with op.batch_alter_table("import_run") as table:
        table.drop_index(op.f("ix_import_run_state"))
        for name in ("lease_until", "worker", "written", "preview"):
            table.drop_column(name)
