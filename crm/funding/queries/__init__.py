"""Queries of funding, by subject."""
