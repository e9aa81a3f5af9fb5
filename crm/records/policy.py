"""Closed lists of what hangs on records. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from crm.core.policy import (
    RULES,
    Rule,
    is_signed_in,
    may_archive,
    may_change_counselor,
    may_edit,
    may_make_confidential,
    may_see,
)
from crm.core.words import LabeledEnum, _l


class Medium(LabeledEnum):
    """How somebody can be reached."""

    email = "email", _l("Email")
    phone = "phone", _l("Phone")
    wechat = "wechat", _l("WeChat")


class PointLabel(LabeledEnum):
    """Which of several: what stands before a mail address or a phone number."""

    work = "work", _l("Work")
    mobile = "mobile", _l("Mobile")
    home = "home", _l("Home")
    assistant = "assistant", _l("Assistant")
    fax = "fax", _l("Fax")
    other = "other", _l("Other")


class EvidenceState(LabeledEnum):
    """How an exit test was settled by hand."""

    met = "met", _l("Met")
    does_not_apply = "does_not_apply", _l("Not applicable")


class Access(NamedTuple):
    """Who may see a record: its team, or, when confidential, its counselor, its readers and the managers of the team.

    `restricted`: the readers were chosen for this record itself.
    """

    team_id: int | None
    counselor_id: int | None
    confidential: bool
    reader_ids: frozenset[int]
    restricted: bool = False

    @property
    def user_ids(self) -> frozenset[int]:
        """The counselor and the readers."""
        return self.reader_ids if self.counselor_id is None else self.reader_ids | {self.counselor_id}


def shared_users(linked: Sequence[Access]) -> frozenset[int]:
    """Return the ids of the users named as counselor or reader of every one of these confidential records."""
    return frozenset.intersection(*(access.user_ids for access in linked))


def decide_access(own: Access, linked: Sequence[Access], managers: Collection[int] = ()) -> Access:
    """Return who may see a record, given the records it is about: nobody who may not see every confidential one.

    `managers` are ids of users who see all of `linked` by their role. A counselor without access gives way to one of
    those who have it. Readers chosen for the record itself are narrowed, never widened. Without a confidential record
    in `linked` the access stays: a confidential record isn't opened because another one was.
    """
    hosts = [access for access in linked if access.confidential]
    if not hosts:
        return own
    allowed = shared_users(hosts)
    counselor_id = own.counselor_id
    if counselor_id is None or counselor_id not in allowed | set(managers):
        counselors = [access.counselor_id for access in hosts if access.counselor_id in allowed]
        counselor_id = next(iter([*counselors, *sorted(allowed)]), None)
    readers = allowed & own.user_ids if own.confidential and own.restricted else allowed
    team_ids = [access.team_id for access in hosts]
    return Access(
        own.team_id if own.team_id in team_ids else team_ids[0],
        counselor_id,
        confidential=True,
        reader_ids=readers - {counselor_id},
        restricted=own.confidential and own.restricted,
    )


RULES["record:star"] = Rule(is_signed_in, may_see, "Keep a record at hand.")
RULES["record:attach"] = Rule(is_signed_in, may_edit, "Keep a file with a record.")
RULES["record:file"] = Rule(is_signed_in, may_see, "Open a file kept with a record.")
RULES["record:archive"] = Rule(is_signed_in, may_archive, "Archive and restore a record.")
RULES["record:counselor"] = Rule(is_signed_in, may_change_counselor, "Change the counselor of a record.")
RULES["record:seclude"] = Rule(is_signed_in, may_make_confidential, "Make a record confidential and name its readers.")
