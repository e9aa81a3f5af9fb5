"""Kinds of rows that are read by the columns of a model: what each column and each link to another record is named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.columns import labeled_column, own_columns
from crm.core.data.record import Record
from crm.core.words import Lazy, _l
from crm.opportunities.models import Opportunity
from crm.people.models import Representation
from crm.products.models import Product
from crm.projects.models import Need, Project
from crm.shows.models import Show

from .policy import ImportKind


class RecordLink(NamedTuple):
    """A column that refers to another record, which a row names: its heading, and the kinds of records to search."""

    column: str
    name: str
    label: Lazy
    kinds: tuple[str, ...]
    headings: str = ""
    is_required: bool = False


@dataclass(frozen=True)
class RecordKind:
    """A kind of row. Its fields are the labeled columns of the model, without `skipped`, and the links.

    headings: further headings of a column, separated by "|". key: columns of which a visible record with the same
    values is the same record; the first one is searched. required: columns of which each needs a value.
    """

    kind: ImportKind
    entity: type[Record]
    key: tuple[str, ...]
    links: tuple[RecordLink, ...] = ()
    headings: Mapping[str, str] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    skipped: frozenset[str] = frozenset()

    @cached_property
    def columns(self) -> dict[str, sa.Column[Any]]:
        """The columns that rows have, by name."""
        attributes = [a for a in own_columns(self.entity) if a.key not in self.skipped]
        return {attribute.key: labeled_column(attribute) for attribute in attributes}

    @cached_property
    def labels(self) -> dict[str, Lazy]:
        """The labels of all fields by name."""
        columns = {name: column.info["label"] for name, column in self.columns.items()}
        return columns | {link.name: link.label for link in self.links} | {"uid": _l("Identifier")}

    @cached_property
    def all_headings(self) -> dict[str, str]:
        """The headings of all fields by name: the name, the label and what is declared."""
        declared = dict(self.headings) | {link.name: link.headings for link in self.links}
        return {
            name: "|".join(filter(None, (name, label.text, declared.get(name, ""))))
            for name, label in self.labels.items()
        }


CLIENT = RecordLink(
    "client_id", "client", _l("Client"), ("organization",), "company|account name|客户|公司|公司名称", is_required=True
)
PROJECT = RecordLink("project_id", "project", _l("Project"), ("project",), "project name|项目|项目名称")
NAMES = {"name": "title|product|product name|show name|project name|名称|产品|产品名称|项目名称|展会|展会名称"}
NATIVE = {"native_name": "native name|chinese name|中文名|中文名称"}

RECORD_KINDS = {
    spec.kind: spec
    for spec in (
        RecordKind(
            ImportKind.products,
            Product,
            key=("client_id", "name"),
            links=(CLIENT,),
            headings=NAMES
            | NATIVE
            | {"offer": "kind", "hs6": "hs|hs code|hs6|海关编码", "usml_category": "usml", "ip_note": "ip"}
            | {"certificates": "certificate|certifications|证书", "capacity": "产能"},
            required=("name",),
        ),
        RecordKind(
            ImportKind.representations,
            Representation,
            key=("client_id", "person_id", "organization_id"),
            links=(
                CLIENT,
                RecordLink("person_id", "person", _l("Person"), ("person",), "name|representative|代表|姓名"),
                RecordLink(
                    "organization_id",
                    "organization",
                    _l("Organization"),
                    ("organization",),
                    "firm|agent|distributor|代理商|代理",
                ),
            ),
            headings={
                "rep_kind": "kind",
                "from_on": "from|start|开始",
                "to_on": "to|end|ends|结束",
                "mark_owner": "mark",
            },
        ),
        RecordKind(
            ImportKind.projects,
            Project,
            key=("name",),
            headings=NAMES
            | NATIVE
            | {"lead_stage": "stage", "heard_on": "heard", "source_kind": "source"}
            | {"bid_wall": "bid|bid deadline, local time|tender deadline|投标截止"},
            required=("name",),
        ),
        RecordKind(
            ImportKind.needs,
            Need,
            key=("title", "project_id", "organization_id"),
            links=(
                PROJECT,
                RecordLink(
                    "organization_id", "organization", _l("Organization"), ("organization",), "prime|buyer|host|公司"
                ),
            ),
            headings={
                "title": "name|need|需求",
                "type": "kind",
                "native_title": "native name",
                "needed_by": "by|deadline",
                "quantity": "qty|数量",
                "certificates": "certificate|certifications|证书",
            },
            required=("title",),
        ),
        RecordKind(
            ImportKind.opportunities,
            Opportunity,
            key=("client_id", "title"),
            links=(
                CLIENT,
                PROJECT,
                RecordLink("buyer_id", "buyer", _l("Buyer or prime"), ("organization",), "prime|buyer|买方"),
                RecordLink("product_id", "product", _l("Product"), ("product",), "产品"),
            ),
            headings={
                "title": "name|opportunity|opportunity name|deal name|商机",
                "stage": "deal stage|阶段",
                "amount": "value|金额",
                "probability": "chance",
                "close_on": "close|close date|expected close date",
                "waiting_for": "waiting",
                "license_gate": "license",
            },
            skipped=frozenset({"lost_reason_id", "end_why", "wakes_on"}),
        ),
        RecordKind(
            ImportKind.shows,
            Show,
            key=("name", "starts_on"),
            links=(RecordLink("organizer_id", "organizer", _l("Organizer"), ("organization",), "host|主办方"),),
            headings=NAMES
            | NATIVE
            | {
                "type": "kind",
                "starts_on": "days|start|start date|from|开始日期",
                "ends_on": "last|end|end date|to|结束日期",
            },
            required=("name", "starts_on"),
        ),
    )
}
"""By kind."""
