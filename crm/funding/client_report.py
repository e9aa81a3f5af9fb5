"""The STEP client report of an award as a workbook: each assistance with its amounts, and the totals by client."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from crm.core.words import _, _p

from .queries.assistance import ClientReportRow, sum_assistance
from .sheets import Cells, build_sheets


def build_client_report(rows: Sequence[ClientReportRow]) -> bytes:
    """Return the workbook of the assistance under an award."""
    return build_sheets({_("Assistance"): _list_assistance(rows), _("Clients"): _list_clients(rows)})


def _list_assistance(rows: Sequence[ClientReportRow]) -> list[Cells]:
    head = (
        *(_("Organization"), _("County"), _("ZIP"), _("NAICS"), _("Activity"), _("Description"), _("Status")),
        *(_("Date"), _("Approved"), _("Spent"), str(_p("grant", "Match")), _("Report due"), _("Report received")),
    )
    lines = [
        (
            row.client,
            row.county,
            row.postal_code,
            row.naics,
            x.activity,
            x.description,
            x.state,
            x.on,
            x.approved,
            x.spent,
            x.match,
            x.report_due_on,
            x.report_received_on,
        )
        for row in rows
        for x in (row.assistance,)
    ]
    totals = sum_assistance(rows)
    amounts = (totals.approved, totals.spent, totals.match)
    return [head, *lines, (_("Total"), *(None,) * 7, *amounts, None, None)]


def _list_clients(rows: Sequence[ClientReportRow]) -> list[Cells]:
    by_client: dict[int, list[ClientReportRow]] = defaultdict(list)
    for row in rows:
        by_client[row.assistance.client_id].append(row)
    lines: list[Cells] = []
    for group in by_client.values():
        totals = sum_assistance(group)
        lines.append((group[0].client, totals.count, totals.approved, totals.spent, totals.match, totals.open_reports))
    head = (_("Organization"), _("Activities"), _("Approved"), _("Spent"), str(_p("grant", "Match")), _("Open reports"))
    return [head, *lines]
