"""What an import would do, row by row, without doing it."""
