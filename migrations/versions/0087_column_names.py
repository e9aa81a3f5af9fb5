"""Plain names of three columns: visibility key, organization of a China rep, required description of a lost reason."""

import sqlalchemy as sa
from alembic import op

revision = "0087"
down_revision = "0086"
branch_labels = None
depends_on = None

VISIBILITY_INDEX = ("stage", "currency", "amount", "chance", "stage_since", "id")


def upgrade() -> None:
    """Rename them, and the fields in the history and in stored imports."""
    op.drop_index("ix_opportunity_shelf", "opportunity")
    op.execute("ALTER TABLE opportunity RENAME COLUMN shelf TO visibility_key")
    op.create_index("ix_opportunity_visible", "opportunity", ["visibility_key", *VISIBILITY_INDEX])
    op.execute("ALTER TABLE lost_reason RENAME COLUMN asks_words TO requires_description")
    _rename_organization("firm_id", "organization_id")
    _rename_in("change", ("diff",), "asks_words", "requires_description", "\"table\" = 'lost_reason'")
    _rename_in("change", ("diff",), "firm_id", "organization_id", "\"table\" = 'representation'")
    _rename_in_imports("firm", "organization")


def downgrade() -> None:
    """Rename them back."""
    _rename_in_imports("organization", "firm")
    _rename_in("change", ("diff",), "organization_id", "firm_id", "\"table\" = 'representation'")
    _rename_in("change", ("diff",), "requires_description", "asks_words", "\"table\" = 'lost_reason'")
    _rename_organization("organization_id", "firm_id")
    op.execute("ALTER TABLE lost_reason RENAME COLUMN requires_description TO asks_words")
    op.drop_index("ix_opportunity_visible", "opportunity")
    op.execute("ALTER TABLE opportunity RENAME COLUMN visibility_key TO shelf")
    op.create_index("ix_opportunity_shelf", "opportunity", ["shelf", *VISIBILITY_INDEX])


def _rename_organization(old: str, new: str) -> None:
    op.drop_index(f"ix_representation_{old}", "representation")
    with op.batch_alter_table("representation") as table:
        table.drop_constraint(f"fk_representation_{old}", type_="foreignkey")
        table.alter_column(old, new_column_name=new)
    with op.batch_alter_table("representation") as table:
        table.create_foreign_key(f"fk_representation_{new}", "organization", [new], ["id"])
    op.create_index(f"ix_representation_{new}", "representation", [new])


def _rename_in_imports(old: str, new: str) -> None:
    is_rep = "kind = 'representations'"
    _rename_in("import_mapping", ("mapping",), old, new, is_rep)
    _rename_in("import_run", ("options",), old, new, is_rep)


def _rename_in(table: str, columns: tuple[str, ...], old: str, new: str, condition: str) -> None:
    """Rename a key or a value of JSON columns."""
    for column in columns:
        text = f"CAST({column} AS TEXT)"
        renamed = f"replace({text}, '\"{old}\"', '\"{new}\"')"
        if op.get_bind().dialect.name == "postgresql":
            renamed = f"CAST({renamed} AS JSON)"
        where = f"{condition} AND {text} LIKE '%\"{old}\"%'"
        op.execute(sa.text(f'UPDATE "{table}" SET {column} = {renamed} WHERE {where}'))  # noqa: S608 - constants only
