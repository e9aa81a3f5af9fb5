"""Answers of a client to the counseling form 641 that are sensitive, in a table of their own."""

from __future__ import annotations

from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.data.base import Base, code, field
from crm.core.data.history import Audited, UndoMode
from crm.core.words import _l
from crm.funding.policy.form641 import (
    BranchOfService,
    Disability,
    Ethnicity,
    HeardFrom,
    MilitaryStatus,
    Race,
    Sex,
)


class IntakeAnswers(Audited, Base):
    """Voluntary answers; blank means that the client wasn't asked or prefers not to say.

    Not part of the client's history: its readers may not see them.
    """

    __tablename__ = "intake_answers"
    undo_mode: ClassVar[UndoMode | None] = UndoMode.ignore
    client_id: Mapped[int] = mapped_column(sa.ForeignKey("organization.id"), primary_key=True, autoincrement=False)
    race: Mapped[Race | None] = field(_l("Race"), code(Race))
    ethnicity: Mapped[Ethnicity | None] = field(_l("Ethnicity"), code(Ethnicity))
    sex: Mapped[Sex | None] = field(_l("Sex"), code(Sex))
    disability: Mapped[Disability | None] = field(_l("Disability"), code(Disability))
    military_status: Mapped[MilitaryStatus | None] = field(_l("Military status"), code(MilitaryStatus))
    branch: Mapped[BranchOfService | None] = field(_l("Branch of service"), code(BranchOfService))
    heard_from: Mapped[HeardFrom | None] = field(_l("Referred by"), code(HeardFrom))
    may_survey: Mapped[bool] = field(_l("SBA may send surveys"), default=False)
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}
