"""The blueprint of funding, with its places in the menus."""

from __future__ import annotations

from flask import g, request

from crm.core.web import layout
from crm.core.web.blueprint import Feature
from crm.core.web.commands import Command, add_command
from crm.core.words import _l

bp = Feature("funding", __name__, url_prefix="/funding")
layout.add_nav_entry("funding.month", _l("My month"), "clock", 72)
MONTH = frozenset({"funding.month", "funding.session_facts"})


@bp.before_request
def mark_reports() -> None:
    """Mark *Reports* in the navigation on all pages but the month."""
    if request.endpoint not in MONTH:
        g.section = "reports"


add_command(Command("funding.awards", _l("Funders and awards"), "target", _l("goals grant")))
add_command(Command("funding.assistance", _l("Assistance"), "target", _l("STEP ESBC")))
layout.add_new_entry("funding.assistance_new", _l("Assistance"), "target", 91, _l("New assistance"))
add_command(Command("funding.referrals", _l("Referrals to partners"), "send", _l("USEAC SBDC EXIM referral")))
add_command(Command("funding.referral_new", _l("New referral to a partner"), "send"))
add_command(Command("funding.quality", _l("Data quality"), "filter", _l("missing reportable")))
