"""Sentences about a gift: what to know about it, and the running total of its recipient."""

from __future__ import annotations

from datetime import date

from crm.core.i18n import formats
from crm.core.policy import Actor
from crm.core.words import _, ngettext
from crm.organizations.queries import get_post

from .models import Gift
from .policy import ApprovalReason, GiftDirection, YearTotal, exceeds_federal_limit, list_approval_reasons
from .queries import GiftNames, load_limits, sum_year


def list_warnings(actor: Actor, row: Gift, names: GiftNames) -> list[str]:
    """Return in words what to know about a gift: limits that it exceeds, and officials."""
    limits = load_limits(row.given_on)
    year = sum_year(actor, row, row.given_on)
    reasons = list_approval_reasons(row.usd, year, limits)
    texts = {
        ApprovalReason.value: _("Above the limit of %(usd)s for one gift.", usd=formats.money(limits.usd, short=False)),
        ApprovalReason.number: ngettext(
            "More than %(num)s gift for one recipient in a year.",
            "More than %(num)s gifts for one recipient in a year.",
            limits.per_year,
        ),
        ApprovalReason.no_rate: _(
            "No exchange rate for %(currency)s on that day: the value in US dollars isn't known.", currency=row.currency
        ),
    }
    warnings = [str(texts[reason]) for reason in reasons]
    if row.direction is not GiftDirection.by_us:
        return warnings
    if names.organization is not None and get_post(names.organization.id) and exceeds_federal_limit(row.usd, year):
        warnings.append(_("U.S. federal employees may accept $20 per gift and $50 a year from one source."))
    elif row.official.counts_as_official:
        warnings.append(_("Rules about gifts to officials apply: check those of the recipient's employer, too."))
    return warnings


def describe_limits(day: date) -> str:
    """Return above which limits a gift of a day waits for approval."""
    limits = load_limits(day)
    text: str = ngettext(
        "Above %(usd)s, or after %(num)s gift for one recipient in a year, it waits for approval.",
        "Above %(usd)s, or after %(num)s gifts for one recipient in a year, it waits for approval.",
        limits.per_year,
        usd=formats.money(limits.usd, short=False),
    )
    return text


def describe_year(actor: Actor, row: Gift, names: GiftNames) -> str:
    """Return the running total of a gift's recipient in its year: "Zhao Jianguo: 3 gifts in 2026, $145 in total"."""
    year: YearTotal = sum_year(actor, row)
    text: str = ngettext(
        "%(name)s: %(num)s gift in %(year)s, %(usd)s in total",
        "%(name)s: %(num)s gifts in %(year)s, %(usd)s in total",
        year.number,
        name=_name_recipient(row, names),
        year=row.given_on.year,
        usd=formats.money(year.usd, short=False),
    )
    return text


def _name_recipient(row: Gift, names: GiftNames) -> str:
    other_side = names.person or names.organization
    if row.direction is GiftDirection.to_us or other_side is None:
        return names.user
    return other_side.label or other_side.native_label
