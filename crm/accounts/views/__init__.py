"""Pages of accounts: the gate (sign in, reset, invitation), one's own profile, users, teams."""

from __future__ import annotations

from . import confirm, factors, gate, profile, second_step, security, teams, users
from .bp import bp

__all__ = ["bp", "confirm", "factors", "gate", "profile", "second_step", "security", "teams", "users"]
