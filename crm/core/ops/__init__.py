"""Operate the system: server, scheduler, commands, backup, health."""
