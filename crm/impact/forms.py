"""Forms of milestones."""

from __future__ import annotations

from typing import Any

from flask import g

from crm.core.forms.forms import Form, of
from crm.core.forms.pickers import PickField
from crm.core.policy import can
from crm.core.words import _l
from crm.organizations.client_field import ClientField
from crm.reference.funder_field import FunderField

from .models import Milestone


class MilestoneEditForm(Form):
    """An existing milestone; its client can't be changed."""

    title = of(Milestone.title, required=False, description=_l("Leave blank to use the type and the opportunity."))
    type = of(Milestone.type)
    status = of(Milestone.status)
    on = of(Milestone.on)
    amount = of(Milestone.amount)
    currency = of(Milestone.currency)
    jobs = of(Milestone.jobs)
    country = of(Milestone.country)
    reported_on = of(Milestone.reported_on)
    funder_id = FunderField()
    opportunity_id = PickField(
        _l("Opportunity"),
        kinds=("opportunity",),
        makers=(),
        description=_l("Also links its project, China rep and meetings."),
    )
    project_id = PickField(_l("Project"), kinds=("project",), makers=())
    post_id = PickField(_l("U.S. post"), kinds=("organization",), makers=())
    show_id = PickField(_l("Show"), kinds=("show",), makers=())
    representation_id = PickField(_l("China rep"), kinds=("representation",), makers=())
    confirmed_on = of(Milestone.confirmed_on)
    confirmed_how = of(Milestone.confirmed_how)
    confirmed_by_id = PickField(_l("Confirmed by"), kinds=("person",), makers=())
    confirmed_by_name = of(Milestone.confirmed_by_name)
    publish = of(Milestone.publish)
    evidence = of(Milestone.evidence)
    note = of(Milestone.note)
    counselor_id = of(Milestone.counselor_id)

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        if g.actor.hides_money:
            del self.amount, self.currency, self.funder_id
        if self.edited is not None and not can(g.actor, "record:counselor", self.edited):
            del self.counselor_id


class MilestoneForm(MilestoneEditForm):
    """A new milestone: client, type and date are enough."""

    client_id = ClientField()
    team_id = of(Milestone.team_id, description=_l("Required if all teams share the client."))

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        if g.actor.first_team_id is not None:
            del self.team_id


class ConfirmationForm(Form):
    """How the client confirmed a result."""

    confirmed_on = of(Milestone.confirmed_on, required=True)
    confirmed_how = of(Milestone.confirmed_how, required=True)
    confirmed_by_id = PickField(_l("Confirmed by"), kinds=("person",), makers=())
    confirmed_by_name = of(Milestone.confirmed_by_name)
    publish = of(Milestone.publish)
    evidence = of(Milestone.evidence)
