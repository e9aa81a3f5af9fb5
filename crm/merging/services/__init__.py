"""Merge records, and undo merges."""

from .merge import check_pair, merge_records
from .unmerge import unmerge
