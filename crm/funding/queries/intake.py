"""The answers of clients to form 641."""

from __future__ import annotations

from crm.core.data.base import db
from crm.funding.models import IntakeAnswers


def find_answers(client_id: int) -> IntakeAnswers | None:
    """Return the answers of a client; None if nothing was entered. The caller has checked the right."""
    return db.session.get(IntakeAnswers, client_id)
