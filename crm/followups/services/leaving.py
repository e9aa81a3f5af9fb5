"""When somebody leaves, open follow-ups pass to the heir; what is done or dropped stays with whoever did it."""

from __future__ import annotations

import sqlalchemy as sa

from crm.accounts.services.handover import PASSES
from crm.core.data.record import Record
from crm.followups.models import FollowUp
from crm.followups.words import FollowUpState

PASSES["followup"] = lambda: Record.id.in_(sa.select(FollowUp.id).where(FollowUp.state == FollowUpState.open))
