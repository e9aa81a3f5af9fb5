"""Change people, their jobs, relations and representations."""

from .affiliations import (
    add_affiliation,
    add_holder,
    add_person,
    add_relation,
    change_affiliation,
    change_holder,
    fill_role,
    remove_holder,
)
from .people import change_person, full_name_of, name_person, set_contact_details, update_person_team
from .representations import name_representation, save_representation

__all__ = [
    "add_affiliation",
    "add_holder",
    "add_person",
    "add_relation",
    "change_affiliation",
    "change_holder",
    "change_person",
    "fill_role",
    "full_name_of",
    "name_person",
    "name_representation",
    "remove_holder",
    "save_representation",
    "set_contact_details",
    "update_person_team",
]
