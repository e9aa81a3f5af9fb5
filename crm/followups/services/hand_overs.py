"""Ask the counselor of a post to meet the successor of an officer before the tour ends."""

from __future__ import annotations

from flask_babel import force_locale

from crm import calendars
from crm.core import clock
from crm.core.data.base import db
from crm.core.data.identity import User, load_actor
from crm.core.data.record import Record
from crm.core.i18n import formats
from crm.core.policy import Actor, may_see
from crm.core.words import _
from crm.followups.models import FollowUp
from crm.followups.policy import hand_over_due_on
from crm.followups.queries.hand_overs import EndingTour
from crm.reference.queries import days_off

from .edit import add_follow_up

MAX_TITLE_CHARS = 200


def add_hand_over(tour: EndingTour) -> FollowUp | None:
    """Add the hand-over task of a tour for its counselor, in that user's language; None without access to both."""
    user = db.session.get_one(User, tour.counselor_id)
    actor = load_actor(user)
    person, post = db.session.get_one(Record, tour.person_id), db.session.get_one(Record, tour.post_id)
    if not (may_see(actor, person) and may_see(actor, post)):
        return None
    with force_locale(actor.language), formats.as_read_by(actor):
        values = _describe(actor, tour, person, post)
    return add_follow_up(actor, values, about=[post.id, person.id], uid=tour.uid)


def _describe(actor: Actor, tour: EndingTour, person: Record, post: Record) -> dict[str, object]:
    """Return title, note and due date: a working day of the counselor."""
    name, place = person.label or person.native_label, post.label or post.native_label
    due_on = hand_over_due_on(tour.ends_on, clock.today(actor.zone))
    title = _("Ask %(name)s for an introduction to the next %(role)s", name=name, role=tour.role)
    note = _(
        "The tour at %(post)s ends about %(day)s. Enter the successor on the post's page.",
        post=place,
        day=formats.day(tour.ends_on),
    )
    return {
        "title": title[:MAX_TITLE_CHARS],
        "note": note,
        "due_on": calendars.workday_on_or_after(actor.country, due_on, extra=days_off(actor.country)),
    }
