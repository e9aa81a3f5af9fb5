"""Pages of accounts: the gate (sign in, reset, invitation), one's own profile, users, teams."""

from __future__ import annotations

from . import confirm, factors, profile, second_step, security, sign_in, teams, users
from .bp import bp

__all__ = ["bp", "confirm", "factors", "profile", "second_step", "security", "sign_in", "teams", "users"]
