"""Indexes from which reports count: talks in the order of ids, participants, officials, stages, new records."""

from alembic import op

revision = "0088"
down_revision = "0087"
branch_labels = None
depends_on = None

WIDER = (
    ("ix_affiliation_person_id", "affiliation", ["person_id"], ["to_on", "official", "organization_id"]),
    ("ix_interaction_party_interaction_id", "interaction_party", ["interaction_id"], ["person_id", "role"]),
    ("ix_interaction_staff_user_id", "interaction_staff", ["user_id"], ["interaction_id"]),
    ("ix_opportunity_change_case", "opportunity_change", ["opportunity_id", "at"], ["field", "new", "old"]),
)
"""Indexes that get more columns, so that the rows needn't be read: name, table, columns, further columns."""


def upgrade() -> None:
    """Replace the indexes by wider ones and create the new ones."""
    for name, table, columns, further in WIDER:
        op.drop_index(name, table_name=table)
        op.create_index(name, table, [*columns, *further])
    op.create_index("ix_interaction_state_id", "interaction", ["state", "id", "at", "what"])
    op.create_index("ix_followup_state_id", "followup", ["state", "id", "side", "due_on", "due_at"])
    op.create_index("ix_record_created", "record", ["kind", "created_at", "id"])


def downgrade() -> None:
    """Undo it."""
    op.drop_index("ix_record_created", table_name="record")
    op.drop_index("ix_followup_state_id", table_name="followup")
    op.drop_index("ix_interaction_state_id", table_name="interaction")
    for name, table, columns, _further in WIDER:
        op.drop_index(name, table_name=table)
        op.create_index(name, table, columns)
