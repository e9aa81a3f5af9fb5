"""Backup and restore: everything the system keeps in one file, the same for both database engines.

`write` makes the file from one unchanging view of the database while people work on; `read` checks it; `load` fills an
empty system from it. docs/adr/0008-backup.md says why this is no dump of an engine's own.
"""
