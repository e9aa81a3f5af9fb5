"""Change what hangs on a record. Whoever calls has checked the right on the record."""

from .active import check_active, is_active
from .change_sight import change_sight
from .kept import attach, note_recent, settle_by_hand, star
from .points import Point, point_tokens, set_points
from .sight import check_counselor, hand_over, hang_on, may_name, seclude_with, set_sight
from .tags import MOST_TAGS, set_tags, tag_key

__all__ = [
    "MOST_TAGS",
    "Point",
    "attach",
    "change_sight",
    "check_active",
    "check_counselor",
    "hand_over",
    "hang_on",
    "is_active",
    "may_name",
    "note_recent",
    "point_tokens",
    "seclude_with",
    "set_points",
    "set_sight",
    "set_tags",
    "settle_by_hand",
    "star",
    "tag_key",
]
