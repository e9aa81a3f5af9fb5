"""List pages declared as data.

A feature declares one `Listing` (columns, filters, views, the rows an actor may see). Parsing the URL, WHERE, ORDER,
keyset pages, count, filter chips, CSV and XLSX are derived from it. Start at `declare`; `respond` handles a request.
"""

from __future__ import annotations

from crm.core.lists.declare import Col, Filter, Listing, View
from crm.core.lists.editing import RowEditing
from crm.core.lists.grouping import Grouping, Measure
from crm.core.lists.page import Page, page
from crm.core.lists.respond import respond
from crm.core.lists.state import ListState, parse
