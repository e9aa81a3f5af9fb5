"""Who sees and handles which email. Pure."""

from __future__ import annotations

from typing import NamedTuple

from crm.core.policy import RULES, Actor, Role, Rule, is_administrator, is_signed_in, may_see


class MailFacts(NamedTuple):
    """What a right on an email depends on."""

    user_id: int | None
    team_id: int | None
    confidential: bool
    secret: bool


def is_own(actor: Actor, mail: MailFacts) -> bool:
    """Return whether the email was addressed to the actor."""
    return actor.id is not None and mail.user_id == actor.id


def is_of_team(actor: Actor, mail: MailFacts) -> bool:
    """Return whether a manager sees the state and subject of a colleague's email."""
    return actor.role is Role.manager and mail.team_id in actor.team_ids


def may_know(actor: Actor, mail: MailFacts) -> bool:
    """Return whether the email is in the actor's list: own, the team's, and for administrators all (state only)."""
    return is_own(actor, mail) or is_of_team(actor, mail) or actor.role is Role.administrator


def may_read_subject(actor: Actor, mail: MailFacts) -> bool:
    """Own emails; the team's for its manager, without confidential ones."""
    return is_own(actor, mail) or (is_of_team(actor, mail) and not mail.confidential)


def may_read_body(actor: Actor, mail: MailFacts, *, demo: bool) -> bool:
    """Own emails only; links for choosing a password only in the demo."""
    return (is_own(actor, mail) and (demo or not mail.secret)) or (
        demo and mail.secret and actor.role is Role.administrator
    )


def may_answer(actor: Actor, mail: MailFacts) -> bool:
    """Send again, mark as delivered, cancel: own emails, the team's for its manager."""
    return is_own(actor, mail) or is_of_team(actor, mail)


RULES["mail:see"] = Rule(
    is_signed_in,
    may_see,
    "View one's own email; managers: their teams' status and subjects; administrators: all statuses.",
)
RULES["mail:answer"] = Rule(
    is_signed_in, may_see, "Resend, cancel, mark as delivered: one's own email; managers: their teams'."
)
RULES["mail:channel"] = Rule(is_administrator, may_see, "Pause, resume and retry all email.")
