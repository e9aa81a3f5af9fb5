"""Full-text search of records."""
