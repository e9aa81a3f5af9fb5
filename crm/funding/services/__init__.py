"""Services of funding, by subject."""
