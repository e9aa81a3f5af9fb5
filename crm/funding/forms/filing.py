"""Forms that file a report, record a correction, and hold the answers to form 641."""

from __future__ import annotations

import wtforms as w
from wtforms import validators as v

from crm.core.forms.forms import Form, of
from crm.core.words import _, _l
from crm.funding.models import FiledCorrection, FiledReport, IntakeAnswers

NOT_ANSWERED = _l("Not answered")


class FileReportForm(Form):
    """The team and period of a report."""

    kind = of(FiledReport.kind)
    first = of(FiledReport.first)
    last = of(FiledReport.last)
    team_id = of(FiledReport.team_id, blank=_l("Whole network"))
    note = of(FiledReport.note)
    files_again = w.BooleanField(
        _l("File again"),
        description=_l("For a report that replaces an earlier one. Tell the funder, so that nothing counts twice."),
    )

    def validate_last(self, field: w.Field) -> None:
        """Refuse an end before the start."""
        if field.data and self.first.data and field.data < self.first.data:
            raise v.ValidationError(_("Enter an end date on or after the start date."))


class CorrectionForm(Form):
    """Why the present records differ from a filed report."""

    reason = of(FiledCorrection.reason)


class IntakeForm(Form):
    """Voluntary answers of a client to form 641."""

    race = of(IntakeAnswers.race, blank=NOT_ANSWERED)
    ethnicity = of(IntakeAnswers.ethnicity, blank=NOT_ANSWERED)
    sex = of(IntakeAnswers.sex, blank=NOT_ANSWERED)
    disability = of(IntakeAnswers.disability, blank=NOT_ANSWERED)
    military_status = of(IntakeAnswers.military_status, blank=NOT_ANSWERED)
    branch = of(IntakeAnswers.branch, blank=NOT_ANSWERED)
    heard_from = of(IntakeAnswers.heard_from, blank=NOT_ANSWERED)
    may_survey = of(IntakeAnswers.may_survey)
