"""Pages of accounts: sign-in, password reset and invitation, a user's own profile, users, teams, security log."""

from __future__ import annotations

from . import confirm, factors, leaving, profile, second_step, security, sign_in, teams, users
from .bp import bp

__all__ = ["bp", "confirm", "factors", "leaving", "profile", "second_step", "security", "sign_in", "teams", "users"]
