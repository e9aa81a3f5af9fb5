"""Rows of each kind of record, as the services of their features would make them."""
