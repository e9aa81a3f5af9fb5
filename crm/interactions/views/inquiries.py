"""Pages of inquiries: the form and its meter of required facts."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import g, request, url_for
from werkzeug.wrappers import Response

from crm.core import clock
from crm.core.data.base import row_id
from crm.core.web.blueprint import flash_success, on_post, render, show_form
from crm.core.web.redirects import back, redirect_to
from crm.core.words import _
from crm.followups.days import days_to_choose
from crm.interactions import queries, services
from crm.interactions.counting import REQUIRED, RequiredFact
from crm.interactions.forms import InquiryForm
from crm.interactions.forms.inquiry import CHANNEL_ICONS
from crm.interactions.inquiry_proposal import propose_inquiry

from .bp import bp


@bp.route("/inquiries/new", may="interaction:make", methods=["GET", "POST"])
def inquiry() -> Response:
    """Show and save the inquiry form."""
    data = _initial_data()
    form = InquiryForm(data=data)
    form.organization.typed += data.get("typed", [])
    with on_post(form) as posted:
        if posted:
            row = services.save_inquiry(g.actor, form.values(), form.new_organizations, uid=form.uid.data)
            flash_success(_("Saved: %(title)s", title=row.subject))
            if request.form.get("open"):
                return redirect_to("desk.interaction", id=row.id)
            return back(url_for("desk.interaction", id=row.id))
    return show_form(form, "interactions/inquiry.html", meter=_load_meter(form), channel_icons=CHANNEL_ICONS)


@bp.route("/inquiries/meter", may="interaction:make", reads=True, methods=["POST"])
def meter() -> Response:
    """Render the meter, or the likely duplicates, for the current input; nothing is saved."""
    form = InquiryForm()
    form.compare_existing()
    return render("interactions/inquiry.html", form=form, meter=_load_meter(form), channel_icons=CHANNEL_ICONS)


def _initial_data() -> dict[str, Any]:
    days = days_to_choose(g.actor)
    due = next((c.due for c in days if c.code.value == "next_workday"), days[0].due)
    sentence = request.args.get("text", "") if request.method == "GET" else ""
    return {
        "due_on": due,
        "counselor_id": g.actor.id,
        "organization": request.args.get("organization", type=row_id),
        "name": request.args.get("name"),
        "title": _("Call back"),
    } | propose_inquiry(g.actor, sentence)


class Meter(NamedTuple):
    """The facts that funders require, missing ones first, and whether each is known."""

    facts: list[tuple[str, bool]]

    @property
    def total(self) -> int:
        """Return the number of facts."""
        return len(self.facts)

    @property
    def entered(self) -> int:
        """Return the number of known facts."""
        return sum(is_known for _label, is_known in self.facts)

    @property
    def missing(self) -> int:
        """Return the number of missing facts."""
        return self.total - self.entered

    @property
    def percent(self) -> float:
        """Return the share of known facts in percent, for the width of a bar."""
        return round(100 * self.entered / self.total, 1)


def _load_meter(form: InquiryForm) -> Meter:
    """Return the required facts, from the selected organization or the form."""
    day = clock.today(g.actor.zone)
    chosen = next((organization.id for organization in form.organization.records), None)
    missing = set(queries.missing_requirements(g.actor, chosen, day)) if chosen else set(REQUIRED)
    entered = {
        RequiredFact.county_or_zip: form.county.data or form.postal_code.data,
        RequiredFact.legal_form: form.legal_form.data,
        RequiredFact.founded: form.founded_on.data,
    }
    missing -= {m for m, value in entered.items() if value}
    hidden = queries.MONEY if g.actor.hides_money else frozenset()
    facts = [(str(m.label), m not in missing) for m in REQUIRED if m not in (RequiredFact.funder, *hidden)]
    person = [(_("Name"), bool(form.name.data)), (_("Phone or email"), bool(form.contact_text.data))]
    return Meter(sorted([*person, *facts], key=lambda fact: fact[1]))
