"""Today: what needs me this morning, in the blocks and numbers of the digest."""

from __future__ import annotations

from flask import g
from werkzeug.wrappers import Response

from crm.core import clock
from crm.core.data.base import db
from crm.core.ops.health import mail_problems
from crm.core.web import layout
from crm.core.web.blueprint import render
from crm.core.words import _l
from crm.desk.hours import clocks_of, shared_chart
from crm.reminders.blocks import blocks_for, headline
from crm.reminders.queries import readers

from . import bp

layout.add_nav_entry("desk.today", _l("Today"), "today", 10)
ASIDE = ("happened", "news", "quiet")
"""Blocks that stand beside the others on a wide page."""


@bp.route("/", may="today:see")
def today() -> Response:
    """Show the morning."""
    now = clock.now()
    reader = readers([g.actor.id])[0]
    blocks = blocks_for(reader, now)
    return render(
        "desk/today.html",
        day=reader.today(now),
        headline=headline(blocks),
        blocks=[b for b in blocks if b.code not in ASIDE],
        beside=[b for b in blocks if b.code in ASIDE],
        clocks=clocks_of(g.actor, now),
        chart=shared_chart(g.actor, now),
        problems=mail_problems(db.session()),
    )
