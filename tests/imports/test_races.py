"""Two confirmations of one import at the same moment, on a real database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.history import Batch
from crm.core.data.identity import Team
from crm.imports.models import ImportRun
from crm.imports.services import runs
from crm.people.models import Person
from tests.fixtures.people import sign_in
from tests.imports.conftest import Way, labels
from tests.laws.application import token_in


class Signed:
    """A signed-in browser whose posts carry their token."""

    def __init__(self, client) -> None:
        sign_in(client, "anna@demo.example")
        self.client, self.token = client, token_in(client.get("/profile").text)

    def get(self, path: str):
        return self.client.get(path)

    def post(self, path: str, **more):
        return self.client.post(path, headers={"X-CSRFToken": self.token}, **more)


def test_two_confirmations_at_once_import_once(peopled, monkeypatch):
    anna = Signed(peopled.test_client())
    way = Way(anna, "Name,E-mail\nLi Hui,li@hd.cn\nMa Jun,ma@delta.cn\n")
    way.send("look")
    said = way.fields() | {"do": "import", "tags": "Fair", "csrf_token": anna.token}
    cookie, inside, real = anna.client.get_cookie("causeway").value, [Event(), Event(), Event()], runs.must_be_open
    turns = iter(inside)

    def meet(*args) -> None:
        """The first waits for the second, if that gets in; the second then waits until the first has answered."""
        real(*args)
        mine = next(turns)
        mine.set()
        (inside[1] if mine is inside[0] else inside[2]).wait(1)

    monkeypatch.setattr(runs, "must_be_open", meet)

    def send() -> int:
        own = peopled.test_client()
        own.set_cookie("causeway", cookie)
        return own.post(way.url, data=said).status_code

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(send)
        inside[0].wait(10)
        second = pool.submit(send)
        first.add_done_callback(lambda _done: inside[2].set())
    assert (first.result(), second.result()) == (303, 303)
    with peopled.app_context():
        assert labels("person") == ["Li Hui", "Ma Jun"]
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Batch)) == 1
        run = db.session.get_one(ImportRun, way.id)
        assert (run.state, run.created, run.updated) == ("done", 2, 0)
        assert [line[-1] for line in run.report] == list(db.session.scalars(sa.select(Person.id).order_by(Person.id)))


def test_file_is_read_while_others_can_write(peopled, monkeypatch):
    anna, real, read = Signed(peopled.test_client()), runs.open_source, []

    def read_beside_a_writer(*given):
        with db.engine.connect() as other, other.begin() as transaction:
            other.execute(sa.insert(Team.__table__).values(name="Written by another"))
            transaction.rollback()
        read.append(len(given[0]))
        return real(*given)

    monkeypatch.setattr(runs, "open_source", read_beside_a_writer)
    way = Way(anna, "Name,E-mail\nLi Hui,li@hd.cn\n")
    fields = way.fields() | {"csrf_token": anna.token}
    assert anna.client.post(way.url, data=fields | {"do": "look"}).status_code == 303
    assert anna.client.post(way.url, data=fields | {"do": "import"}).status_code == 303
    assert len(read) == 3
    with peopled.app_context():
        assert labels("person") == ["Li Hui"]
