"""Questions about people and China reps; each begins from what the actor may see."""

from .people import (
    AffiliationRow,
    Holder,
    OrganizationMember,
    RelationRow,
    has_public_channels,
    holders_of,
    jobs_of,
    list_organization_members,
    may_see_channels,
    person,
    relations_of,
    visible_to,
)
from .representations import (
    RepresentationRow,
    Rival,
    load_representation,
    load_representations,
    representation,
    representations_of,
    rivals_of,
    visible_representations,
)

__all__ = [
    "AffiliationRow",
    "Holder",
    "OrganizationMember",
    "RelationRow",
    "RepresentationRow",
    "Rival",
    "has_public_channels",
    "holders_of",
    "jobs_of",
    "list_organization_members",
    "load_representation",
    "load_representations",
    "may_see_channels",
    "person",
    "relations_of",
    "representation",
    "representations_of",
    "rivals_of",
    "visible_representations",
    "visible_to",
]
