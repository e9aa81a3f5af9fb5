"""Six shows, one of them this week, with participants and meetings."""

from __future__ import annotations

from datetime import time

from crm.interactions.policy import InteractionType
from crm.sample.places import find_place
from crm.sample.rows import shows
from crm.shows.policy import Attendance, MeetingState, ParticipantRole, ShowKind

from .demo_records import SHANGHAI, DemoRecords

K, M = ShowKind, MeetingState
# key, name, native, kind, city, days from now, days long, venue, halls, cost, staff days
SHOWS = (
    (
        "suzhou",
        "Smart City Fair Suzhou",
        "苏州智慧城市展",
        K.trade_show,
        "Suzhou",
        1,
        3,
        "Suzhou Expo Center",
        "hall 3",
        18_500,
        9,
    ),
    ("green", "Green Building Summit", "绿色建筑峰会", K.summit, "Shanghai", -330, 2, "Pudong Hall", None, 6_200, 4),
    (
        "mission",
        "Clean water mission to the Yangtze delta",
        "长三角清洁水贸易代表团",
        K.trade_mission,
        "Ningbo",
        -160,
        5,
        None,
        None,
        31_000,
        15,
    ),
    (
        "reverse",
        "Buyers from Jiangsu visit Riverside",
        "江苏采购团访问河滨",
        K.reverse_mission,
        "Riverside",
        -75,
        2,
        "Convention room",
        None,
        4_800,
        6,
    ),
    (
        "webinar",
        "Webinar: certificates for China",
        "网络研讨会：中国认证",
        K.webinar,
        "Riverside",
        -9,
        1,
        None,
        None,
        None,
        1,
    ),
    (
        "food",
        "Food and Cold Chain Matchmaking",
        "食品冷链对接会",
        K.matchmaking,
        "Guangzhou",
        74,
        2,
        "Pearl River Center",
        "hall B",
        9_900,
        6,
    ),
)


def create(demo: DemoRecords) -> None:
    for key, name, native, kind, city, ahead, length, venue, halls, cost, staff_days in SHOWS:
        demo.shows[key] = shows.show(
            demo.writer,
            shows.ShowFacts(
                name=name,
                native=native,
                type=kind,
                place=find_place(city),
                starts_on=demo.day(ahead),
                venue=venue,
                halls=halls,
                ends_on=demo.day(ahead + length - 1),
                made_at=demo.moment(min(-1, ahead - 120)),
                cost=cost,
                organizer=demo.organizations["Suzhou Expo Center"] if key == "suzhou" else None,
                staff_days=staff_days,
                funder_id=demo.writer.funders["SBA"] if kind is K.webinar else None,
            ),
        )
    _add_participants(demo)
    _attended_webinar(demo)
    _suzhou(demo)
    _add_held(demo)


def _add_participants(demo: DemoRecords) -> None:
    booths = {"ClearAir Sensors": "3-114", "Bluewater Metering": "3-116", "Helix Edge Robotics": "3-120"}
    going = (*booths, "Desert Sun Inverters", "Otay Thermal", "Tri-Valley Sensors")
    for key, _name, _native, kind, _city, ahead, *_rest in SHOWS:
        over = ahead < -1
        state = Attendance.attended if over else Attendance.registered
        for client in going[: 3 + len(key) % 3]:
            booth = booths.get(client) if kind is K.trade_show else None
            part = ParticipantRole.exhibitor if booth else ParticipantRole.visitor
            shows.add_participant(
                demo.writer, demo.shows[key], part, state, record_id=demo.organizations[client].id, booth=booth
            )
        for user in ("anna", "shen"):
            user_id = demo.writer.users[user]
            shows.add_participant(demo.writer, demo.shows[key], ParticipantRole.staff, state, user_id=user_id)


def _attended_webinar(demo: DemoRecords) -> None:
    """Add people to the webinar: two came, one didn't."""
    for name, has_come in (("Rosa Delgado", True), ("Tom Okafor", True), ("Tom Alvarez", False)):
        status, person_id = Attendance.attended if has_come else Attendance.no_show, demo.people[name].id
        shows.add_participant(demo.writer, demo.shows["webinar"], ParticipantRole.visitor, status, record_id=person_id)


