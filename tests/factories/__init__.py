"""Factories of rows for tests: flushed into `db.session`, named and indexed like real ones.

Each returns the row; every column can be set by keyword, and unimportant names are generated. `team` is a team's name
("Inland", created if missing), its id, a Team or None for a shared record; `counselor` and `readers` are users, actors
or ids.

    from tests.factories import client_of, organization, person
    firm = client_of("Inland", "Tri-Valley Sensors", counselor=people["anna"])
    zhou = person("Zhou", "Limin", family_native="周", given_native="立民", at=organization("Huadong Water"))
    secret = client_of("Bay", confidential=True, readers=[people["anna"]])
"""

from __future__ import annotations

from tests.factories.organizations import client_of, organization, owner, post, post_role, prime, sector
from tests.factories.people import affiliation, holder, person, relation
from tests.factories.products import product, representation
from tests.factories.records import archived, make_confidential, reachable, team_id_of

__all__ = [
    "affiliation",
    "archived",
    "client_of",
    "holder",
    "make_confidential",
    "organization",
    "owner",
    "person",
    "post",
    "post_role",
    "prime",
    "product",
    "reachable",
    "relation",
    "representation",
    "sector",
    "team_id_of",
]
