"""Names of the sheets of a workbook."""

from __future__ import annotations

import re
from collections.abc import Collection

from crm.core.words import _

SHEET_CHARS = 31
FORBIDDEN_IN_NAMES = re.compile(r"[\[\]:*?/\\']+")


def name_sheet(text: str, existing: Collection[str]) -> str:
    """Return a name that Excel accepts: without certain characters, short, and different from the existing ones."""
    name = FORBIDDEN_IN_NAMES.sub(" ", text)[:SHEET_CHARS].strip() or _("Table")
    if name.lower() in (other.lower() for other in existing):
        end = f" {len(existing) + 1}"
        name = name[: SHEET_CHARS - len(end)] + end
    return name