def _suzhou(demo: DemoRecords) -> None:
    """Create the agenda of the show that begins tomorrow: twelve meetings at tables."""
    f, p = demo.organizations, demo.people
    rows = (
        (0, time(9, 30), M.agreed, "Desert Sun Inverters", "Eastport Logistics", "12", "Sun Li", None),
        (0, time(10, 0), M.agreed, "Helix Edge Robotics", "Nanling Grid Automation", "12", "Ma Jun", None),
        (
            0,
            time(10, 40),
            M.placed,
            "ClearAir Sensors",
            "Huayue Municipal Engineering Group",
            "14",
            "Wang Xiaoming",
            "何静 He Jing",
        ),
        (
            0,
            time(11, 20),
            M.agreed,
            "Bluewater Metering",
            "Jiangchuan Smart City Technology",
            "14",
            "Li Hui, Jiangchuan",
            None,
        ),
        (0, time(13, 30), M.placed, "ClearAir Sensors", "Suzhou Digital City Bureau", "room 3B", "Zhao Jianguo", None),
        (0, time(14, 30), M.asked, "Bluewater Metering", None, "9", "Mei-ling", None),
        (0, time(15, 30), M.wished, "Otay Thermal", "Jinling Data Center", None, "Qian Wen", None),
        (1, time(9, 30), M.agreed, "Bluewater Metering", "Huadong Water", "14", "Lu Min", "何静 He Jing"),
        (1, time(10, 20), M.asked, "Otay Thermal", "Jinling Data Center", "12", "Qian Wen", None),
        (1, time(11, 0), M.agreed, "Tri-Valley Sensors", "Lotus Bridge", "14", "Zhou Limin", None),
        (
            1,
            time(14, 0),
            M.wished,
            "Helix Edge Robotics",
            "Jiangchuan Smart City Technology",
            None,
            "Li Hui, Jiangchuan",
            None,
        ),
        (2, time(10, 0), M.agreed, "ClearAir Sensors", "Huayue Municipal Engineering Group", "14", "Li Hui", None),
    )
    for ahead, hour, state, client, host, table, people, interpreter in rows:
        person = p.get(people) or next(one for name, one in p.items() if people in name)
        shows.meeting(
            demo.writer,
            demo.shows["suzhou"],
            find_place("Suzhou"),
            shows.MeetingFacts(
                day=demo.day(1 + ahead),
                hour=hour,
                state=state,
                client=f[client],
                host=f[host] if host else person.organization,
                table=table,
                interpreter=interpreter,
                people=(person,),
                staff=("shen",) if state is not M.wished else (),
                note="He wants calibration certificates in Chinese; we owe him the capability statement."
                if people == "Wang Xiaoming"
                else None,
            ),
        )


def _add_held(demo: DemoRecords) -> None:
    """Create meetings of past shows, and the interactions they became."""
    f, p = demo.organizations, demo.people
    rows = (
        ("mission", -160, time(10), "Tri-Valley Sensors", "Zhou Limin", M.held),
        ("mission", -159, time(14), "Bluewater Metering", "Lu Min", M.held),
        ("mission", -158, time(10), "ClearAir Sensors", "Wang Guodong", M.no_show),
        ("green", -330, time(11), "ClearAir Sensors", "Wang Xiaoming", M.held),
        ("reverse", -75, time(9, 30), "Bluewater Metering", "Zhou Ting", M.held),
    )
    for key, ahead, hour, client, people, state in rows:
        place = find_place(next(row[4] for row in SHOWS if row[0] == key))
        contact_id = None
        if state is M.held:
            contact_id = demo.log(
                wall=demo.local_time(ahead, hour.hour, hour.minute).replace(
                    day=demo.day(ahead).day, month=demo.day(ahead).month, year=demo.day(ahead).year
                ),
                zone=place.zone or SHANGHAI,
                type=InteractionType.meeting,
                minutes=30,
                place=place.city,
                people=(p[people],),
                subject=f"Meeting with {p[people].label}",
                clients=((f[client], 30, 0, 0, "STEP"),),
                about=(demo.shows[key],),
                staff=("anna", "shen"),
                notes="双方介绍产品，约定会后寄样品。",
                english="Both sides presented their products; samples will be sent after the show.",
            )
        shows.meeting(
            demo.writer,
            demo.shows[key],
            place,
            shows.MeetingFacts(
                day=demo.day(ahead),
                hour=hour,
                state=state,
                client=f[client],
                host=p[people].organization,
                table="4",
                people=(p[people],),
                staff=("anna",),
                contact_id=contact_id,
            ),
        )
