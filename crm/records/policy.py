"""Closed lists of what hangs on records. Pure."""

from __future__ import annotations

from crm.core.policy import (
    RULES,
    Rule,
    anyone,
    may_archive,
    may_change_counselor,
    may_edit,
    may_seclude,
    may_see,
)
from crm.core.words import Word, _l


class Medium(Word):
    """How somebody can be reached."""

    email = "email", _l("E-mail")
    phone = "phone", _l("Phone")
    wechat = "wechat", _l("WeChat")


class PointLabel(Word):
    """Which of several: what stands before a mail address or a phone number."""

    work = "work", _l("Work")
    mobile = "mobile", _l("Mobile")
    home = "home", _l("Home")
    assistant = "assistant", _l("Assistant")
    fax = "fax", _l("Fax")
    other = "other", _l("Other")


class EvidenceState(Word):
    """How an exit test was settled by hand."""

    met = "met", _l("Met")
    does_not_apply = "does_not_apply", _l("Does not apply")


RULES["record:star"] = Rule(anyone, may_see, "Keep a record at hand.")
RULES["record:attach"] = Rule(anyone, may_edit, "Keep a file with a record.")
RULES["record:file"] = Rule(anyone, may_see, "Open a file kept with a record.")
RULES["record:archive"] = Rule(anyone, may_archive, "Archive and restore a record.")
RULES["record:counselor"] = Rule(anyone, may_change_counselor, "Change the counselor of a record.")
RULES["record:seclude"] = Rule(anyone, may_seclude, "Make a record confidential and name its readers.")
