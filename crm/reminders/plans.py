"""Which emails about a record are planned, from the registry of kinds; why there are none."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from itertools import chain

from crm.core.data.record import Record
from crm.core.data.together import run_together
from crm.core.policy import Actor

from .kinds import PlannedEmail, load_kinds


def list_planned(actor: Actor, record: Record, now: datetime) -> list[PlannedEmail]:
    """Return the emails to come about a record, by time, and after them the reasons why users get none."""
    kinds = [kind for kind in load_kinds() if record.kind in kind.record_kinds]
    lists = run_together(*(partial(kind.plan, actor, record, now) for kind in kinds))
    planned = dict.fromkeys(chain(*lists))
    return sorted(planned, key=lambda one: (one.at is None, one.at.timestamp() if one.at else 0.0, one.name))
