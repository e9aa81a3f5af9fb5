"""Forms of funding, by subject."""
