"""What the gallery shows: plain values with the shapes that core passes to the templates."""

from __future__ import annotations

import dataclasses
from typing import Any, NamedTuple

from flask import current_app, request
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    Field,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from crm.core.lists.chips import FilterChip
from crm.core.lists.draw import body, options


def _of(*pairs: tuple[str, str]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in pairs]


class NavItem(NamedTuple):
    label: str
    url: str
    icon: str
    current: bool = False
    group: str = ""


class Flash(NamedTuple):
    text: str
    kind: str = "done"
    undo_url: str | None = None
    uid: str | None = None


@dataclasses.dataclass(frozen=True)
class Actor:
    id: int = 1
    name: str = "Anna Reyes"
    initials: str = "AR"
    role: str = "staff"
    zone: str = "America/Los_Angeles"
    keys_on: bool = True


class Phone(Form):
    number = StringField("Number", [Length(max=20)])
    kind = SelectField("Kind", choices=_of(("mobile", "Mobile"), ("office", "Office")))


class Column(NamedTuple):
    name: str
    label: str
    align: str = ""
    sort_url: str | None = None
    sorted: str | None = None
    hide_phone: bool = False
    kind: str = "text"


class Cell(NamedTuple):
    value: Any
    lang: str | None = None
    name: str = ""


class Row(NamedTuple):
    id: int
    url: str
    cells: list[Cell]


class Filter(NamedTuple):
    name: str
    label: str
    kind: str
    choices: list[tuple[str, str]]
    value: Any = None
    remove_url: str | None = None

    @property
    def field(self) -> Markup:
        module = current_app.jinja_env.get_template("_ui/filter_fields.html").module
        return Markup(module.filter_field(self))  # type: ignore[attr-defined]

    @property
    def options(self) -> Markup:
        return options(tuple(self.choices), self.value if isinstance(self.value, tuple) else (self.value,))


class View(NamedTuple):
    label: str
    url: str
    current: bool = False
    count: int | None = None


class Chosen(NamedTuple):
    id: int
    label: str
    native_label: str = ""


class NameWidget:
    """Render as the fields of crm.core.forms.pickers do."""

    def __call__(self, field: Any, **attributes: Any) -> Markup:
        macro = current_app.jinja_env.get_template("_ui/pick.html").module.pick  # type: ignore[attr-defined]
        return Markup(macro(field, attributes | {"data-url": "/pick"}))


class NameField(Field):
    """Match Zhou only by name; offer two matches for every other text."""

    widget = NameWidget()
    many = False
    new_records = new_offers = add_links = ()

    @property
    def maker_offers(self) -> dict[str, str]:
        client = {"client": "Create client “{}”"} if request.args.get("clients") else {}
        return {**client, "person": "Create person “{}”"}

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        super().process(formdata, data, extra_filters)
        self.typed = [x for x in formdata.getlist(self.name + "-typed") if x] if formdata else []
        self.blanks = self.typed or [""]
        self.records = [Chosen(int(self.data), "Wang Xiaoming")] if self.data else []
        self.offers = [Chosen(7, "Wang Xiaoming", "王小明"), Chosen(8, "Li Hui")] if self.typed else []

    def pre_validate(self, form: Any) -> None:
        if self.typed and self.typed != ["Zhou"]:
            raise ValidationError("Several are called so. Choose one.")


