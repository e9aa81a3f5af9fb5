"""News: new matches of the products of the reader's clients."""

from __future__ import annotations

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select
from crm.core.words import _, _l, ngettext
from crm.matching.models import MatchDecision, ProductMatch
from crm.matching.queries import NEED, PRODUCT, join_records
from crm.reminders.queries.changes import LAST_MOMENT
from crm.reminders.queries.items import DigestItem

from . import DigestContext, DigestKind, DueItems

MAX_COUNTED = 100


class NewMatches(DigestKind):
    """Needs for which a product of the reader's clients is suggested since the last digest, in one line."""

    code = "new_matches"
    label = _l("New matches for your clients")
    position = 65
    record_kinds = frozenset({"product"})
    block = "news"
    rule = _l("A line in the next daily digest counts new matches of needs with your clients' products.")

    def find_due(self, context: DigestContext) -> DueItems:
        """Return one line with the number of new matches and the best one; none without new matches."""
        rows = _new_matches(context.reader.actor, since=context.changes_since)
        if not rows:
            return DueItems([])
        best = rows[0]
        day = context.previous_day.isoformat()
        title = ngettext("%(num)s new match for your clients", "%(num)s new matches for your clients", len(rows))
        is_confidential = any(row.is_confidential for row in rows)
        item = DigestItem(
            icon="link",
            title=str(title),
            second="" if is_confidential else _describe(best.product, best.need),
            record_id=best.product_id,
            kind="product",
            path=f"/matches/?state=suggested&mine=1&since={day}&sort=-points",
            actions=("open",),
        )
        return DueItems([item])


def _describe(product: str, need: str) -> str:
    """Return which product matches which need; one name if both have the same."""
    return product if product == need else _("%(product)s for %(need)s", product=product, need=need)


@cached_query
def _new_matches(profile: AccessProfile) -> Select:
    columns = (
        ProductMatch.product_id,
        PRODUCT.label.label("product"),
        NEED.label.label("need"),
        sa.or_(PRODUCT.confidential, NEED.confidential).label("is_confidential"),
    )
    return (
        join_records(profile, sa.select(*columns).select_from(ProductMatch))
        .where(ProductMatch.found_at > sa.bindparam("since"), ProductMatch.found_at < LAST_MOMENT)
        .where(MatchDecision.id.is_(None))
        .where(PRODUCT.counselor_id == profile.id)
        .order_by(ProductMatch.points.desc(), ProductMatch.id)
        .limit(MAX_COUNTED)
    )


KIND = NewMatches()
