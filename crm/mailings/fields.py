"""The fields of an email text: {first_name} and others are replaced, and nothing else. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from crm.core.words import Lazy, _l

FIELDS: dict[str, Lazy] = {
    "first_name": _l("first name"),
    "name": _l("full name"),
    "salutation": _l("how to address, such as 周经理"),
    "organization": _l("organization"),
    "sender_name": _l("your name"),
    "sender_email": _l("your email address"),
    "center": _l("the center"),
}
_FIELD = re.compile(r"\{([^{}\r\n]{1,60})\}")
_IN_BRACES = re.compile(rf"([{{｛]*)\s*(?<![A-Za-z_])({'|'.join(FIELDS)})(?![A-Za-z_])\s*([}}｝]*)")
"""The name of a field with any braces around it, also full-width ones of Chinese keyboards."""


def find_fields(text: str) -> list[str]:
    """Return the names in braces, each once, in their order."""
    return list(dict.fromkeys(match[1].strip() for match in _FIELD.finditer(text)))


def find_unknown_fields(text: str) -> list[str]:
    """Return the names in braces that are no fields."""
    return [name for name in find_fields(text) if name not in FIELDS]


def find_misspelled_field(text: str) -> str:
    """Return the first field whose braces are wrong, so that it would be sent as it is; "" if there is none.

    One is missing or double, or they are full-width ones.
    """
    wrong = (match for match in _IN_BRACES.finditer(text) if (match[1], match[3]) not in (("", ""), ("{", "}")))
    return next((match[2] for match in wrong), "")


def fill_in(text: str, values: Mapping[str, str]) -> str:
    """Replace the fields of a text; what a value contains isn't replaced again."""
    return _FIELD.sub(lambda match: values.get(match[1].strip(), match[0]), text)
