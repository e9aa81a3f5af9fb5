"""Change what hangs on a record. Whoever calls has checked the right on the record."""

from .access import (
    copy_access,
    declare_links,
    rebuild_access,
    require_access,
    require_one_team,
    set_sight,
    settle_access,
    wrong_access,
)
from .active import check_active, is_active
from .change_sight import change_sight
from .kept import attach, note_recent, settle_by_hand, star
from .points import Point, point_tokens, set_points
from .sight import belong_to, check_counselor, hand_over, may_name
from .tags import MOST_TAGS, set_tags, tag_key

__all__ = [
    "MOST_TAGS",
    "Point",
    "attach",
    "belong_to",
    "change_sight",
    "check_active",
    "check_counselor",
    "copy_access",
    "declare_links",
    "hand_over",
    "is_active",
    "may_name",
    "note_recent",
    "point_tokens",
    "rebuild_access",
    "require_access",
    "require_one_team",
    "set_points",
    "set_sight",
    "set_tags",
    "settle_access",
    "settle_by_hand",
    "star",
    "tag_key",
    "wrong_access",
]
