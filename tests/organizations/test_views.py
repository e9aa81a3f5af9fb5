"""Pages of organizations: list, form, forms of facts; and what the China desk and other teams do not see."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa

from crm.core.db import db
from crm.core.record import Record
from crm.organizations.models import Client, ClientAgreement, DatedFact, Organization, Ownership, PostRole
from crm.organizations.policy import ClientStatus, FactKind, OrganizationRole, PostRoleKind
from crm.organizations.queries import aliases_of, children_of, owners_of, parent_of, roles_of, sectors_of
from crm.organizations.services import set_facts
from crm.records.queries import tags_of
from tests.factories import archived, client_of, organization, owner, post, prime, sector
from tests.fixtures.forms import chosen_in

XSS = "<script>alert('x')</script>"


def main(answer):
    return answer.text.split("<main", 1)[1].split("</main", 1)[0]


def made(name):
    return db.session.scalars(sa.select(Organization).where(Organization.name == name)).one()


@pytest.fixture
def mine(people):
    return client_of("Inland", "Tri-Valley", counselor=people["anna"], city="Fresno", country="US")


@pytest.mark.parametrize(("who", "offered"), [("anna", "anna"), ("clara", "clara"), ("nora", None)])
def test_new_organization_falls_to_who_counsels(client, people, who, offered):
    chosen = chosen_in(client.login_as(who).get("/organizations/new").text, "counselor_id")
    assert chosen == (str(people[offered].id) if offered else "")


def test_emptied_counselor_stays_empty_when_the_form_comes_back(client, people):
    answer = client.login_as("anna").post("/organizations/new", data={"counselor_id": "", "website": "no address"})
    assert (answer.status_code, chosen_in(answer.text, "counselor_id")) == (422, "")


def test_list_and_page_name_the_country_the_file_keeps_its_code(client, people):
    organization("Huayue", country="CN")
    client.login_as("anna")
    page, file = main(client.get("/organizations/")), client.get("/organizations/?as=csv").text
    assert ("China" in page, ">CN<" in page) == (True, False)
    assert ('"CN"' in file, "China" in file) == (True, False)


def test_figure_in_money_is_written_as_money(client, people, mine):
    fact = DatedFact(organization_id=mine.id, kind=FactKind.sales, number=Decimal(4200000), currency="USD",
                     as_of=date(2026, 1, 31), source="Intake form")  # fmt: skip
    set_facts(fact, {}, mine)
    assert "US$4,200,000" in main(client.login_as("anna").get(f"/organizations/{mine.id}"))


FORMS = ("edit", "client", "agreements/new", "facts/new", "owners/new")


@pytest.mark.parametrize("path", FORMS)
def test_form_opens_and_is_not_there_for_others(client, people, mine, path):
    url = f"/organizations/{mine.id}/{path}"
    assert client.get(url).status_code == 303
    assert client.post(url).status_code == 401
    page = client.login_as("anna").get(url)
    assert page.status_code == 200
    assert page.text.count("<h1") == 1
    assert client.delete(url).status_code == 405
    client.login_as("boris")
    assert (client.get(url).status_code, client.post(url).status_code) == (404, 404)


def test_facts_of_another_kind_of_firm_are_not_there(client, people, mine):
    client.login_as("anna")
    assert client.get(f"/organizations/{mine.id}/prime").status_code == 404
    assert client.get(f"/organizations/{mine.id}/post").status_code == 404
    assert client.get(f"/organizations/{organization().id}/client").status_code == 404
    assert client.get(f"/organizations/{prime().id}/prime").status_code == 200
    assert client.get(f"/organizations/{post().id}/post").status_code == 200


def change(client, firm, **typed):
    return client.post(f"/organizations/{firm.id}/edit", data={"name": firm.label, "version": firm.version, **typed})


@pytest.mark.parametrize(
    ("who", "whose", "status"),
    [("dora", "anna", 422), ("anna", "anna", 303), ("clara", "anna", 303), ("nora", "anna", 303), ("dora", None, 303)],
)
def test_client_is_given_to_all_by_its_counselor_and_by_managers(client, people, who, whose, status):
    firm = client_of("Inland", "Tri-Valley", counselor=people[whose] if whose else None)
    team_id = firm.team_id
    answer = change(client.login_as(who), firm, roles=["prime"])
    assert answer.status_code == status
    assert ("ask its counselor or a manager" in answer.text) is (status == 422)
    assert firm.team_id == (team_id if status == 422 else None)


def test_client_goes_to_another_team_by_its_counselor_and_by_managers(client, people):
    firm, bay = client_of("Bay", "Tri-Valley", counselor=people["shen"]), client_of("Bay", counselor=people["boris"])
    inland = client_of("Inland").team_id
    client.login_as("shen")
    assert change(client, firm, roles=["client"], team_id=inland, counselor_id=people["shen"].id).status_code == 303
    refused = change(client, bay, roles=["client"], team_id=inland)
    assert (refused.status_code, "It would leave its team" in refused.text) == (422, True)
    assert (firm.team_id, bay.team_id == inland) == (inland, False)
    assert change(client.login_as("nora"), bay, roles=["client"], team_id=inland, counselor_id="").status_code == 303


def test_organization_is_made_with_all_that_was_typed(client, people, mine):
    water = sector("Water")
    data = {
        "name": "Huayue Water", "native_name": "华岳水务", "roles": ["prime", "distributor"], "country": "CN",
        "city": "Ningbo", "website": "huayue.example", "aliases-0-kind": "acronym", "aliases-0-name": "HYW",
        "sectors": [water.id], "parent_id": mine.id, "parent_share": "51", "tags": "water, FDA",
        "emails-0-label": "work", "emails-0-raw": "info@huayue.example.org", "phones-0-label": "work",
        "phones-0-raw": "0574 8765 4321", "wechat": "hyw", "read_first": XSS,
    }  # fmt: skip
    answer = client.login_as("anna").post("/organizations/new", data=data)
    assert answer.status_code == 303
    firm = made("Huayue Water")
    assert answer.headers["Location"] == f"/organizations/{firm.id}"
    assert (firm.team_id, firm.parent_share, firm.zone, firm.website) == (
        None, Decimal(51), "Asia/Shanghai", "https://huayue.example",
    )  # fmt: skip
    assert roles_of([firm.id])[firm.id] == [OrganizationRole.prime, OrganizationRole.distributor]
    assert [name for _kind, name in aliases_of(firm.id)] == ["HYW"]
    assert sectors_of(firm.id) == [(water.id, "Water")]
    assert tags_of([firm.id])[firm.id] == ["FDA", "water"]
    page = client.get(answer.headers["Location"]).text
    assert XSS not in page
    assert f'href="/organizations/{mine.id}">{mine.name}</a>, 51 %' in page
    assert 'HYW <span class="dim">(acronym)' in page
    for text in ("华岳水务", "info@huayue.example.org", "hyw", "Water", "FDA", "&lt;script&gt;"):
        assert text in page
    edit = client.get(f"/organizations/{firm.id}/edit").text
    for text in ('value="HYW"', 'value="FDA, water"', 'value="0574 8765 4321"', 'value="51.00"', "Tri-Valley"):
        assert text in edit, text


@pytest.mark.parametrize(("name", "native"), [("", "华岳水务"), ("Huayue", "")])
def test_one_name_in_any_script_is_enough(client, people, name, native):
    answer = client.login_as("anna").post("/organizations/new", data={"name": name, "native_name": native})
    assert answer.status_code == 303
    assert (name or native) in client.get(answer.headers["Location"]).text


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "", "native_name": " "}, {"name": "x" * 10_000}, {"website": "javascript:alert(1)"}, {"country": "XX"},
        {"parent_share": "101"}, {"parent_share": "1e99"}, {"parent_id": "999999"}, {"roles": "emperor"},
        {"sectors": "999"}, {"team_id": "999"}, {"counselor_id": "999"}, {"emails-0-raw": "nobody"},
        {"aliases-0-kind": "x", "aliases-0-name": "y"},
    ],
    ids=str,
)  # fmt: skip
def test_what_is_wrong_is_shown_and_nothing_changes(client, people, mine, wrong):
    client.login_as("anna")
    data = {"name": "Typed", "city": "Typed city", "version": mine.version, "roles": "client"} | wrong
    for url in ("/organizations/new", f"/organizations/{mine.id}/edit"):
        answer = client.post(url, data=data)
        assert answer.status_code == 422, url
        assert 'value="Typed city"' in answer.text
        assert 'role="alert"' in answer.text
    db.session.refresh(mine)
    assert (mine.name, mine.city) == ("Tri-Valley", "Fresno")
    assert db.session.scalar(sa.select(sa.func.count(Organization.id))) == 1


def test_client_goes_to_a_team_of_mine(client, people):
    client.login_as("anna").post("/organizations/new", data={"name": "A", "roles": "client"})
    firm = made("A")
    assert (firm.team_id, firm.counselor_id) == (client_of("Inland").team_id, people["anna"].id)
    assert db.session.get(Client, firm.id).status is ClientStatus.pre_client
    answer = client.login_as("nora").post("/organizations/new", data={"name": "B", "roles": "client"})
    assert answer.status_code == 422
    assert "belongs to a team" in answer.text


def test_counselor_is_not_changed_by_the_edit_form_of_a_colleague(client, people, mine):
    client.login_as("dora")
    page = client.get(f"/organizations/{mine.id}/edit").text
    assert 'name="counselor_id"' not in page
    data = {"name": "Tri-Valley", "roles": "client", "version": mine.version, "counselor_id": people["dora"].id}
    assert client.post(f"/organizations/{mine.id}/edit", data=data).status_code == 303
    assert mine.counselor_id == people["anna"].id


def test_firm_is_not_its_own_parent(client, people, mine):
    data = {"name": "Tri-Valley", "roles": "client", "version": mine.version, "parent_id": mine.id}
    assert client.login_as("anna").post(f"/organizations/{mine.id}/edit", data=data).status_code == 422


def test_an_agreement_a_figure_and_a_role_are_corrected_and_taken_away(client, people, mine):
    agreed = ClientAgreement(organization_id=mine.id, from_on=date(2026, 3, 1))
    staff = DatedFact(organization_id=mine.id, kind=FactKind.staff, number=43, as_of=date(2026, 1, 31), source="Form")
    sales = DatedFact(organization_id=mine.id, kind=FactKind.sales, number=9, as_of=date(2026, 1, 31), source="Form")
    role = PostRole(organization_id=mine.id, title="Commercial Officer")
    db.session.add_all([agreed, staff, sales, role])
    db.session.flush()
    client.login_as("anna")
    base, version = f"/organizations/{mine.id}", lambda: {"version": db.session.get(Organization, mine.id).version}
    right = {"from_on": "2026-02-01", "on_file": "y"}
    assert client.post(f"{base}/agreements/{agreed.id}", data=right | version()).status_code == 303
    figure = {"kind": "staff", "number": "34", "as_of": "2026-01-31", "source": "Form"}
    assert client.post(f"{base}/facts/{staff.id}", data=figure | version()).status_code == 303
    vacant = {"title": "Commercial Officer", "kind": "vacant"}
    assert client.post(f"{base}/roles/{role.id}", data=vacant | version()).status_code == 303
    db.session.expire_all()
    assert (agreed.from_on, staff.number, role.kind) == (date(2026, 2, 1), 34, PostRoleKind.vacant)
    assert client.get(f"{base}/facts/{agreed.id + 999}").status_code == 404
    assert client.post(f"{base}/agreements/{agreed.id}/remove").status_code == 303
    assert client.post(f"{base}/facts/{staff.id}/remove").status_code == 303
    assert db.session.scalars(sa.select(ClientAgreement)).all() == []
    assert client.login_as("shen").get(f"{base}/facts/{sales.id}").status_code == 404


def test_facts_are_added(client, people, mine):
    client.login_as("anna")
    base = f"/organizations/{mine.id}"
    backwards = {"from_on": "2026-01-01", "to_on": "2025-01-01"}
    assert client.post(f"{base}/agreements/new", data=backwards).status_code == 422
    assert client.post(f"{base}/agreements/new", data={"from_on": "2026-01-01", "on_file": "y"}).status_code == 303
    fact = {"kind": "sales", "currency": "USD", "as_of": "2026-01-01", "source": "Tax return"}
    assert client.post(f"{base}/facts/new", data=fact).status_code == 422
    assert client.post(f"{base}/facts/new", data=fact | {"number": "1200000.50"}).status_code == 303
    assert client.post(f"{base}/owners/new", data={"share": "60"}).status_code == 422
    assert client.post(f"{base}/owners/new", data={"share": "60", "owner_name": "Family Lee"}).status_code == 303
    page = client.get(base).text
    for text in ("Tax return", "Family Lee", "60"):
        assert text in page
    held = db.session.scalars(sa.select(Ownership.id)).one()
    assert client.post(f"{base}/owners/{held}/remove").status_code == 303
    assert client.post(f"{base}/owners/{held}/remove").status_code == 404
    assert db.session.scalars(sa.select(Ownership)).all() == []
    assert db.session.scalars(sa.select(ClientAgreement.on_file)).all() == [True]
    station = post()
    role = {"title": "Officer", "kind": "local"}
    assert client.post(f"/organizations/{station.id}/roles/new", data=role).status_code == 303
    assert db.session.scalars(sa.select(PostRole.title)).all() == ["Officer"]


def test_owner_of_another_firm_is_not_removed_through_mine(client, people, mine):
    held = owner(client_of("Bay"), "Family Bay")
    assert client.login_as("anna").post(f"/organizations/{mine.id}/owners/{held.id}/remove").status_code == 404


def test_stale_facts_are_told(client, people, mine):
    client.login_as("anna")
    url, old = f"/organizations/{mine.id}/client", mine.version
    set_facts(db.session.get(Client, mine.id), {"county": "Theirs"}, mine)
    answer = client.post(url, data={"status": "client", "county": "Typed", "step_eligible": "no", "version": old})
    assert answer.status_code == 409
    assert "Theirs" in answer.text
    assert 'value="Typed"' in answer.text
    assert db.session.get(Client, mine.id).county == "Theirs"
    version = re.search(r'name="version"[^>]*value="(\d+)"', answer.text)[1]
    data = {"status": "client", "county": "Typed", "step_eligible": "no", "version": version}
    assert client.post(url, data=data).status_code == 303
    assert db.session.get(Client, mine.id).county == "Typed"


@pytest.fixture
def rich(people, mine):
    mine.parent_id, mine.parent_share = organization("Mother Holding").id, Decimal("51.25")
    owner(mine, "Family Lee", Decimal("48.75"))
    for kind, number in ((FactKind.sales, 7654321), (FactKind.staff, 44)):
        known = {"kind": kind, "number": number, "as_of": mine.created_at.date(), "source": "Return"}
        set_facts(DatedFact(organization_id=mine.id), known)
    db.session.flush()
    return mine


MONEY = ("51.25", "48.75", "Family Lee", "7654321", "7,654,321")


def test_china_desk_sees_no_money_anywhere(client, people, rich):
    pages = [f"/organizations/{rich.id}", f"/organizations/{rich.id}/edit", f"/records/{rich.id}/history"]
    pages += [f"/organizations/{rich.parent_id}", "/organizations/", "/organizations/?as=csv"]
    client.login_as("anna")
    seen = "".join(client.get(url).text for url in pages)
    for text in ("51.25", "48.75", "Family Lee"):
        assert text in seen
    client.login_as("shen")
    for url in pages:
        answer = client.get(url)
        assert answer.status_code == 200
        assert not [text for text in MONEY if text in answer.text], url
    assert "44" in client.get(pages[0]).text
    assert "parent_share" not in client.get(pages[1]).text


def test_china_desk_neither_erases_nor_sets_money(client, people, rich):
    client.login_as("shen")
    for share in ("", "1", None):
        data = {"name": "Tri-Valley", "roles": "client", "version": rich.version, "parent_id": rich.parent_id}
        data |= {} if share is None else {"parent_share": share}
        assert client.post(f"/organizations/{rich.id}/edit", data=data).status_code == 303
        assert rich.parent_share == Decimal("51.25")
    stale = {"name": "T", "roles": "client", "version": 0, "parent_share": "1"}
    assert "51.25" not in client.post(f"/organizations/{rich.id}/edit", data=stale).text
    base = f"/organizations/{rich.id}"
    held = db.session.scalars(sa.select(Ownership)).one()
    assert client.get(f"{base}/owners/new").status_code == 403
    assert client.post(f"{base}/owners/new", data={"owner_name": "x"}).status_code == 403
    assert client.post(f"{base}/owners/{held.id}/remove").status_code == 403
    page = client.get(f"{base}/facts/new?kind=sales").text
    assert 'value="sales"' not in page
    fact = {"kind": "sales", "number": "1", "as_of": "2026-01-01", "source": "x"}
    assert client.post(f"{base}/facts/new", data=fact).status_code == 422


@pytest.mark.parametrize("query", ["sort=parent_share", "sort=share", "parent_share=51", "as=csv&sort=-sales"])
def test_money_is_nothing_to_sort_or_filter_by(client, people, rich, query):
    assert client.login_as("shen").get(f"/organizations/?{query}").status_code == 400


def test_secret_leaves_no_trace(client, people, actor, rich):
    secret = client_of("Inland", "Zephyr Optics", counselor=people["anna"], confidential=True, parent_id=rich.id)
    rich.parent_id = secret.id
    owner(rich, secret, Decimal("11.00"))
    db.session.flush()
    dora = actor("dora")
    assert children_of(dora, rich.id) == []
    assert parent_of(dora, rich) is None
    assert [row.owner for row in owners_of(dora, rich.id)] == ["Family Lee"]
    client.login_as("dora")
    pages = ["/organizations/", "/organizations/?q=Optics", "/organizations/?as=csv", f"/organizations/{rich.id}"]
    pages += [f"/organizations/{rich.id}/edit", f"/records/{rich.id}/history", "/organizations/?view=clients"]
    for url in pages:
        assert "Zephyr" not in client.get(url).text, url
    for url in (f"/organizations/{secret.id}", f"/organizations/{secret.id}/edit", f"/records/{secret.id}/history"):
        assert client.get(url).status_code == 404
    data = {"name": "Tri-Valley", "roles": "client", "version": rich.version, "parent_id": "", "city": "Reno"}
    assert client.post(f"/organizations/{rich.id}/edit", data=data).status_code == 303
    assert (rich.parent_id, rich.city) == (secret.id, "Reno")
    client.login_as("anna")
    assert "Zephyr" in client.get("/organizations/").text
    assert "Zephyr" not in client.get("/organizations/?as=csv").text


def test_archived_leaves_lists_and_children(client, people, actor, mine):
    child = archived(organization("Old Daughter", parent_id=mine.id))
    client.login_as("anna")
    assert "Old Daughter" not in client.get("/organizations/").text
    assert children_of(actor("anna"), mine.id) == []
    assert client.get(f"/organizations/{child.id}").status_code == 200


def test_statements_do_not_grow_with_rows(client, people, sql):
    client.login_as("anna")

    def asked(url):
        sql.clear()
        assert client.get(url).status_code == 200
        return len(sql)

    mother = client_of("Inland", "Mother")
    for url in ("/organizations/", f"/organizations/{mother.id}"):
        asked(url)
    client_of("Inland", parent_id=mother.id)
    few = [asked("/organizations/"), asked(f"/organizations/{mother.id}")]
    for _n in range(12):
        client_of("Inland", parent_id=mother.id, sectors=[sector()])
    assert [asked("/organizations/"), asked(f"/organizations/{mother.id}")] == few


def test_block_alone_is_answered_to_script(client, people, mine):
    client.login_as("anna")
    for url in ("/organizations/", "/organizations/new", f"/organizations/{mine.id}"):
        answer = client.get(url, headers={"HX-Request": "true", "HX-Target": "main"})
        assert answer.status_code == 200
        assert "<html" not in answer.text
        assert "<h1" in answer.text
    assert db.session.scalar(sa.select(sa.func.count(Record.id))) == 1


def test_city_is_found_by_how_it_begins_without_accents(client, people):
    there = organization("Porto Trading", city="São Paulo", country="BR")
    organization("Palo Labs", city="Palo Alto", country="US")
    found = client.login_as("anna").get("/organizations/?city=sao+p").text
    assert f"/organizations/{there.id}" in found
    assert "Palo Labs" not in found
