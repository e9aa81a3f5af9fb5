"""The lists of all features."""

from __future__ import annotations

from crm.core.lists import Listing
from crm.features import load_listings


def list_feature_listings() -> list[Listing]:
    """Return one listing per name whose path ends in it, sorted by name: of two, the last is the wider one."""
    listings = {listing.name: listing for listing in load_listings()}
    return [listings[name] for name in sorted(listings) if listings[name].path.endswith(f"/{name}/")]
