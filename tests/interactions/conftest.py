"""The people and firms of tests/fixtures/office.py, for tests of contacts."""

from tests.fixtures.office import anna, client_firm, log, now, prime, record_pages, rosa, step, wang, web

__all__ = ["anna", "client_firm", "log", "now", "prime", "record_pages", "rosa", "step", "wang", "web"]
