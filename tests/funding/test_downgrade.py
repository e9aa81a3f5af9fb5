"""Filed client reports after a return to the release before them."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from flask_migrate import downgrade, upgrade

from crm.core import clock
from crm.core.data.base import db
from crm.funding.models import Award, CountedAssistance, FiledCorrection, FiledReport
from crm.funding.policy.filing import ReportKind
from crm.reference.models import Funder

FIRST, LAST = date(2026, 10, 1), date(2026, 12, 31)


def add_report(award_id: int, kind: ReportKind) -> FiledReport:
    """Add a report with a correction."""
    report = FiledReport(award_id=award_id, first=FIRST, last=LAST, filed_at=clock.now(), file=b"x", sessions=[])
    report.kind = kind
    db.session.add(report)
    db.session.flush()
    db.session.add(FiledCorrection(report_id=report.id, at=clock.now(), reason=kind.value, differences=[]))
    return report


def test_client_reports_are_deleted_and_those_of_sessions_stay(new_app):
    with new_app().app_context():
        funder = Funder(code="STEP-T", name="STEP")
        db.session.add(funder)
        db.session.flush()
        award = Award(funder_id=funder.id, number="1", from_on=FIRST, to_on=LAST)
        db.session.add(award)
        db.session.flush()
        add_report(award.id, ReportKind.sessions)
        report = add_report(award.id, ReportKind.assistance)
        values = {"assistance_id": 1, "client_id": 1, "on": FIRST, "activity": "show"}
        db.session.add(CountedAssistance(report_id=report.id, **values))
        db.session.commit()
        db.session.remove()
        downgrade(revision="0106")
        before = db.session.scalars(sa.text("SELECT count(*) FROM filed_report")).all()
        db.session.remove()
        upgrade()
        rows = db.session.execute(sa.select(FiledReport.kind, FiledReport.assistance)).all()
        reasons = db.session.scalars(sa.select(FiledCorrection.reason)).all()
        db.session.remove()
        db.engine.dispose()
    assert (before, reasons) == ([1], ["sessions"])
    assert [tuple(row) for row in rows] == [(ReportKind.sessions, [])]
