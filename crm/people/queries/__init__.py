"""Queries about people and China reps; each starts from what the actor may see."""

from .people import (
    AffiliationRow,
    OrganizationMember,
    PostHolderRow,
    RelationRow,
    get_person,
    has_public_contact_details,
    list_organization_members,
    list_post_holders,
    list_relations,
    load_affiliations,
    may_see_contact_details,
    visible_people,
)
from .representations import (
    RepresentationRow,
    RivalRow,
    get_representation,
    list_exclusive_conflicts,
    list_representations,
    list_rivals,
    load_representation,
    load_representations,
    visible_representations,
)
from .workplaces import list_workplaces

__all__ = [
    "AffiliationRow",
    "OrganizationMember",
    "PostHolderRow",
    "RelationRow",
    "RepresentationRow",
    "RivalRow",
    "get_person",
    "get_representation",
    "has_public_contact_details",
    "list_exclusive_conflicts",
    "list_organization_members",
    "list_post_holders",
    "list_relations",
    "list_representations",
    "list_rivals",
    "list_workplaces",
    "load_affiliations",
    "load_representation",
    "load_representations",
    "may_see_contact_details",
    "visible_people",
    "visible_representations",
]
