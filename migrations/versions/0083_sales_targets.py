"""Sales targets of teams and counselors."""

import sqlalchemy as sa
from alembic import op

revision = "0083"
down_revision = "0082"
branch_labels = None
depends_on = None
OF_TEAM = sa.text("counselor_id IS NULL")
OF_COUNSELOR = sa.text("counselor_id IS NOT NULL")


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "sales_target",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("counselor_id", sa.Integer(), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.Numeric(14, 2), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_sales_target_team_id")),
        sa.ForeignKeyConstraint(["counselor_id"], ["user.id"], name=op.f("fk_sales_target_counselor_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_sales_target_created_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sales_target")),
        sa.UniqueConstraint(
            "team_id",
            "counselor_id",
            "from_on",
            "to_on",
            name=op.f("uq_sales_target_team_id_counselor_id_from_on_to_on"),
        ),
    )
    op.create_index(
        "uq_sales_target_of_team",
        "sales_target",
        ["team_id", "from_on", "to_on"],
        unique=True,
        sqlite_where=OF_TEAM,
        postgresql_where=OF_TEAM,
    )
    op.create_index(
        "ix_sales_target_counselor_id",
        "sales_target",
        ["counselor_id"],
        sqlite_where=OF_COUNSELOR,
        postgresql_where=OF_COUNSELOR,
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("sales_target")
