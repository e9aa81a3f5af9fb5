"""Pages of changes of many records, cells edited in place, and tags."""

from . import selection, tags
from .bp import bp

__all__ = ["bp", "selection", "tags"]
