"""Parties under parties, tender packages with their needs, and registrations of clients as suppliers."""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the column and the tables."""
    with op.batch_alter_table("project_party") as table:
        table.add_column(sa.Column("under_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_project_party_under_id"), "organization", ["under_id"], ["id"])
        table.create_index("ix_project_party_under_id", ["under_id"])
    op.create_table(
        "tender_package",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("native_name", sa.String(200), nullable=True),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("bid_wall", sa.DateTime(), nullable=True),
        sa.Column("zone", sa.String(60), nullable=True),
        sa.Column("bid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_tender_package_project_id")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_tender_package_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tender_package")),
    )
    for name in ("project_id", "organization_id", "bid_at"):
        op.create_index(f"ix_tender_package_{name}", "tender_package", [name])
    op.create_table(
        "package_need",
        sa.Column("need_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("package_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_package_need_need_id")),
        sa.ForeignKeyConstraint(["package_id"], ["tender_package.id"], name=op.f("fk_package_need_package_id")),
        sa.PrimaryKeyConstraint("need_id", name=op.f("pk_package_need")),
    )
    op.create_index("ix_package_need_package_id", "package_need", ["package_id"])
    op.create_table(
        "supplier_registration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("prime_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("portal_url", sa.String(300), nullable=True),
        sa.Column("registered_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["organization.id"], name=op.f("fk_supplier_registration_client_id")),
        sa.ForeignKeyConstraint(["prime_id"], ["organization.id"], name=op.f("fk_supplier_registration_prime_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier_registration")),
    )
    for name in ("client_id", "prime_id", "expires_on"):
        op.create_index(f"ix_supplier_registration_{name}", "supplier_registration", [name])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("supplier_registration")
    op.drop_table("package_need")
    op.drop_table("tender_package")
    with op.batch_alter_table("project_party") as table:
        table.drop_index("ix_project_party_under_id")
        table.drop_constraint(op.f("fk_project_party_under_id"), type_="foreignkey")
        table.drop_column("under_id")
