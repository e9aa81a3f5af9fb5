"""Accounts: users with their roles and teams, sign-in, sessions, invitations, throttling and the security log.

The models `User` and `Team` are in `core.data.identity`, because every record refers to them. Start at `services`.
"""
