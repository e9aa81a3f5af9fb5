"""News: answers of clients to impact surveys that wait to be accepted."""

from __future__ import annotations

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select
from crm.core.i18n import formats
from crm.core.words import _, _l
from crm.impact.models import ImpactSurvey
from crm.impact.policy import SurveyState
from crm.impact.queries.surveys import CLIENT, OPPORTUNITY, visible_surveys
from crm.reminders.queries.items import DigestItem

from . import DigestContext, DigestKind, DueItems


class SurveyAnswer(DigestKind):
    """Answers for the reader's clients, each morning until they are accepted or declined."""

    code = "survey_answer"
    label = _l("Survey answers to accept")
    position = 54
    block = "news"
    rule = _l("Survey answers are in every daily digest until you accept or decline them.")

    def find_due(self, context: DigestContext) -> DueItems:
        """Return the answers that wait, the oldest first."""
        return DueItems(
            [
                DigestItem(
                    icon="star",
                    title=_("Answer to accept: %(client)s", client=row.label or row.native_label),
                    second=_("Impact survey, answered %(ago)s", ago=formats.ago(row.answered_at)),
                    record_id=row.client_id,
                    kind="organization",
                    path=f"/milestones/surveys/{row.id}",
                    actions=("open",),
                    confidential=row.is_confidential,
                )
                for row in _answers(context.reader.actor)
            ]
        )


@cached_query
def _answers(profile: AccessProfile) -> Select:
    T = ImpactSurvey  # noqa: N806 - read several times below
    is_confidential = sa.or_(CLIENT.confidential, sa.func.coalesce(OPPORTUNITY.confidential, sa.false()))
    columns = (T.id, T.client_id, T.answered_at, CLIENT.label, CLIENT.native_label)
    return (
        visible_surveys(profile)
        .where(T.state == SurveyState.answered, CLIENT.counselor_id + 0 == profile.id, CLIENT.archived_at.is_(None))
        .order_by(T.answered_at, T.id)
        .with_only_columns(*columns, is_confidential.label("is_confidential"), maintain_column_froms=True)
    )


KIND = SurveyAnswer()
