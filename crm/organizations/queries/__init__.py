"""Queries about organizations; each starts from what the actor may see."""

from .details import (
    FactRow,
    OwnerRow,
    get_client,
    get_part,
    get_post,
    get_prime,
    has_agreement,
    list_agreements,
    list_details,
    list_newest_facts,
    list_owners,
    list_post_roles,
)
from .organizations import (
    SubsidiaryRow,
    get_organization,
    get_parent,
    list_aliases,
    list_organization_sectors,
    list_subsidiaries,
    load_next_step_dates,
    load_roles,
    visible_organizations,
)
