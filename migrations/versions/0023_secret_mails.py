"""Secret emails are stored encrypted and wiped once sent; those that earlier releases sent are wiped here."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

LEFT = ("sent", "cancelled", "dead", "uncertain")
LONGEST = timedelta(days=7)
MAIL = sa.table(
    "mail",
    sa.column("secret", sa.Boolean),
    sa.column("state", sa.String),
    sa.column("date", sa.DateTime(timezone=True)),
    sa.column("mime", sa.LargeBinary),
    sa.column("text", sa.Text),
)


def upgrade() -> None:
    """Wipe secret emails that were sent or whose link has expired; index those that may be wiped."""
    if op.get_bind().dialect.name == "sqlite":
        # Without it the old bytes stay in the file until their pages are reused.
        op.execute("PRAGMA secure_delete=ON")
    old = MAIL.c.date < datetime.now(UTC) - LONGEST
    wiped = MAIL.update().where(MAIL.c.secret, sa.or_(MAIL.c.state.in_(LEFT), old)).values(mime=b"", text="")
    op.execute(wiped)
    op.create_index(
        "ix_mail_secret", "mail", ["date", "id"], sqlite_where=sa.text("secret"), postgresql_where=sa.text("secret")
    )


def downgrade() -> None:
    """Drop the index; wiped emails stay wiped."""
    op.drop_index("ix_mail_secret", "mail")
