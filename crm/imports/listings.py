"""The lists of all features."""

from __future__ import annotations

from crm.core.lists import Listing
from crm.features import load_modules


def list_feature_listings() -> list[Listing]:
    """Return one listing per name whose path ends in it, sorted by name: of two, the last is the wider one."""
    listings = {x.name: x for module in load_modules("lists") for x in vars(module).values() if isinstance(x, Listing)}
    return [listings[name] for name in sorted(listings) if listings[name].path.endswith(f"/{name}/")]
