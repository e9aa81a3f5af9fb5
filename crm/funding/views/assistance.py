"""Assistance and referrals of clients: list and forms."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import g, request, url_for
from werkzeug.wrappers import Response

from crm.core import clock
from crm.core.data.base import row_id
from crm.core.forms.forms import Form
from crm.core.lists import respond
from crm.core.web.blueprint import flash_success
from crm.core.web.form_flow import go_back, save_form
from crm.core.web.redirects import next_path, redirect_to
from crm.core.web.resume import previous_page
from crm.core.words import Lazy, _, _l
from crm.funding import lists
from crm.funding.assistance_texts import describe_issue
from crm.funding.forms.assistance import AssistanceForm, PartnerReferralForm
from crm.funding.models import Assistance, PartnerReferral
from crm.funding.policy.assistance import AssistanceFacts, AssistanceIssue, find_issues
from crm.funding.queries.assistance import get_part
from crm.funding.queries.assistance_checks import load_facts
from crm.funding.queries.filed_assistance import list_reports_with_assistance
from crm.funding.services.assistance import remove_part, save_part

from .bp import bp
from .period_lock import describe_periods

NEW_ASSISTANCE = {"title": _l("New assistance"), "button": _l("Add assistance")}
NEW_REFERRAL = {"title": _l("New referral to a partner"), "button": _l("Add referral")}


@bp.route("/assistance/", may="award:see")
def assistance() -> Response:
    """List the assistance of clients."""
    return respond(lists.ASSISTANCE, g.actor)


@bp.route("/assistance/new", may="assistance:edit", methods=["GET", "POST"])
def assistance_new() -> Response:
    """Add assistance; `client` in the address fills the form."""
    return _form(AssistanceForm(**_defaults()), Assistance(), **NEW_ASSISTANCE)


@bp.route("/assistance/<int:id>", may="assistance:edit", methods=["GET", "POST"])
def assistance_edit(id: int) -> Response:
    """Edit assistance."""
    row = get_part(Assistance, g.actor, id, "organization:edit")
    return _form(AssistanceForm(obj=row), row, title=_l("Edit assistance"))


@bp.route("/assistance/<int:id>/remove", may="assistance:edit", methods=["POST"])
def assistance_remove(id: int) -> Response:
    """Remove assistance that was entered by mistake."""
    return _remove(get_part(Assistance, g.actor, id, "organization:edit"), _("Assistance removed."))


@bp.route("/referrals/", may="partner_referral:see")
def referrals() -> Response:
    """List the referrals of clients to partners."""
    return respond(lists.PARTNER_REFERRALS, g.actor)


@bp.route("/referrals/new", may="partner_referral:edit", methods=["GET", "POST"])
def referral_new() -> Response:
    """Add a referral; `client` in the address fills the form."""
    return _form(PartnerReferralForm(**_defaults()), PartnerReferral(), **NEW_REFERRAL)


@bp.route("/referrals/<int:id>", may="partner_referral:edit", methods=["GET", "POST"])
def referral_edit(id: int) -> Response:
    """Edit a referral."""
    row = get_part(PartnerReferral, g.actor, id, "organization:edit")
    return _form(PartnerReferralForm(obj=row), row, title=_l("Edit referral to a partner"))


@bp.route("/referrals/<int:id>/remove", may="partner_referral:edit", methods=["POST"])
def referral_remove(id: int) -> Response:
    """Remove a referral that was entered by mistake."""
    return _remove(get_part(PartnerReferral, g.actor, id, "organization:edit"), _("Referral removed."))


def _defaults() -> dict[str, Any]:
    return {"client_id": request.args.get("client", type=row_id), "on": clock.today(g.actor.zone)}


def _form(form: Form, row: Assistance | PartnerReferral, **texts: Lazy) -> Response:
    def then(saved: Assistance | PartnerReferral) -> Response:
        message = _describe_saved(saved) if isinstance(saved, Assistance) else ""
        return go_back(url_for("desk.organization", id=saved.client_id), message)(saved)

    def save() -> Assistance | PartnerReferral:
        return save_part(g.actor, row, form.values())

    is_assistance = isinstance(row, Assistance)
    facts = load_facts([row.id]).get(row.id) if is_assistance and row.id else None
    return save_form(
        form,
        save,
        then,
        "funding/part.html",
        back_url=_find_back_url(row),
        is_assistance=is_assistance,
        filed=describe_periods(list_reports_with_assistance(row.id)) if is_assistance and row.id else "",
        issues=[describe_issue(x, facts) for x in _find_issues(facts)] if facts else (),
        **texts,
    )


def _find_back_url(row: Assistance | PartnerReferral) -> str:
    """Return the list with its filters if the form was opened there, else the page of the client."""
    list_url = url_for("funding.assistance" if isinstance(row, Assistance) else "funding.referrals")
    if next_path():
        return next_path()
    if urlsplit(previous_page()).path == list_url:
        return previous_page()
    client_id = row.client_id or request.args.get("client", type=row_id)
    return url_for("desk.organization", id=client_id) if client_id else list_url


def _describe_saved(row: Assistance) -> str:
    """Return what to check in saved assistance; "" if nothing."""
    issues = ", ".join(str(x) for x in _find_issues(load_facts([row.id])[row.id]))
    return _("Changes saved. Check this assistance: %(issues)s.", issues=issues) if issues else ""


def _find_issues(facts: AssistanceFacts) -> tuple[AssistanceIssue, ...]:
    return find_issues(facts, clock.today(g.actor.zone))


def _remove(row: Assistance | PartnerReferral, message: str) -> Response:
    client_id = row.client_id
    remove_part(g.actor, row)
    flash_success(message)
    return redirect_to("desk.organization", id=client_id)
