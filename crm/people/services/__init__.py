"""Change people, their positions, relations and representations."""

from .affiliations import (
    add_affiliation,
    add_person,
    add_post_holder,
    add_relation,
    assign_role,
    change_affiliation,
    change_post_holder,
    remove_post_holder,
)
from .employers import set_client_access, store_employers
from .people import change_person, refresh_person_name, set_contact_details, update_person_team
from .representations import save_representation
