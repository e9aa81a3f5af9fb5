"""Panels about projects and needs."""

from __future__ import annotations

from flask import url_for

from crm.core.i18n import formats
from crm.core.web.panels import Fact, Facts
from crm.core.words import _
from crm.projects.models import Need


def build_need_facts(row: Need) -> Facts:
    """Return what a prime is looking for."""
    return Facts(
        title=_("Need"),
        pairs=(
            Fact(_("Type"), row.what),
            Fact(_("Chinese name"), row.native_title, lang="zh-Hans"),
            Fact(_("Quantity"), row.quantity),
            Fact(_("Needed by"), formats.day(row.needed_by)),
            Fact(_("Certificate"), row.certificate),
            Fact(_("HS code"), formats.hs(row.hs6)),
        ),
        edit_url=url_for("projects.need_edit", id=row.id),
    )
