"""The report on gifts: how many and how much, to whom, and each of them, to print or to send."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from flask import url_for

from crm.compliance.policy import GiftDirection, GiftState
from crm.core.i18n import formats
from crm.core.words import _, _l, confidential_note, ngettext

from . import queries
from .cells import join_notes
from .context import ReportContext
from .definitions import TEAM_AND_COUNSELOR, ReportDefinition, ReportGroup
from .layout import Report, ReportCell, ReportHeading, ReportSection, ReportTile
from .queries import GiftSum, RecipientSum, ReportedGift


def build_gift_report(context: ReportContext) -> Report:
    """Return the report on the gifts of the users of a scope in the period."""
    sums = queries.sum_gifts(context.scope, context.period.first, context.period.last)
    count = _count(sums)
    answer = (
        _("No gifts in this period.")
        if not count
        else ngettext(
            "%(num)s gift is on record, %(waiting)s waiting for approval.",
            "%(num)s gifts are on record, %(waiting)s waiting for approval.",
            count,
            waiting=formats.num(_count_in_state(sums, GiftState.needs_approval)),
        )
    )
    return Report(answer, _tiles(context, sums), [_recipients(context), _gifts(context)])


def _tiles(context: ReportContext, sums: Sequence[GiftSum]) -> list[ReportTile]:
    first, last = context.period.first, context.period.last
    hidden = confidential_note(queries.count_confidential_gifts(context.scope, first, last))
    by_us = [one for one in sums if one.direction is GiftDirection.by_us]
    to_us = [one for one in sums if one.direction is GiftDirection.to_us]
    waiting = _count_in_state(sums, GiftState.needs_approval)
    not_rejected = [state.value for state in GiftState if state is not GiftState.rejected]
    approved = [one for one in by_us if one.state is not GiftState.rejected]
    return [
        ReportTile(_("Gifts"), formats.num(_count(sums)), hidden, context.gifts_url()),
        ReportTile(
            _("Given by us"),
            _dollars(approved),
            join_notes(_rejected_note(by_us), _unknown_note(approved)),
            context.gifts_url(direction=GiftDirection.by_us.value, state=not_rejected),
        ),
        ReportTile(
            _("Received by us"),
            _dollars(to_us),
            _unknown_note(to_us),
            context.gifts_url(direction=GiftDirection.to_us.value),
        ),
        ReportTile(
            _("Needs approval"),
            formats.num(waiting),
            "",
            context.gifts_url(state=GiftState.needs_approval.value),
            "warn" if waiting else "",
        ),
    ]


def _rejected_note(by_us: Iterable[GiftSum]) -> str:
    count = _count_in_state(by_us, GiftState.rejected)
    if not count:
        return ""
    return ngettext("without %(num)s that wasn't approved", "without %(num)s that weren't approved", count)


def _count_in_state(sums: Iterable[GiftSum], state: GiftState) -> int:
    return _count(one for one in sums if one.state is state)


def _count(sums: Iterable[GiftSum]) -> int:
    return sum(one.number for one in sums)


def _dollars(sums: Iterable[GiftSum]) -> str:
    return formats.money(sum((one.usd or Decimal(0) for one in sums), Decimal(0)), short=False)


def _unknown_note(sums: Iterable[GiftSum | RecipientSum]) -> str:
    """Return how many gifts a sum leaves out because their value in US dollars isn't known."""
    count = sum(one.number - one.with_usd for one in sums)
    return ngettext("%(num)s without an exchange rate", "%(num)s without an exchange rate", count) if count else ""


def _recipients(context: ReportContext) -> ReportSection:
    rows = queries.list_recipients(context.scope, context.period.first, context.period.last, context.limit + 1)
    return ReportSection(
        name="recipients",
        sheet=_("Recipients"),
        title=_("Who received gifts?"),
        summary=_("Gifts we gave, without those that weren't approved, at the exchange rate of the day."),
        if_empty=_("We gave no gifts in this period."),
        columns=(
            ReportHeading("recipient", _("Recipient")),
            ReportHeading("gifts", _("Gifts"), number=True),
            ReportHeading("usd", _("US dollars"), number=True),
            ReportHeading("waiting", _("Needs approval"), number=True, hide_phone=True),
            ReportHeading("last_on", _("Last gift"), number=True, hide_phone=True),
        ),
        rows=[_recipient(row) for row in rows[: context.limit]],
        note=context.limit_note(len(rows)),
    )


