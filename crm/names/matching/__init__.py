"""Whether two names belong to one person or organization: `match_people`, `match_organizations`, with reasons."""

from .given_names import is_given_name
from .keys import either_order_keys, find_keys, person_keys
from .order import is_family_first, split_chinese, usual_order
from .organization_keys import organization_keys
from .organization_parts import OrganizationName
from .organizations import match_organizations
from .parts import PersonName
from .people import match_likely_people, match_people
from .reasons import Reason, ReasonKind
from .scoring import LIKELY, NO_MATCH, Match
