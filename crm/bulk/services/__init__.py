"""Change many records at once. Each record needs the right to change it alone."""

from .operations import BulkChange, choose_operations
from .rows import may_change_any
from .runs import begin_undo, may_undo, start_run
from .slices import continue_run
