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
