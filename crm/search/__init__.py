"""Search over all records, for the search page and the command palette, and saved views of lists."""
