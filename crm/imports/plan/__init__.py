"""Plans: what an import would do, row by row; nothing is written."""
