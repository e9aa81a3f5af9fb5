"""Limits of files. Each one bounds memory or time, far above the size of usual lists."""

from __future__ import annotations

#: Bytes of the uploaded file.
MAX_BYTES = 20_000_000
#: Rows below the headings.
MAX_ROWS = 100_000
MAX_COLUMNS = 300
#: Characters in one cell; a spreadsheet allows 32,767.
MAX_CELL = 32_000
#: Rows times columns, counting empty cells; bounds the memory of a wide and long sheet.
MAX_CELLS = 2_000_000
#: Characters of a workbook's cells together; a million cells can share one long text.
MAX_CHARACTERS = 20_000_000
#: Parts in the zip directory of a workbook, their size when unpacked, and unpacked to packed of any part.
MAX_ZIP_PARTS = 1_000
MAX_ZIP_BYTES = 100_000_000
MAX_ZIP_RATIO = 200
#: Parts smaller than this have no limit of the ratio.
ZIP_RATIO_FROM_BYTES = 1_000_000
#: Characters of one row of a text table.
MAX_RECORD = 2_000_000
#: Cards in one vCard file; of one card, without its pictures: bytes and lines.
MAX_CARDS = 50_000
MAX_CARD = 300_000
MAX_CARD_LINES = 1_000
#: Bytes of a vCard line that are read. What is longer is too long for every field.
MAX_CARD_LINE = 100_000
#: The part of a vCard line before its value: bytes and parameters. The library needs 1.6 kB for each parameter.
MAX_HEAD = 2_000
MAX_PARAMETERS = 50
#: Elements of an XML list, how deep they may stand, and attributes of one.
MAX_ELEMENTS = 200_000
MAX_DEPTH = 50
MAX_ATTRIBUTES = 50
#: Bytes of one tag, comment or text of a workbook's XML: the parser starts each unfinished one again with every chunk.
MAX_TOKEN = 1_000_000
#: Characters of a cell that may hold a date, a time or a number of minutes.
MAX_DATE = 80
#: Seconds that reading a file may take.
MAX_SECONDS = 60
