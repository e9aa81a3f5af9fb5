"""The page of an organization."""

from __future__ import annotations

from flask import g
from werkzeug.wrappers import Response

from crm import names
from crm.core import clock
from crm.core.policy import can
from crm.core.web.blueprint import render
from crm.core.words import Lazy
from crm.desk.page import record_page
from crm.desk.queries import place
from crm.organizations import queries as firms
from crm.organizations.policy import ODD_USCC, OrganizationRole
from crm.people import queries as people
from crm.products.queries import products_of
from crm.projects import queries as projects

from . import bp


@bp.route("/organizations/<int:id>", may="organization:see")
def organization(id: int) -> Response:
    """Show an organization."""
    row, today = firms.organization(g.actor, id), clock.today(g.actor.zone)
    roles = firms.roles_of([id])[id]
    is_client, is_post = OrganizationRole.client in roles, OrganizationRole.post in roles
    return render(
        "desk/organization.html",
        **record_page(g.actor, row, "organizations"),
        roles=roles,
        aliases=firms.aliases_of(id),
        sectors=firms.sectors_of(id),
        client=firms.client_facts(id) if is_client else None,
        agreements=firms.agreements_of(id) if is_client else [],
        has_agreement=is_client and firms.has_agreement(id, today),
        facts=firms.newest_facts(g.actor, id),
        owners=firms.owners_of(g.actor, id),
        sees_money=can(g.actor, "organization:money", row),
        children=firms.children_of(g.actor, id),
        parent=firms.parent_of(g.actor, row),
        prime=firms.prime_facts(id) if OrganizationRole.prime in roles else None,
        post=firms.post_facts(id) if is_post else None,
        post_roles=firms.post_roles(id) if is_post else [],
        holders=people.holders_of(g.actor, id) if is_post else [],
        people=people.list_organization_members(g.actor, id),
        reps=people.representations_of(g.actor, id),
        products=products_of(g.actor, id) if is_client else [],
        projects=projects.taking_part(g.actor, id),
        needs=projects.needs_of(g.actor, organization_id=id),
        place=place(row.zone, row.country),
        today=today,
        odd_uscc=_odd(row.uscc),
    )


def _odd(uscc: str | None) -> Lazy | None:
    """What is odd about the code of a Chinese firm, to be told beside it."""
    problem = names.uscc_problem(uscc) if uscc else None
    return ODD_USCC[problem] if problem else None
