"""The values of an unfinished form that are compared with existing records."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from crm.core.forms.params import is_number
from crm.names.matching import PersonName

MAX_CHARS = 200
MAX_POINTS = 12
_POINT = re.compile(r"(emails|phones)-\d+-raw")
_ALIAS = re.compile(r"aliases-\d+-name")


@dataclass(frozen=True)
class TypedRecord:
    """What was typed so far into the form of a person, an organization or an inquiry."""

    form: MultiDict[str, str]

    @property
    def values(self) -> dict[str, Any]:
        """The values by name, as `SIMILAR_RECORDS` takes them."""
        values: dict[str, Any] = {
            name: self._text(name) for name in (*PersonName._fields, "name", "native_name", "country")
        }
        organization_id = self._text("organization_id")
        values["organization_id"] = int(organization_id) if is_number(organization_id) else None
        values["emails"], values["phones"] = self._points("emails"), self._points("phones")
        values["aliases"] = [text[:MAX_CHARS] for name, text in self.form.items() if _ALIAS.fullmatch(name)]
        return values

    def _text(self, name: str) -> str:
        return self.form.get(name, "").strip()[:MAX_CHARS]

    def _points(self, kind: str) -> list[str]:
        names = [name for name in self.form if (match := _POINT.fullmatch(name)) and match.group(1) == kind]
        return [self._text(name) for name in names[:MAX_POINTS]]
