"""Add, change and move opportunities, and mark their exit tests."""

from __future__ import annotations

from . import dependents  # registers hooks
from .bulk_edit import change_opportunities
from .moves import mark_exit_test, move_opportunity
from .opportunities import SCREENED as SCREENED_COLUMNS
from .opportunities import add_opportunity, change_opportunity
from .rates import choose_own_rates, choose_standard_rates
from .screening import has_other_parties, in_withdrawal, list_screened
from .values import check_amount
