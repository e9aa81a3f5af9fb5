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
