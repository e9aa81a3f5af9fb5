"""Rows for a digest with every kind of item, and the digest as HTML."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.policy import SMTP

from crm.core import clock as business_clock
from crm.core.data.history import ChangeSource, act_as
from crm.core.mail.outbox.models import Mail
from crm.core.policy import Actor
from crm.followups.enums import FollowUpSide, Tier
from crm.followups.services import add_follow_up, set_cadence
from crm.interactions.policy import InteractionState
from crm.interactions.services import InteractionDetails, log_interaction
from crm.reminders.kinds import load_kinds
from crm.reminders.services import set_enabled_kinds
from tests.factories import client_of, organization, person, representation

MORNING = datetime(2026, 3, 10, 14, 30, tzinfo=UTC)  # 07:30 in Los Angeles, a Tuesday
TODAY = date(2026, 3, 10)


def html_of(mail: Mail) -> str:
    message = message_from_bytes(mail.mime, policy=SMTP)
    return message.get_body(("html",)).get_content()


def turn_off(actor: Actor, *codes: str) -> None:
    """Turn off kinds of reminders; all others keep their default."""
    enabled = [kind.code for kind in load_kinds() if kind.is_default and kind.code not in codes]
    set_enabled_kinds(actor.id, enabled, load_kinds())


def add_digest_items(anna, people, actor, session):
    """Create something in each section: seven kinds of lines, in the reverse of the order in which they are shown."""
    zhou = person("Zhou", "Limin", family_native="周", given_native="立民")
    client = client_of("Inland", "Tri-Valley Sensors", counselor=anna)
    clara = actor("clara")
    representation(client, zhou, counselor=anna, to_on=TODAY + timedelta(days=14))
    for name in ("Quiet A", "Quiet B", "Quiet C", "Quiet D"):
        quiet = organization(name, "静水" if name == "Quiet A" else None, counselor=anna)
        set_cadence(quiet, Tier.a, None, TODAY - timedelta(days=40))
    planned = {"state": InteractionState.planned, "zone": "America/Los_Angeles"}
    log_interaction(anna, planned | {"wall": datetime(2026, 3, 9, 14), "subject": "Redwood call"}, InteractionDetails())
    log_interaction(anna, planned | {"wall": datetime(2026, 3, 10, 11), "subject": "Delta visit"}, InteractionDetails())
    add_follow_up(anna, {"title": "HS note", "due_on": date(2026, 3, 6)}, about=[client.id])
    add_follow_up(anna, {"title": "Send price", "due_on": TODAY, "promised_to_id": zhou.id}, about=[client.id])
    add_follow_up(anna, {"title": "Alone", "due_on": TODAY, "mail_alone": True})
    add_follow_up(
        anna, {"title": "Specification", "due_on": TODAY, "side": FollowUpSide.they, "promised_by_id": zhou.id}
    )
    add_follow_up(anna, {"title": "Due tomorrow", "due_on": TODAY + timedelta(days=1)})
    with business_clock.frozen(MORNING - timedelta(hours=6)):
        logged = {"wall": datetime(2026, 3, 10, 16), "zone": "Asia/Shanghai", "subject": "3 of 4 passed"}
        act_as(session(), clara, ChangeSource.web)
        log_interaction(clara, logged, InteractionDetails(parties=[], about=[client.id]))
        act_as(session(), anna, ChangeSource.web)
