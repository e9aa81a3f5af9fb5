"""Products, China reps, projects, needs, opportunities and shows: exports import again, and errors are named."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import db, new_uid
from crm.core.policy import SYSTEM
from crm.imports import jobs
from crm.imports.record_kinds import RECORD_KINDS
from crm.opportunities.models import Opportunity
from crm.opportunities.policy import OpportunityStage
from crm.people.models import Representation
from crm.products.models import Product
from crm.products.policy import ProductKind
from crm.projects.models import Need, Project
from crm.projects.policy import LeadStage
from crm.projects.queries import load_sector_names
from crm.projects.services import change_project
from crm.shows.models import Show
from tests.factories import client_of, organization, person, sector
from tests.imports.conftest import ImportFlow

pytestmark = pytest.mark.engine_in_turn

FILES = {
    "products": "Name,Chinese name,Client,Type,HS code,ECCN\nFlow meter,流量计,Tri-Valley,technology,9026.80,EAR99\n",
    "representations": (
        "Client,Person,Organization,Territory,Exclusive,From\nTri-Valley,Limin Zhou,,East China,yes,2026-01-02\n"
    ),
    "projects": (
        "Name,Country,City,Value,Currency,Stage,Bid deadline\n"
        'Ningbo water plant,China,Ningbo,"1,200,000",$,Prime identified,2026-12-18 4:30 PM\n'
    ),
    "needs": "Need,Organization,HS code,Needed by\nFlow meters,Huadong Water,902680,2027-03-01\n",
    "opportunities": (
        "Opportunity,Client,Buyer or prime,Amount,Stage,Or close quarter\n"
        "Meters for Huadong,Tri-Valley,Huadong Water,50000,No bid,Q1 2027\n"
    ),
    "shows": "Name,First day,Last day,City,Country,Organizer\nCIIE 2026,2026-11-05,2026-11-10,Shanghai,China,\n",
}
PATHS = {"representations": "/people/reps/", "needs": "/projects/needs/"}


@pytest.fixture
def parties(anna, people):
    client_of("Inland", "Tri-Valley", counselor=people["anna"])
    person("Zhou", "Limin")
    organization("Huadong Water")
    db.session.commit()


def only(entity):
    return db.session.scalars(sa.select(entity)).one()


@pytest.mark.usefixtures("parties")
@pytest.mark.parametrize("kind", FILES)
def test_file_is_imported_once_and_linked(anna, kind):
    flow = ImportFlow(anna, FILES[kind], kind=kind)
    assert flow.counts == (1, 0, 0, 0), flow.run.report
    flow.confirm()
    spec = next(spec for spec in RECORD_KINDS.values() if spec.kind.value == kind)
    row = only(spec.entity)
    assert (
        f'href="/{"people/reps" if kind == "representations" else kind}/{row.id}"' in flow.page
        or str(row.id) in flow.page
    )
    again = ImportFlow(anna, FILES[kind], kind=kind)
    assert again.counts == (0, 0, 1, 0)
    exported = anna.get(PATHS.get(kind, f"/{kind}/") + "?as=csv").data
    assert ImportFlow(anna, exported, kind=kind).counts == (0, 0, 1, 0)


WHOLE = {
    "products": "Name,Chinese name,Client,HS code,IP notes\nFlow meter,流量计,Tri-Valley,902680,Patent pending\n",
    "representations": "Client,Person,May quote prices,Note,From\nTri-Valley,Limin Zhou,yes,Two years,2026-01-02\n",
    "projects": (
        "项目名称,Chinese name,国家,城市,Sectors,投资额,币种,描述,资金来源,Corridor,Source\n"
        "Ningbo water plant,宁波水厂,China,Ningbo,Water,1200000,CNY,Two lines,City,Delta,post\n"
    ),
    "needs": (
        "Need,Chinese title,Project,规格,quantity_number,quantity_unit,quantity\n"
        "Flow meters,流量计,Suzhou smart city,DN 80,200,sets,in two lots\n"
    ),
    "opportunities": (
        "Deal Name,Associated Company,Deal owner,Second counselor,Buyer or prime,Project,Product,Close quarter,Notes\n"
        "Meters,Tri-Valley,Clara Whitfield,anna@demo.example,Huadong Water,Suzhou smart city,Probe,Q1 2027,Hot\n"
    ),
    "shows": (
        "Show name,Chinese name,First day,Last day,Country,City,Organizer,Halls,Cost,Currency,Staff days,备注\n"
        "CIIE 2026,进博会,2026-11-05,2026-11-10,China,Shanghai,Huadong Water,8.1H,9900,CNY,12,Two booths\n"
    ),
}


def values_of(spec, row) -> dict:
    """Return all that a row of a file can set."""
    names = [*spec.columns, *(link.column for link in (*spec.links, *spec.users))]
    values = {name: getattr(row, name) for name in names if name not in ("stage", "lead_stage")}
    return values | ({"sectors": sorted(load_sector_names([row.id])[row.id])} if spec.has_sectors else {})


@pytest.mark.usefixtures("parties")
@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
@pytest.mark.parametrize("kind", WHOLE)
def test_exported_record_imports_again_with_all_its_values(anna, people, kind, suffix):
    change_project(SYSTEM, Project(uid=new_uid(), stage_since=clock.now()), {"name": "Suzhou smart city"})
    sector("Water")
    ImportFlow(anna, "Client,Name\nTri-Valley,Probe\n", kind="products").confirm()
    spec = next(spec for spec in RECORD_KINDS.values() if spec.kind.value == kind)
    before = sa.select(sa.func.max(spec.entity.id))
    latest = sa.select(spec.entity).order_by(spec.entity.id.desc()).limit(1)
    last_id = db.session.scalar(before)
    flow = ImportFlow(anna, WHOLE[kind], kind=kind)
    assert flow.counts == (1, 0, 0, 0), flow.run.report
    assert not any(problems for _n, _o, _l, _x, _p, _r, problems, *_rest in flow.run.report)
    flow.confirm()
    row = db.session.scalars(latest).one()
    assert row.id != last_id
    values = values_of(spec, row)
    assert len([value for value in values.values() if value not in (None, "", [])]) >= len(
        WHOLE[kind].split("\n")[0].split(",")
    )
    exported = anna.get(PATHS.get(kind, f"/{kind}/") + f"?as={suffix}").data
    row.uid, row.archived_at = new_uid(), clock.now()
    db.session.commit()
    ImportFlow(anna, exported, f"list.{suffix}", kind=kind).confirm()
    again = db.session.scalars(latest).one()
    assert again.id != row.id
    assert values_of(spec, again) == values


@pytest.mark.usefixtures("parties")
def test_quantities_in_words_are_read_as_number_and_unit(anna):
    rows = ("Meters,Huadong Water,200 sets", "Pumps,Huadong Water,300", "Pipes,Huadong Water,two lots")
    text = "\n".join(("Need,Organization,Quantity", *rows))
    flow = ImportFlow(anna, text, kind="needs")
    assert flow.counts == (3, 0, 0, 0), flow.run.report
    flow.confirm()
    rows = db.session.execute(sa.select(Need.quantity_number, Need.quantity_unit, Need.quantity).order_by(Need.id))
    assert rows.all() == [(200, "sets", None), (300, None, None), (None, None, "two lots")]


@pytest.mark.usefixtures("parties")
def test_unknown_users_and_sectors_are_noted(anna, people):
    text = "Opportunity,Client,Counselor,Second counselor\nMeters,Tri-Valley,Nobody,Boris Keller\n"
    flow = ImportFlow(anna, text, kind="opportunities")
    assert "“Nobody” isn't a user. Check the spelling. “Counselor” was left blank." in flow.text
    assert (
        "Boris Keller isn't on this record's team. Choose a user who is. “Second counselor” was left blank."
        in flow.text
    )
    flow.confirm()
    assert (only(Opportunity).counselor_id, only(Opportunity).second_counselor_id) == (people["anna"].id, None)
    flow = ImportFlow(anna, "Name,Sectors\nWater plant,Water; Dreams\n", kind="projects")
    assert "“Dreams” isn't a sector. The sector was skipped." in flow.text


@pytest.mark.usefixtures("parties")
@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_exported_bid_deadline_imports_again_as_the_same_local_time(anna, suffix):
    ImportFlow(anna, FILES["projects"], kind="projects").confirm()
    project = only(Project)
    before = (project.bid_wall, project.bid_at)
    exported = anna.get(f"/projects/?as={suffix}").data
    change_project(SYSTEM, project, {"name": "Renamed"})
    project.uid = new_uid()
    db.session.commit()
    ImportFlow(anna, exported, f"projects.{suffix}", kind="projects").confirm()
    again = db.session.scalars(sa.select(Project).where(Project.id != project.id)).one()
    assert (again.bid_wall, again.bid_at) == before


@pytest.mark.usefixtures("parties")
def test_values_have_the_types_of_their_columns(anna):
    for kind, text in FILES.items():
        flow = ImportFlow(anna, text, kind=kind)
        assert flow.counts == (1, 0, 0, 0), flow.run.report
        flow.confirm()
    product, rep, project, need = only(Product), only(Representation), only(Project), only(Need)
    opportunity, show = only(Opportunity), only(Show)
    assert (product.native_name, product.offer, product.hs6) == ("流量计", ProductKind.technology, "902680")
    assert (rep.territory, rep.exclusive.value, rep.from_on) == ("East China", "yes", date(2026, 1, 2))
    assert (project.country, project.value, project.currency) == ("CN", Decimal(1_200_000), "USD")
    assert project.lead_stage is LeadStage.prime_identified
    assert (project.bid_wall, project.zone) == (datetime(2026, 12, 18, 16, 30), "Asia/Shanghai")
    assert (need.needed_by, need.hs6) == (date(2027, 3, 1), "902680")
    assert (opportunity.amount, opportunity.stage) == (Decimal(50_000), OpportunityStage.no_bid)
    assert opportunity.close_quarter == "2027Q1"
    assert (show.starts_on, show.ends_on, show.city_key) == (date(2026, 11, 5), date(2026, 11, 10), "shanghai")


@pytest.mark.usefixtures("parties")
@pytest.mark.parametrize(
    ("kind", "text", "message"),
    [
        ("products", "Name,Client\nMeter,Nobody Inc\n", "No record named “Nobody Inc”. Check the spelling."),
        ("products", "Name,Client,ECCN\nMeter,Tri-Valley,XX\n", "Enter an ECCN such as 3A001.a or EAR99."),
        ("products", "Name,Client,Type\nMeter,Tri-Valley,thing\n", "“thing” isn’t an option".replace("’", "'")),
        ("shows", "Name,First day,Last day\nCIIE,2026-11-05,2026-11-01\n", "Enter an end date on or after"),
        ("shows", "Name,First day\nCIIE,\n", "Enter a value for “First day”."),
        ("representations", "Client,Person\nHuadong Water,Limin Zhou\n", "doesn't have the client role"),
        ("needs", "Need,Organization\nMeters,\n", "Enter a value for “Project / Organization”."),
        ("opportunities", "Opportunity,Client,Amount\nMeters,Tri-Valley,a lot\n", "isn't a number"),
    ],
)
def test_row_that_the_form_would_refuse_is_an_error_in_the_preview(anna, kind, text, message):
    flow = ImportFlow(anna, text, kind=kind)
    assert flow.counts == (0, 0, 0, 1)
    assert message in flow.text


@pytest.mark.usefixtures("parties")
def test_stage_that_needs_more_is_left_and_explained(anna):
    flow = ImportFlow(anna, "Opportunity,Client,Stage\nMeters,Tri-Valley,Negotiating\n", kind="opportunities")
    flow.confirm()
    assert only(Opportunity).stage is OpportunityStage.matched
    assert "The stage is “Matched”:" in flow.text


@pytest.mark.usefixtures("parties")
def test_row_refused_by_the_service_names_its_line(anna):
    flow = ImportFlow(anna, "Opportunity,Client,Probability (%)\nMeters,Tri-Valley,300\n", kind="opportunities")
    answer = flow.send()
    assert answer.status_code == 422
    assert "Row 2: Enter a probability from 0 to 100." in answer.text
    assert db.session.scalars(sa.select(Opportunity)).all() == []


@pytest.mark.usefixtures("parties")
def test_many_rows_are_written_by_the_job(anna):
    rows = "".join(f"Meter {n},Tri-Valley\n" for n in range(60))
    flow = ImportFlow(anna, "Name,Client\n" + rows, kind="products")
    flow.send()
    assert flow.run.state == "confirmed"
    jobs.write_imports()
    db.session.expire_all()
    assert (flow.run.state, flow.counts) == ("done", (60, 0, 0, 0))
