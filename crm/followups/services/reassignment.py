"""When a user leaves, open follow-ups go to the new owner; closed ones stay with the former counselor."""

from __future__ import annotations

import sqlalchemy as sa

from crm.core.data.record import Record
from crm.core.hooks import REASSIGN_CONDITIONS
from crm.followups.enums import FollowUpState
from crm.followups.models import FollowUp

REASSIGN_CONDITIONS["followup"] = lambda: Record.id.in_(
    sa.select(FollowUp.id).where(FollowUp.state == FollowUpState.open)
)
