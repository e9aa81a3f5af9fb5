"""Merges of records, and the other names under which a merged record is found."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables, and the column that leads from a merged record to the one that is left."""
    op.create_table(
        "merge",
        sa.Column("batch_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("survivor_id", sa.Integer(), nullable=False),
        sa.Column("loser_id", sa.Integer(), nullable=False),
        sa.Column("unlogged", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_merge_batch_id")),
        sa.ForeignKeyConstraint(["survivor_id"], ["record.id"], name=op.f("fk_merge_survivor_id")),
        sa.ForeignKeyConstraint(["loser_id"], ["record.id"], name=op.f("fk_merge_loser_id")),
        sa.PrimaryKeyConstraint("batch_id", name=op.f("pk_merge")),
    )
    op.create_index("ix_merge_survivor_id", "merge", ["survivor_id"])
    op.create_index("ix_merge_loser_id", "merge", ["loser_id"])
    op.create_table(
        "other_name",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_other_name_record_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_other_name")),
    )
    op.create_index("ix_other_name_record_id", "other_name", ["record_id"])
    column = sa.Column("merged_into_id", sa.Integer(), nullable=True)
    if op.get_bind().dialect.name == "sqlite":
        # A batch migration would rebuild the largest table.
        op.execute(
            "ALTER TABLE record ADD COLUMN merged_into_id INTEGER CONSTRAINT fk_record_merged_into_id REFERENCES record (id)"
        )
    else:
        op.add_column("record", column)
        op.create_foreign_key(op.f("fk_record_merged_into_id"), "record", "record", ["merged_into_id"], ["id"])
    is_filled = sa.text("merged_into_id IS NOT NULL")
    op.create_index(
        "ix_record_merged_into_id", "record", ["merged_into_id"], sqlite_where=is_filled, postgresql_where=is_filled
    )


def downgrade() -> None:
    """Remove them. Merged records are archived ones then."""
    op.drop_index("ix_record_merged_into_id", "record")
    with op.batch_alter_table("record") as table:
        table.drop_column("merged_into_id")
    op.drop_table("other_name")
    op.drop_table("merge")
