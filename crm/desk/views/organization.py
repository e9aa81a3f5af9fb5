"""The page of an organization."""

from __future__ import annotations

from flask import g
from werkzeug.wrappers import Response

from crm import names
from crm.core import clock
from crm.core.policy import can
from crm.core.web.blueprint import render
from crm.core.words import Lazy
from crm.desk.page import build_record_page
from crm.desk.queries import load_record_summary, place
from crm.organizations import queries as firms
from crm.organizations.policy import USCC_PROBLEM_TEXTS, OrganizationRole
from crm.people import queries as people
from crm.products.queries import list_client_products
from crm.projects import queries as projects

from . import bp


@bp.route("/organizations/<int:id>", may="organization:see")
def organization(id: int) -> Response:
    """Show an organization."""
    row, today = firms.get_organization(g.actor, id), clock.today(g.actor.zone)
    roles = firms.load_roles([id])[id]
    is_client, is_post = OrganizationRole.client in roles, OrganizationRole.post in roles
    return render(
        "desk/organization.html",
        **build_record_page(g.actor, row, "organizations", load_record_summary(g.actor, row)),
        roles=roles,
        aliases=firms.list_aliases(id),
        sectors=firms.list_organization_sectors(id),
        client=firms.get_client(id) if is_client else None,
        agreements=firms.list_agreements(id) if is_client else [],
        has_agreement=is_client and firms.has_agreement(id, today),
        facts=firms.list_newest_facts(g.actor, id),
        owners=firms.list_owners(g.actor, id),
        sees_money=can(g.actor, "organization:money", row),
        children=firms.list_subsidiaries(g.actor, id),
        parent=firms.get_parent(g.actor, row),
        prime=firms.get_prime(id) if OrganizationRole.prime in roles else None,
        post=firms.get_post(id) if is_post else None,
        post_roles=firms.list_post_roles(id) if is_post else [],
        holders=people.list_post_holders(g.actor, id) if is_post else [],
        people=people.list_organization_members(g.actor, id),
        reps=people.list_representations(g.actor, id),
        products=list_client_products(g.actor, id) if is_client else [],
        projects=projects.list_participations(g.actor, id),
        needs=projects.list_needs(g.actor, organization_id=id),
        place=place(row.zone, row.country),
        today=today,
        odd_uscc=_odd(row.uscc),
    )


def _odd(uscc: str | None) -> Lazy | None:
    """What is odd about the code of a Chinese firm, to be told beside it."""
    problem = names.uscc_problem(uscc) if uscc else None
    return USCC_PROBLEM_TEXTS[problem] if problem else None
