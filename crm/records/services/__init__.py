"""Changes of what any record can have. The caller has checked the right on the record."""

from crm.records.policy import tag_key

from .access import (
    copy_access,
    find_wrong_access,
    keep_readers,
    load_access,
    rebuild_access,
    require_access,
    require_one_team,
    set_confidentiality,
    update_access,
)
from .access_links import confidential_links, declare_links
from .active_users import check_active, is_active
from .archive import restore_records
from .attachments import (
    attach,
    delete_old_recents,
    delete_unused_files,
    note_recent,
    set_evidence,
    star,
    withdraw_evidence,
)
from .confidentiality import change_confidentiality
from .contact_points import ContactPointValues, point_tokens, set_points
from .places import PLACE_COLUMNS, derive_place_columns, zone_of_place
from .references import find_references
from .restore import restore_value
from .tags import (
    MAX_TAGS,
    add_tags_to_all,
    find_or_add_tags,
    merge_tag,
    remove_tag,
    remove_tags_from_all,
    rename_tag,
    set_tags,
    split_tags,
)
from .team import assign_chosen_counselor, belong_to, change_counselor, check_counselor, may_name
from .undo import UndoConflict, UndoResult, name_action, undo_action, undo_records
from .undo_duplicates import refuse_duplicates
from .undo_refresh import refresh_undone
from .undo_rows import delete_created, lock_for_undo

__all__ = [
    "MAX_TAGS",
    "PLACE_COLUMNS",
    "ContactPointValues",
    "UndoConflict",
    "UndoResult",
    "add_tags_to_all",
    "assign_chosen_counselor",
    "attach",
    "belong_to",
    "change_confidentiality",
    "change_counselor",
    "check_active",
    "check_counselor",
    "confidential_links",
    "copy_access",
    "declare_links",
    "delete_created",
    "delete_old_recents",
    "delete_unused_files",
    "derive_place_columns",
    "find_or_add_tags",
    "find_references",
    "find_wrong_access",
    "is_active",
    "keep_readers",
    "load_access",
    "lock_for_undo",
    "may_name",
    "merge_tag",
    "name_action",
    "note_recent",
    "point_tokens",
    "rebuild_access",
    "refresh_undone",
    "refuse_duplicates",
    "remove_tag",
    "remove_tags_from_all",
    "rename_tag",
    "require_access",
    "require_one_team",
    "restore_records",
    "restore_value",
    "set_confidentiality",
    "set_evidence",
    "set_points",
    "set_tags",
    "split_tags",
    "star",
    "tag_key",
    "undo_action",
    "undo_records",
    "update_access",
    "withdraw_evidence",
    "zone_of_place",
]
