"""What is no record and still somebody's: mails, imports, kept views, accounts, rows of lists."""

from __future__ import annotations

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.record import Record
from crm.core.mail.outbox.put import put_mail
from crm.imports.services import start_import
from crm.records.services import star
from crm.search.models import SavedView
from tests.factories import sector
from tests.laws.dataset import Scene
from tests.laws.expected import Kept


def keep(scene: Scene) -> None:
    """Mails, imports, kept views, accounts: what is no record and still somebody's."""
    for name, team in (("anna", "Inland"), ("boris", "Bay"), ("clara", "Inland"), ("admin", "Inland")):
        user, word = scene.users[name], f"Zqmail{name}"
        mail = put_mail(
            "digest",
            to=user,
            subject=f"{word} subject",
            text=f"{word} text",
            html=f"<p>{word} text</p>",
            dedupe_key=word,
        )
        assert mail is not None
        scene.add("mail", mail, f"{word} text", kept=Kept("mail", name, team))
        rows = f"family name,given name\nZqrow{name},Li\n".encode()
        run = start_import(scene.actor(name), rows, f"zqfile{name}.csv")
        scene.add("run", run, f"Zqrow{name}", kept=Kept("run", name, team))
        view = SavedView(user_id=user.id, endpoint="people.index", name=f"Zqview{name}", query="")
        db.session.add(view)
        db.session.flush()
        scene.add("view", view, f"Zqview{name}", kept=Kept("view", name, team))
        scene.add("user", user, user.email, kept=Kept("user", name, team))
    star(scene.actor("anna"), db.session.get_one(Record, scene.firms["inland"].id), on=True)
    line = sector("Zq line")
    scene.add("list", line, line.name, kept=Kept("list", "admin"), rows={"edit": "sectors"})
    teams = db.session.execute(sa.text("SELECT id, name FROM team ORDER BY id")).all()
    scene.add("team", teams[0], teams[0].name, kept=Kept("team", "admin"))
