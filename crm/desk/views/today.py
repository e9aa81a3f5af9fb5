"""Today: what needs the user this morning, in the blocks and numbers of the digest."""

from __future__ import annotations

from functools import partial

from flask import g
from werkzeug.wrappers import Response

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.together import run_together
from crm.core.ops.health import mail_problems
from crm.core.web import layout
from crm.core.web.blueprint import render
from crm.core.words import _l
from crm.desk.hours import build_office_hours_chart, load_clocks
from crm.desk.welcome import load_open_welcome
from crm.reminders.blocks import blocks_for, headline
from crm.reminders.queries import readers

from . import bp

layout.add_nav_entry("desk.today", _l("Today"), "today", 10)
SIDE_BLOCKS = ("unconfirmed", "news", "going_quiet")
"""Blocks beside the others on a wide page."""


@bp.route("/", may="today:see")
def today() -> Response:
    """Show what is due today, and what happened overnight."""
    now = clock.now()
    reader = readers([g.actor.id])[0]
    blocks, problems, welcome, _sides = run_together(
        partial(blocks_for, reader, now),
        partial(mail_problems, db.session()),
        partial(load_open_welcome, g.actor),
        partial(layout.load_side_sections, g.actor),
    )
    block_by_code = {block.code: block for block in blocks}
    return render(
        "desk/today.html",
        day=reader.today(now),
        headline=headline(blocks),
        blocks=[block for block in blocks if block.code not in SIDE_BLOCKS],
        unconfirmed=block_by_code.get("unconfirmed"),
        news=block_by_code.get("news"),
        going_quiet=block_by_code.get("going_quiet"),
        clocks=load_clocks(g.actor, now),
        chart=build_office_hours_chart(g.actor, now),
        problems=problems,
        welcome=welcome,
    )
