"""How large a file may be. Each limit is a bound on memory or time, far above what staff bring along."""

from __future__ import annotations

#: Bytes of the uploaded file.
MAX_BYTES = 20_000_000
#: Rows below the headings.
MAX_ROWS = 50_000
MAX_COLUMNS = 300
#: Characters in one cell; a spreadsheet allows 32,767.
MAX_CELL = 32_000
#: Rows times columns, counting empty cells: what bounds the memory of a wide and long sheet.
MAX_CELLS = 2_000_000
#: Characters of a workbook's cells together; one long shared text may stand behind a million cells.
MAX_CHARACTERS = 20_000_000
#: Parts in the zip directory of a workbook, their size when unpacked, and unpacked to packed of any part.
MAX_ZIP_PARTS = 1_000
MAX_ZIP_BYTES = 100_000_000
MAX_ZIP_RATIO = 200
#: Parts smaller than this may be packed as tightly as they like.
ZIP_RATIO_FROM_BYTES = 1_000_000
#: Cards in one vCard file.
MAX_CARDS = 50_000
