"""The proposed person as parameters of the form for a new person."""

from __future__ import annotations

from typing import Any

from crm.core import clock
from crm.core.policy import Actor
from crm.core.search.search import search
from crm.imports.readers.people import ParsedPerson
from crm.names import organization_key
from crm.people.policy import ConsentKind
from crm.records.policy import PointLabel

LABELS = {label.value for label in PointLabel}
MAX_POINTS = 6


def build_params(actor: Actor, person: ParsedPerson) -> dict[str, Any]:
    """Return field names and values of the form, without empty ones. The organization is an existing one if known."""
    parts = person.names
    native = next((a.text for a in person.addresses if a.is_native), "")
    latin = next((a.text for a in person.addresses if a.text and not a.is_native), "")
    params = {
        "family_native": parts.family_native,
        "given_native": parts.given_native,
        "family_latin": parts.family_latin,
        "given_latin": parts.given_latin,
        "english_name": parts.english_name,
        "title": person.title,
        "native_title": person.title_native,
        "wechat": person.wechat,
        "address": latin,
        "native_address": native,
        "city": person.city,
        "country": person.country,
        "organization_id": _find_organization(actor, person),
        "consent": ConsentKind.card.value,
        "consent_on": clock.today(actor.zone).isoformat(),
    }
    for name, values in (("emails", person.emails), ("phones", person.phones)):
        for index, value in enumerate(values[:MAX_POINTS]):
            params[f"{name}-{index}-label"] = value.label if value.label in LABELS else PointLabel.work.value
            params[f"{name}-{index}-raw"] = value.value
    return {name: text for name, text in params.items() if text}


def _find_organization(actor: Actor, person: ParsedPerson) -> str:
    """Return the id of the only organization with the name on the card, else the value that creates it."""
    for name in (person.organization_native, person.organization):
        key = organization_key(name)
        rows = search(actor, name, ("organization",), typos=False) if name else []
        same = [
            r for r in rows if not r.archived and key in (organization_key(r.label), organization_key(r.native_label))
        ]
        if len(same) == 1:
            return str(same[0].id)
    return f"new:organization:{person.organization_name}" if person.organization_name else ""
