"""How much the tests with faults do: enough to notice one, or, with CRM_TEST_FULL, the numbers of docs/faults.md."""

from __future__ import annotations

from tests.laws.sampling import IS_FULL

KILLS = 500 if IS_FULL else 25
DUE_AT_ONCE = 5_000 if IS_FULL else 400
"""Follow-ups that are due in one minute."""
