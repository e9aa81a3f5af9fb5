"""A filed report as an XLSX workbook: sessions and clients with real dates and numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from crm.core.policy import Actor
from crm.core.words import _
from crm.interactions.policy import SessionType

from .models import FiledReport
from .queries.filing import load_names
from .sheets import build_sheets


def build_filed_workbook(actor: Actor, report: FiledReport) -> bytes:
    """Return the workbook of the sessions as they were filed, and of their totals by client."""
    names = load_names(actor, {x["client_id"] for x in report.sessions})
    return build_sheets({_("Sessions"): _session_rows(report, names), _("Clients"): _client_rows(report, names)})


def _session_rows(report: FiledReport, names: dict[int, str]) -> list[Sequence[Any]]:
    head = (_("Date"), _("Client"), _("Session type"), _("Contact"), _("Preparation"), _("Travel"))
    return [
        head,
        *(
            (
                date.fromisoformat(x["on"]),
                names.get(x["client_id"], ""),
                str(SessionType.from_code(x["session_type"])),
                x["contact"],
                x["prep"],
                x["travel"],
            )
            for x in report.sessions
        ),
    ]


def _client_rows(report: FiledReport, names: dict[int, str]) -> list[Sequence[Any]]:
    sessions: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for x in report.sessions:
        sessions[x["client_id"]].append(x)
    rows = [
        (names.get(i, ""), len(group), sum(x["contact"] + x["prep"] for x in group)) for i, group in sessions.items()
    ]
    return [(_("Client"), _("Sessions"), _("Counseling minutes")), *sorted(rows)]
