"""A field for the client that something belongs to."""

from __future__ import annotations

from typing import Any

from crm.core.forms.pickers import PickField
from crm.core.words import _l


class ClientField(PickField):
    """One organization, required; a typed name creates a client."""

    def __init__(self, label: object = None, validators: Any = None, **kw: Any) -> None:
        options: dict[str, Any] = {"kinds": ("organization",), "needed": True, "makers": ("organization.client",)}
        super().__init__(label or _l("Client"), validators, **(options | kw))
