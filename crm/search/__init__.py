"""Search: the palette over all records, and saved views of lists."""
