"""Milestones, impact surveys and their schedules."""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

INDEX = "record_fts_milestone"
VECTOR = "array_to_tsvector(array_remove(string_to_array(tokens, ' '), ''))"


def upgrade() -> None:
    """Create the tables and the search index of milestones."""
    op.create_table(
        "survey_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("opportunity_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("every_months", sa.Integer(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["organization.id"], name=op.f("fk_survey_plan_client_id")),
        sa.ForeignKeyConstraint(["opportunity_id"], ["opportunity.id"], name=op.f("fk_survey_plan_opportunity_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_survey_plan_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_plan")),
    )
    op.create_index("ix_survey_plan_client_id", "survey_plan", ["client_id"])
    op.create_index("ix_survey_plan_next_on", "survey_plan", ["next_on"])
    _add_sparse("survey_plan", "opportunity_id", "person_id")
    op.create_table(
        "impact_survey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("opportunity_id", sa.Integer(), nullable=True),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_to", sa.Date(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by_id", sa.Integer(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(120), nullable=True),
        sa.Column("sales", sa.Numeric(14, 2), nullable=True),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("sale_countries", sa.String(200), nullable=True),
        sa.Column("new_countries", sa.String(200), nullable=True),
        sa.Column("jobs", sa.Integer(), nullable=True),
        sa.Column("publish", sa.String(40), nullable=False),
        sa.Column("comment", sa.String(2000), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_by_id", sa.Integer(), nullable=True),
        sa.Column("decline_reason", sa.String(300), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["organization.id"], name=op.f("fk_impact_survey_client_id")),
        sa.ForeignKeyConstraint(["opportunity_id"], ["opportunity.id"], name=op.f("fk_impact_survey_opportunity_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_impact_survey_person_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["survey_plan.id"], name=op.f("fk_impact_survey_plan_id")),
        sa.ForeignKeyConstraint(["reviewed_by_id"], ["user.id"], name=op.f("fk_impact_survey_reviewed_by_id")),
        sa.ForeignKeyConstraint(["sent_by_id"], ["user.id"], name=op.f("fk_impact_survey_sent_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_impact_survey")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_impact_survey_token_hash")),
    )
    op.create_index("ix_impact_survey_client_id", "impact_survey", ["client_id"])
    op.create_index("ix_impact_survey_sent_at", "impact_survey", ["sent_at", "id"])
    op.create_index("ix_impact_survey_state", "impact_survey", ["state", "sent_at", "id"])
    _add_sparse("impact_survey", "opportunity_id", "person_id", "plan_id")
    op.create_table(
        "milestone",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(40), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("amount", sa.Numeric(14, 2), nullable=True),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("jobs", sa.Integer(), nullable=True),
        sa.Column("country", sa.String(2), nullable=True),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=False),
        sa.Column("opportunity_id", sa.Integer(), nullable=True),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("post_id", sa.Integer(), nullable=True),
        sa.Column("show_id", sa.Integer(), nullable=True),
        sa.Column("representation_id", sa.Integer(), nullable=True),
        sa.Column("funder_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("confirmed_how", sa.String(40), nullable=True),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_by_name", sa.String(120), nullable=True),
        sa.Column("publish", sa.String(40), nullable=False),
        sa.Column("evidence", sa.String(300), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("survey_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["organization.id"], name=op.f("fk_milestone_client_id")),
        sa.ForeignKeyConstraint(["confirmed_by_id"], ["person.id"], name=op.f("fk_milestone_confirmed_by_id")),
        sa.ForeignKeyConstraint(["funder_id"], ["funder.id"], name=op.f("fk_milestone_funder_id")),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name=op.f("fk_milestone_id")),
        sa.ForeignKeyConstraint(["opportunity_id"], ["opportunity.id"], name=op.f("fk_milestone_opportunity_id")),
        sa.ForeignKeyConstraint(["post_id"], ["organization.id"], name=op.f("fk_milestone_post_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_milestone_project_id")),
        sa.ForeignKeyConstraint(
            ["representation_id"], ["representation.id"], name=op.f("fk_milestone_representation_id")
        ),
        sa.ForeignKeyConstraint(["show_id"], ["show.id"], name=op.f("fk_milestone_show_id")),
        sa.ForeignKeyConstraint(["survey_id"], ["impact_survey.id"], name=op.f("fk_milestone_survey_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestone")),
    )
    op.create_index("ix_milestone_client_id", "milestone", ["client_id"])
    op.create_index("ix_milestone_on", "milestone", ["on", "id"])
    op.create_index("ix_milestone_what", "milestone", ["what", "status", "on", "id"])
    _add_sparse(
        "milestone",
        "confirmed_by_id",
        "funder_id",
        "opportunity_id",
        "post_id",
        "project_id",
        "representation_id",
        "show_id",
        "survey_id",
    )
    _create_search()


def _add_sparse(table: str, *columns: str) -> None:
    """Create partial indexes over the filled rows of mostly empty columns."""
    for column in columns:
        filled = sa.text(f"{column} IS NOT NULL")
        op.create_index(f"ix_{table}_{column}", table, [column], sqlite_where=filled, postgresql_where=filled)


def _create_search() -> None:
    connection = op.get_bind()
    _drop_search()
    if connection.dialect.name == "sqlite":
        # FTS5 reads its content from a view of the rows that it indexes.
        connection.exec_driver_sql(
            f"CREATE VIEW {INDEX}_words AS SELECT id, tokens FROM record WHERE kind = 'milestone'"  # noqa: S608
        )
        connection.exec_driver_sql(
            f"CREATE VIRTUAL TABLE {INDEX} USING fts5(tokens, content='{INDEX}_words', content_rowid='id', "
            "tokenize='unicode61 remove_diacritics 2', prefix='2 3')"
        )
        connection.exec_driver_sql(f"INSERT INTO {INDEX}({INDEX}) VALUES('rebuild')")
    else:
        connection.exec_driver_sql(f"CREATE INDEX {INDEX} ON record USING gin (({VECTOR})) WHERE kind = 'milestone'")


def _drop_search() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {INDEX}")
        connection.exec_driver_sql(f"DROP VIEW IF EXISTS {INDEX}_words")
    else:
        connection.exec_driver_sql(f"DROP INDEX IF EXISTS {INDEX}")


def downgrade() -> None:
    """Drop them; the rows of milestones in the table of records stay."""
    _drop_search()
    for table in ("milestone", "impact_survey", "survey_plan"):
        op.drop_table(table)