class SampleForm(FlaskForm):
    uid = HiddenField()
    title = StringField("Title", [DataRequired("Write a title, such as Call about the certificate")])
    close_on = DateField("Expected close", [Optional()], description="A day such as Mar 31, 2027")
    kind = RadioField(
        "Kind", choices=_of(("meeting", "Meeting"), ("call", "Call"), ("wechat", "WeChat")), default="call"
    )
    stage = SelectField("Stage", choices=_of(("matched", "Matched"), ("quoted", "Quoted")))
    due = RadioField(
        "Due", choices=_of(("tomorrow", "Tomorrow"), ("week", "Next week"), ("date", "Other date")), default="tomorrow"
    )
    due_on = DateField("Due date", [Optional()], render_kw={"data-presets": "due"})
    day = DateField("Day", [Optional()])
    hour = TimeField("Time", [Optional()])
    zone = SelectField("Time zone", choices=_of(("Asia/Shanghai", "Shanghai"), ("America/Los_Angeles", "Los Angeles")))
    tags = SelectMultipleField("Tags", choices=_of(("water", "water"), ("air", "air")))
    starts_at = DateTimeLocalField(
        "Starts", [Optional()], render_kw={"data-zone": "Asia/Shanghai", "data-user-zone": "America/Los_Angeles"}
    )
    person = SelectField(
        "Person", choices=_of(("", ""), ("7", "Wang Xiaoming")), render_kw={"data-url": "/pick"}, validate_choice=False
    )
    people = SelectMultipleField(
        "People",
        choices=_of(("7", "Wang Xiaoming"), ("8", "Li Hui")),
        render_kw={"data-url": "/pick"},
        validate_choice=False,
    )
    owner = NameField("Owner", render_kw={"data-url": "/pick"})
    minutes = IntegerField("Minutes", [Optional()])
    notes = TextAreaField("Notes")
    remind = BooleanField("Remind by mail at 07:00 on the day")
    phones = FieldList(FormField(Phone), "Phones", min_entries=1, max_entries=5)


FIRMS = [
    ("Huayue Municipal Engineering Group", "华岳市政工程集团", "Suzhou", 240000, ("late", "4 days late")),
    ("ClearAir Sensors", "", "Carlsbad", 760000, ("planned", "Session, Fri")),
    ("Bluewater Metering", "", "Escondido", 1240000, ("none", "No next step")),
    ("Formosa Water Systems", "寶島水務系統", "Taichung", None, ("due", "Call, 17:00")),
]


@dataclasses.dataclass
class Page:
    """Return a list page as core.listing passes it to the template."""

    rows: list[Row]
    name: str = "organizations"
    path: str = "/list"
    count: int = 1284
    params: list[tuple[str, str]] = dataclasses.field(default_factory=list)
    title: str = "Organizations"
    document_title: str = "Organizations: Kind client"
    count_label: str = "1,000+"
    next_url: str | None = "/list?after=x"
    prev_url: str | None = None
    first_url: str | None = None
    chips: list[FilterChip] = dataclasses.field(default_factory=lambda: [FilterChip("Kind", "client", "/list")])
    sums: dict[str, str] = dataclasses.field(default_factory=lambda: {"value": "2,240,000"})
    export_urls: dict[str, str] = dataclasses.field(
        default_factory=lambda: {"csv": "/list?as=csv", "xlsx": "/list?as=xlsx"}
    )
    format_names: dict[str, str] = dataclasses.field(default_factory=lambda: {"csv": "CSV", "xlsx": "XLSX"})
    export_note: str = "2 confidential rows are left out."
    views: list[View] = dataclasses.field(
        default_factory=lambda: [View("All", "/list", True, 1284), View("Going quiet", "/list", count=14)]
    )
    columns: list[Column] = dataclasses.field(
        default_factory=lambda: [
            Column("name", "Name", sort_url="/list?sort=name"),
            Column("city", "City", hide_phone=True),
            Column("value", "Value, US$", "num", "/list?sort=value", "desc"),
            Column("next", "Next step", hide_phone=True),
        ]
    )
    filters: list[Filter] = dataclasses.field(
        default_factory=lambda: [
            Filter("q", "Search", "text", []),
            Filter("kind", "Kind", "choice", [("client", "Client"), ("prime", "Prime contractor")], "client", "/list"),
            Filter("sector", "Sector", "many", [("water", "Water"), ("air", "Air")], ("air",)),
            Filter("least", "At least", "num", [], ""),
            Filter("quiet", "Going quiet", "bool", []),
            Filter("since", "Seen since", "date", []),
            Filter("counselor", "Counselor", "pick", [("1", "Anna Reyes")]),
        ]
    )

    def body(self, *, pick: bool = False) -> Markup:
        return body(self.columns, self.rows, pick=pick)