def _recipient(row: RecipientSum) -> list[ReportCell]:
    name, unknown = row.name or row.native_name, _unknown_note([row])
    url = (
        url_for("desk.person", id=row.person_id)
        if row.person_id
        else url_for("desk.organization", id=row.organization_id)
    )
    return [
        ReportCell(name, name, url),
        ReportCell(row.number, formats.num(row.number)),
        ReportCell(row.usd, formats.money(row.usd, short=False), note=unknown, currency="USD", unconverted=unknown),
        ReportCell(row.waiting, formats.num(row.waiting), tone="warn" if row.waiting else ""),
        ReportCell(row.last_on, formats.day(row.last_on)),
    ]


def _gifts(context: ReportContext) -> ReportSection:
    rows = queries.list_reported_gifts(context.scope, context.period.first, context.period.last, context.limit + 1)
    return ReportSection(
        name="gifts",
        sheet=_("Gifts"),
        title=_("Which gifts were given or received?"),
        summary=_("Each gift of the period, given and received, by date."),
        if_empty=_("No gifts in this period."),
        columns=(
            ReportHeading("name", _("Gift")),
            ReportHeading("usd", _("US dollars"), number=True),
            ReportHeading("date", _("Date"), number=True),
            ReportHeading("direction", _("Direction"), hide_phone=True),
            ReportHeading("gift", _("Description"), in_files=True),
            ReportHeading("official", _("Official status"), hide_phone=True),
            ReportHeading("user", _("Our staff"), hide_phone=True),
            ReportHeading("status", _("Status"), hide_phone=True),
            ReportHeading("organization", _("Organization"), in_files=True),
            ReportHeading("type", _("Type"), in_files=True),
            ReportHeading("purpose", _("Purpose or occasion"), in_files=True),
            ReportHeading("value", _("Value"), number=True, in_files=True),
            ReportHeading("currency", _("Currency"), in_files=True),
        ),
        rows=[_gift(row) for row in rows[: context.limit]],
        note=context.limit_note(len(rows)),
    )


def _gift(row: ReportedGift) -> list[ReportCell]:
    title = f"{row.name or row.native_name}: {row.description}"
    official = str(row.official) if row.official.counts_as_official else ""
    warn = "warn" if row.state in (GiftState.needs_approval, GiftState.rejected) else ""
    organization = row.organization or ""
    return [
        ReportCell(title, title, url_for("desk.gift", id=row.id)),
        ReportCell(row.usd, _value_text(row), currency="USD"),
        ReportCell(row.given_on, formats.day(row.given_on)),
        ReportCell(str(row.direction), str(row.direction)),
        ReportCell(row.description, row.description),
        ReportCell(official, official),
        ReportCell(row.user, row.user),
        ReportCell(str(row.state), str(row.state), tone=warn),
        ReportCell(organization, organization),
        ReportCell(str(row.kind), str(row.kind)),
        ReportCell(row.purpose, row.purpose),
        ReportCell(row.amount, str(row.amount)),
        ReportCell(row.currency, row.currency),
    ]


def _value_text(row: ReportedGift) -> str:
    """Return the value in US dollars; without an exchange rate that in its own currency."""
    value = (row.amount, row.currency) if row.usd is None else (row.usd, "USD")
    return formats.money(*value, short=False)


REPORT = ReportDefinition(
    name="gifts",
    title=_l("Gifts"),
    question=_l("Which gifts were given and received, and which need approval?"),
    group=ReportGroup.relationships,
    icon="handover",
    build=build_gift_report,
    filters=TEAM_AND_COUNSELOR,
)
