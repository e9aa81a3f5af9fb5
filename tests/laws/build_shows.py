"""Shows of the dataset with their meetings."""

from __future__ import annotations

from datetime import date, time

from crm.core.policy import SYSTEM
from crm.shows.models import Show, ShowMeeting
from crm.shows.services import save_meeting, save_participant, save_show
from tests.laws.build_records import add_record
from tests.laws.dataset import DAY, Dataset, marker_for
from tests.laws.viewers import ACCESS_CASES


def add_shows(dataset: Dataset) -> None:
    for name in ("shared", "shared_gone"):
        access_case, word = ACCESS_CASES[name], marker_for("show", name)
        values = {
            "name": f"{word} Fair",
            "city": "Suzhou",
            "zone": "Asia/Shanghai",
            "starts_on": DAY,
            "ends_on": date(2026, 12, 11),
        }
        show: Show = save_show(SYSTEM, values)
        going = save_participant(show, {"record_id": dataset.organizations["shared"].id})
        save_participant(show, {"record_id": dataset.organizations["secret_bay"].id})
        add_record(dataset, "show", show, access_case, participant_edit=going.id, participant_remove=going.id)
        if name == "shared":
            dataset.show = show
            add_meetings(dataset, show)


def add_meetings(dataset: Dataset, show: Show) -> None:
    for hour, name in enumerate(("inland", "bay"), 9):
        word, access_case = marker_for("meeting", name), ACCESS_CASES[name]
        values = {
            "day": DAY,
            "time": time(hour),
            "minutes": 30,
            "table": f"T{hour}",
            "note": f"{word} note 报价",
            "client_id": dataset.organizations[name].id,
            "host_id": dataset.organizations["shared"].id,
            "people": [dataset.people[name].id],
            "staff": [dataset.users[access_case.counselor].id],
        }
        row: ShowMeeting = save_meeting(SYSTEM, show, values)
        dataset.add("meeting", row, word, access_case)
