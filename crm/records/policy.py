"""Enums, rights, and the decision who has access to a record. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from typing import NamedTuple

from crm import names
from crm.core.policy import (
    RULES,
    Actor,
    Role,
    Rule,
    is_signed_in,
    may_archive,
    may_change_counselor,
    may_edit,
    may_make_confidential,
    may_see,
)
from crm.core.words import LabeledEnum, Lazy, _l

KIND_TITLES: dict[str, Lazy] = {
    "person": _l("People"),
    "organization": _l("Organizations"),
    "project": _l("Projects"),
    "opportunity": _l("Opportunities"),
    "show": _l("Shows"),
    "milestone": _l("Milestones"),
    "product": _l("Products"),
    "representation": _l("China reps"),
    "need": _l("Needs"),
    "followup": _l("Follow-ups"),
    "interaction": _l("Interactions"),
}
"""Titles of groups of records by kind, the most used first."""
FOLLOWING_KINDS = ("product", "need")
"""Kinds of records whose counselor is that of their client, project or organization: they aren't reassigned alone."""


class ContactMedium(LabeledEnum):
    """The kind of a contact point."""

    email = "email", _l("Email")
    phone = "phone", _l("Phone")
    wechat = "wechat", _l("WeChat")


class PointLabel(LabeledEnum):
    """The label of an email address or phone number."""

    work = "work", _l("Work")
    mobile = "mobile", _l("Mobile")
    home = "home", _l("Home")
    assistant = "assistant", _l("Assistant")
    fax = "fax", _l("Fax")
    other = "other", _l("Other")


class EvidenceState(LabeledEnum):
    """The state of an exit test that a user has marked."""

    met = "met", _l("Met")
    does_not_apply = "does_not_apply", _l("Not applicable")
    not_known = "not_known", _l("Not known yet")


class Access(NamedTuple):
    """Who may see a record: its team, or, if confidential, its counselor, its readers and the managers of the team.

    `restricted`: the readers were chosen for this record, or it was about another confidential record before.
    `without_managers`: it is about confidential records of several teams, whose managers may not see the others', or
    about such a record.
    """

    team_id: int | None
    counselor_id: int | None
    confidential: bool
    reader_ids: frozenset[int]
    restricted: bool = False
    without_managers: bool = False

    @property
    def user_ids(self) -> frozenset[int]:
        """The counselor and the readers."""
        return self.reader_ids if self.counselor_id is None else self.reader_ids | {self.counselor_id}


def shared_users(linked: Sequence[Access]) -> frozenset[int]:
    """Return the ids of the users who are counselor or reader of each of these confidential records."""
    return frozenset.intersection(*(access.user_ids for access in linked))


def hides_from_managers(linked: Sequence[Access]) -> bool:
    """Whether a record about these confidential records is hidden from managers, because they can't see all of them."""
    return len({access.team_id for access in linked}) > 1 or any(access.without_managers for access in linked)


def decide_access(own: Access, linked: Sequence[Access], managers: Collection[int] = ()) -> Access:
    """Return who may see a record: only users who may see all confidential records that it is about (`linked`).

    `managers` are ids of users who see all of `linked` by their role. A counselor without access is replaced by a user
    with access. The users of a restricted record can only become fewer. Without a confidential record in `linked`
    the access stays: a confidential record isn't opened because another one was.
    """
    hosts = [access for access in linked if access.confidential]
    if not hosts:
        return own
    allowed = shared_users(hosts)
    is_restricted = own.confidential and own.restricted
    if is_restricted:
        allowed &= own.user_ids
    counselor_id = own.counselor_id
    if counselor_id is None or counselor_id not in allowed | set(managers):
        counselors = [access.counselor_id for access in hosts if access.counselor_id in allowed]
        counselor_id = next(iter([*counselors, *sorted(allowed)]), None)
    team_ids = [access.team_id for access in hosts]
    return Access(
        own.team_id if own.team_id in team_ids else team_ids[0],
        counselor_id,
        confidential=True,
        reader_ids=allowed - {counselor_id},
        restricted=is_restricted,
        without_managers=hides_from_managers(hosts) or (is_restricted and own.without_managers),
    )


UNDO_MINUTES = 60
"""How long a change can be undone."""
KEY_MINUTES = 10
"""How long the key `z` undoes the last change without asking which."""
ACCESS_COLUMNS = frozenset({"confidential", "restricted", "without_managers"})
"""Columns that undo doesn't change: it never opens a record to more users."""


MAX_TAG_CHARS = 40
"""Most characters of a tag."""
_WORD_MARKS = re.compile(r"(?<=\w)([+#]+)(?![\w+#])")


def tag_key(name: str) -> str:
    """Return the folded form that identifies a tag; tags that only sound alike have different keys.

    The marks of "C++" and "C#" are part of it; folding would remove them.
    """
    parts = _WORD_MARKS.split(unicodedata.normalize("NFKC", name))
    folded = "".join(part if number % 2 else names.fold(part) for number, part in enumerate(parts))
    return (" ".join(folded.split()) or name.strip().casefold())[:60]


def may_manage_tags(actor: Actor) -> bool:
    """Whether the actor may rename, merge and remove tags: everyone but counselors."""
    return actor.is_system or actor.role is not Role.staff


RULES["tag:see"] = Rule(is_signed_in, may_see, "View the tags in use.")
RULES["tag:manage"] = Rule(may_manage_tags, may_see, "Rename, merge and remove tags.")
RULES["record:undo"] = Rule(is_signed_in, may_edit, "Undo one's own recent changes.")
RULES["record:star"] = Rule(is_signed_in, may_see, "Add a record to favorites.")
RULES["record:attach"] = Rule(is_signed_in, may_edit, "Add a file to a record.")
RULES["record:file"] = Rule(is_signed_in, may_see, "Open a file of a record.")
RULES["record:archive"] = Rule(is_signed_in, may_archive, "Archive and restore a record.")
RULES["record:counselor"] = Rule(is_signed_in, may_change_counselor, "Change the counselor of a record.")
RULES["record:make_confidential"] = Rule(
    is_signed_in, may_make_confidential, "Make a record confidential and choose its readers."
)
