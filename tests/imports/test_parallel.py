"""Two confirmations of one import at the same moment, on a real database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.history import Batch
from crm.core.data.identity import Team
from crm.imports.models import ImportRun
from crm.imports.plan.line import line_from_json
from crm.imports.services import runs
from crm.people.models import Person
from tests.fixtures.people import sign_in
from tests.imports.conftest import ImportFlow, list_labels
from tests.laws.application import csrf_token_in


class SignedInClient:
    """A signed-in browser whose posts carry their token."""

    def __init__(self, client) -> None:
        sign_in(client, "anna@demo.example")
        self.client, self.token = client, csrf_token_in(client.get("/profile").text)

    def get(self, path: str):
        return self.client.get(path)

    def post(self, path: str, **more):
        return self.client.post(path, headers={"X-CSRFToken": self.token}, **more)


def test_two_confirmations_at_once_import_once(peopled, monkeypatch):
    anna = SignedInClient(peopled.test_client())
    flow = ImportFlow(anna, "Name,E-mail\nLi Hui,li@hd.cn\nMa Jun,ma@delta.cn\n")
    flow.send("look")
    fields = flow.fields() | {"do": "import", "tags": "Fair", "csrf_token": anna.token}
    cookie, inside, real = anna.client.get_cookie("causeway").value, [Event(), Event(), Event()], runs.require_open_run
    turns = iter(inside)

    def wait_for_the_other(*args) -> None:
        """Let the first request wait for the second, and the second until the first has finished."""
        real(*args)
        own = next(turns)
        own.set()
        (inside[1] if own is inside[0] else inside[2]).wait(1)

    monkeypatch.setattr(runs, "require_open_run", wait_for_the_other)

    def send() -> int:
        own = peopled.test_client()
        own.set_cookie("causeway", cookie)
        return own.post(flow.url, data=fields).status_code

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(send)
        inside[0].wait(10)
        second = pool.submit(send)
        first.add_done_callback(lambda _future: inside[2].set())
    assert (first.result(), second.result()) == (303, 303)
    with peopled.app_context():
        assert list_labels("person") == ["Li Hui", "Ma Jun"]
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Batch)) == 1
        run = db.session.get_one(ImportRun, flow.id)
        assert (run.state, run.created, run.updated) == ("done", 2, 0)
        assert [line_from_json(line).record_id for line in run.report] == list(
            db.session.scalars(sa.select(Person.id).order_by(Person.id))
        )


def test_file_is_read_while_others_can_write(peopled, monkeypatch):
    anna, real, read = SignedInClient(peopled.test_client()), runs.open_source, []

    def read_beside_a_writer(*args):
        with db.engine.connect() as other, other.begin() as transaction:
            other.execute(sa.insert(Team.__table__).values(name="Written by another"))
            transaction.rollback()
        read.append(len(args[0]))
        return real(*args)

    monkeypatch.setattr(runs, "open_source", read_beside_a_writer)
    flow = ImportFlow(anna, "Name,E-mail\nLi Hui,li@hd.cn\n")
    fields = flow.fields() | {"csrf_token": anna.token}
    assert anna.client.post(flow.url, data=fields | {"do": "look"}).status_code == 303
    assert anna.client.post(flow.url, data=fields | {"do": "import"}).status_code == 303
    assert len(read) == 3
    with peopled.app_context():
        assert list_labels("person") == ["Li Hui"]
