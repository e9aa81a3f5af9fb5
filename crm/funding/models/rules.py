"""Rules of funders that differ from the usual ones."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.data.base import Base, code, field
from crm.core.data.history import Audited
from crm.core.words import _l
from crm.interactions.counting import RequiredFact


class FunderRule(Audited, Base):
    """Whether a funder requires a fact to count a session, from a day on."""

    __tablename__ = "funder_rule"
    id: Mapped[int] = mapped_column(primary_key=True)
    funder_id: Mapped[int] = mapped_column(sa.ForeignKey("funder.id"), index=True)
    requirement: Mapped[RequiredFact] = field(_l("Requirement"), code(RequiredFact))
    is_required: Mapped[bool] = field(_l("Required"), default=True)
    from_on: Mapped[date] = field(_l("Valid from"))
    to_on: Mapped[date | None] = field(_l("Valid until"))
    source: Mapped[str | None] = field(
        _l("Source"), sa.String(300), hint=_l("The document or email that states the rule.")
    )
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}
