"""The features, low to high, and the only registry: imports, foreign keys and pages follow this order."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from crm.core.lists import Listing

FEATURES = (
    "accounts",
    "reference",
    "records",
    "organizations",
    "people",
    "products",
    "tariffs",
    "followups",
    "interactions",
    "invitations",
    "projects",
    "compliance",
    "matching",
    "opportunities",
    "introductions",
    "shows",
    "referrals",
    "impact",
    "funding",
    "checkins",
    "search",
    "duplicates",
    "bulk",
    "merging",
    "imports",
    "cards",
    "answers",
    "inbox",
    "mailings",
    "reminders",
    "notifications",
    "feeds",
    "reports",
    "mail",
    "desk",
    "sample",
)


def load_module(feature: str, name: str) -> ModuleType | None:
    """Import a module of a feature; None if the feature doesn't have it."""
    if find_spec(f"crm.{feature}") is None or find_spec(f"crm.{feature}.{name}") is None:
        return None
    return import_module(f"crm.{feature}.{name}")


def load_modules(name: str) -> list[ModuleType]:
    """Return the module of this name of every feature that has one, low to high."""
    return [module for feature in FEATURES if (module := load_module(feature, name)) is not None]


def load_listings() -> list[Listing]:
    """Return the lists of all features."""
    return [value for module in load_modules("lists") for value in vars(module).values() if isinstance(value, Listing)]
