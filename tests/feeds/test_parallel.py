"""Two users invite people to an appointment at the same moment: all get the same invitation."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from threading import Barrier, BrokenBarrierError

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.identity import User, load_actor
from crm.core.mail.outbox.models import Mail
from crm.feeds.queries.subjects import list_invitees, load_interaction
from crm.feeds.services import invite
from crm.interactions.policy import InteractionState
from crm.interactions.services import InteractionDetails, PartyValues, log_interaction
from crm.invitations.models import CalendarInvitation
from tests.factories import person
from tests.factories.records import reachable
from tests.mailings.test_parallel import PATIENCE, in_parallel

ADDRESSES = ["wu@example.cn", "zhou@example.cn"]


def load_user(name):
    return load_actor(db.session.scalars(sa.select(User).where(User.email == f"{name}@demo.example")).one())


def test_people_invited_at_once_share_an_invitation(peopled):
    with peopled.app_context():
        guests = [reachable(person(address, "Min"), email=address) for address in ADDRESSES]
        values = {"state": InteractionState.planned, "wall": datetime(2030, 3, 12, 17), "subject": "Call"}
        details = InteractionDetails([PartyValues(guest.id) for guest in guests])
        interaction_id = log_interaction(load_user("anna"), values, details).id
        db.session.commit()
    both = Barrier(2)

    def invite_guest(name, address):
        actor = load_user(name)
        subject = load_interaction(actor, interaction_id)
        chosen = [one for one in list_invitees(actor, subject) if one.address == address]
        with suppress(BrokenBarrierError):
            both.wait(timeout=PATIENCE)
        invite(actor, subject, chosen)

    users = zip(("anna", "clara"), ADDRESSES, strict=True)
    errors = in_parallel(peopled, *(lambda pair=pair: invite_guest(*pair) for pair in users))
    with peopled.app_context():
        assert (errors, sorted(db.session.scalars(sa.select(Mail.address)))) == ([], ADDRESSES)
        assert db.session.scalar(sa.select(sa.func.count()).select_from(CalendarInvitation)) == 1
