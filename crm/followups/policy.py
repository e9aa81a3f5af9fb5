"""When a follow-up is due, late or due again, and when silence becomes a reminder."""

from __future__ import annotations

from .words import FollowUpState, Later, Light, RepeatRule, Side, Tier

__all__ = ["FollowUpState", "Later", "Light", "RepeatRule", "Side", "Tier"]
