"""The library of holidays without its package of all 250 countries: each one is loaded when first needed.

Importing the package would load all of them: 7 MB in each process, and half of the time of the first page with
holidays.
"""

import sys
from importlib.util import find_spec, module_from_spec

_COUNTRIES = "holidays.countries"
_spec = find_spec(_COUNTRIES)
if _spec is not None and _COUNTRIES not in sys.modules:
    # The package without its content: its modules are found by path.
    sys.modules[_COUNTRIES] = module_from_spec(_spec)

from holidays import country_holidays  # noqa: E402

__all__ = ["country_holidays"]
