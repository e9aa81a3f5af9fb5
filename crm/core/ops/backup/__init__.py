"""Backup and restore: all data of the system in one file, the same for both database engines.

`write` makes the file from one consistent view of the database while people work; `read` checks it; `load` fills an
empty system from it. docs/adr/0008-backup.md explains why this isn't a dump of the engine's own.
"""
