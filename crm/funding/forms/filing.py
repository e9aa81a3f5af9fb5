"""Forms that file a report, record a correction, and hold the answers to form 641."""

from __future__ import annotations

import wtforms as w
from wtforms import validators as v

from crm.core.forms.forms import Form, of
from crm.core.words import _, _l
from crm.funding.models import FiledCorrection, FiledReport, IntakeAnswers


class FileReportForm(Form):
    """The team and period of a report."""

    first = of(FiledReport.first)
    last = of(FiledReport.last)
    team_id = of(FiledReport.team_id, description=_l("Leave blank for the whole network."))
    note = of(FiledReport.note)
    files_again = w.BooleanField(
        _l("File again"),
        description=_l("For a report that replaces an earlier one. Tell the funder, so that no session counts twice."),
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

    race = of(IntakeAnswers.race)
    ethnicity = of(IntakeAnswers.ethnicity)
    sex = of(IntakeAnswers.sex)
    disability = of(IntakeAnswers.disability)
    military_status = of(IntakeAnswers.military_status)
    branch = of(IntakeAnswers.branch)
    heard_from = of(IntakeAnswers.heard_from)
    may_survey = of(IntakeAnswers.may_survey)
