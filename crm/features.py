"""The features, low to high, and the only registry: imports, foreign keys and pages follow this order."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

FEATURES = (
    "accounts",
    "reference",
    "records",
    "organizations",
    "people",
    "products",
    "followups",
    "interactions",
    "projects",
    "opportunities",
    "shows",
    "search",
    "bulk",
    "merging",
    "imports",
    "reminders",
    "reports",
    "mail",
    "desk",
    "sample",
)


def load_module(feature: str, name: str) -> ModuleType | None:
    """Import one room of a feature, or give None where the feature has no such room."""
    if find_spec(f"crm.{feature}") is None or find_spec(f"crm.{feature}.{name}") is None:
        return None
    return import_module(f"crm.{feature}.{name}")


def load_modules(name: str) -> list[ModuleType]:
    """That room of every feature that has it, low to high."""
    return [module for feature in FEATURES if (module := load_module(feature, name)) is not None]
