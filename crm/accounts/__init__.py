"""Accounts: who signs in, with which role, in which teams; sessions, invitations, throttle, security log.

Users and teams themselves are in `core.identity`, because every record names them. Start at `services.py`.
"""
