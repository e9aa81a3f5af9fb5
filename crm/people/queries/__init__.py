"""Queries about people and China reps; each starts from what the actor may see."""

from .contact_details import (
    has_public_contact_details,
    has_readable_contact_details,
    is_readable_address,
    may_see_contact_details,
)
from .contacts import find_contacts
from .email_refusals import find_email_refusals
from .employers import load_main_employers
from .greetings import GREETING_DAYS, greetings_begin_at, needs_greeting
from .people import (
    AffiliationRow,
    OrganizationMember,
    PostHolderRow,
    RelationRow,
    celebrates_spring_festival,
    get_person,
    list_organization_members,
    list_post_holders,
    list_relations,
    load_affiliations,
    visible_people,
)
from .representations import (
    REPRESENTED,
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
    "GREETING_DAYS",
    "REPRESENTED",
    "AffiliationRow",
    "OrganizationMember",
    "PostHolderRow",
    "RelationRow",
    "RepresentationRow",
    "RivalRow",
    "celebrates_spring_festival",
    "find_contacts",
    "find_email_refusals",
    "get_person",
    "get_representation",
    "greetings_begin_at",
    "has_public_contact_details",
    "has_readable_contact_details",
    "is_readable_address",
    "list_exclusive_conflicts",
    "list_organization_members",
    "list_post_holders",
    "list_relations",
    "list_representations",
    "list_rivals",
    "list_workplaces",
    "load_affiliations",
    "load_main_employers",
    "load_representation",
    "load_representations",
    "may_see_contact_details",
    "needs_greeting",
    "visible_people",
    "visible_representations",
]
