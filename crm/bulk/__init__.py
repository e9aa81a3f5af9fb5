"""Changes from a list: many selected records at once."""
