"""Due dates, lights, repeats and keep-in-touch dates."""

from datetime import date, datetime, timedelta

import pytest

from crm.followups import policy
from crm.followups.policy import FollowUpSide, FollowUpState, LaterOption, NextStepState, RepeatRule, Tier

pytestmark = pytest.mark.one_engine

LA, SHANGHAI = "America/Los_Angeles", "Asia/Shanghai"
TUESDAY = date(2026, 12, 8)
TUESDAY_NOON = datetime.fromisoformat("2026-12-08T12:00:00-08:00")


def moment(text):
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("due", "light"),
    [
        (None, NextStepState.none),
        (date(2026, 12, 7), NextStepState.late),
        (date(2026, 12, 8), NextStepState.due),
        (date(2026, 12, 10), NextStepState.due),
        (date(2026, 12, 11), NextStepState.planned),
        (moment("2026-12-08T11:59:00-08:00"), NextStepState.late),
        (moment("2026-12-08T12:00:00-08:00"), NextStepState.due),
        (moment("2026-12-10T23:59:00-08:00"), NextStepState.due),
        (moment("2026-12-11T00:00:00-08:00"), NextStepState.planned),
        # 09:00 on Friday in Shanghai is Thursday evening here.
        (moment("2026-12-11T09:00:00+08:00"), NextStepState.due),
    ],
)
def test_light_shows_the_state_of_the_next_step(due, light):
    assert policy.light(due, TUESDAY_NOON, LA) is light


def test_day_is_in_the_zone_of_the_reader():
    now = moment("2026-12-08T18:00:00-08:00")
    assert policy.light(TUESDAY, now, LA) is NextStepState.due
    assert policy.light(TUESDAY, now, SHANGHAI) is NextStepState.late


@pytest.mark.parametrize(
    ("due", "days"),
    [
        (date(2026, 12, 4), 4),
        (TUESDAY, 0),
        (date(2026, 12, 20), 0),
        (moment("2026-12-08T11:00:00-08:00"), 0),
        (moment("2026-12-07T23:00:00-08:00"), 1),
        (moment("2026-12-08T09:00:00+08:00"), 1),
    ],
)
def test_days_late_are_counted(due, days):
    assert policy.days_late(due, TUESDAY_NOON, LA) == days


@pytest.mark.parametrize(
    ("today", "country", "due"),
    [
        (TUESDAY, "US", date(2026, 12, 10)),
        (date(2026, 12, 10), "US", date(2026, 12, 14)),
        (date(2026, 12, 24), "US", date(2026, 12, 29)),
        # The make-up Saturday before Spring Festival is a working day, the nine days after it are not.
        (date(2026, 2, 13), "CN", date(2026, 2, 24)),
    ],
)
def test_no_answer_is_due_two_working_days_later(today, country, due):
    assert policy.no_answer_due(today, country) == due


def test_no_answer_skips_days_off_of_the_center():
    assert policy.no_answer_due(TUESDAY, "US", extra={date(2026, 12, 9): False}) == date(2026, 12, 11)


def later(now, country="US", extra=None):
    return [(c.code, c.due) for c in policy.later_choices(moment(now), LA, country, extra=extra)]


def test_postpone_choices_on_a_tuesday():
    assert later("2026-12-08T10:05:00-08:00") == [
        (LaterOption.later_today, moment("2026-12-08T14:00:00-08:00")),
        (LaterOption.tomorrow, date(2026, 12, 9)),
        (LaterOption.in_two_days, date(2026, 12, 10)),
        (LaterOption.next_week, date(2026, 12, 14)),
        (LaterOption.in_a_week, date(2026, 12, 15)),
        (LaterOption.two_weeks, date(2026, 12, 22)),
    ]


def test_postpone_on_a_friday_evening_offers_the_next_working_day():
    assert later("2026-12-11T16:00:00-08:00") == [
        (LaterOption.tomorrow, date(2026, 12, 12)),
        (LaterOption.next_workday, date(2026, 12, 14)),
        (LaterOption.in_a_week, date(2026, 12, 18)),
        (LaterOption.two_weeks, date(2026, 12, 28)),
    ]


def test_later_today_is_on_the_hour_and_ends_at_18():
    assert later("2026-12-08T15:00:00-08:00")[0] == (LaterOption.later_today, moment("2026-12-08T18:00:00-08:00"))
    assert later("2026-12-08T15:01:00-08:00")[0][0] is LaterOption.tomorrow
    assert later("2026-12-08T23:30:00-08:00")[0][0] is LaterOption.tomorrow


def test_next_week_begins_after_a_holiday_monday():
    assert (LaterOption.next_week, date(2026, 9, 8)) in later("2026-09-02T09:00:00-07:00")


def test_postpone_choices_have_labels():
    choices = policy.later_choices(TUESDAY_NOON, LA, "US")
    labels = ["Later today", "Tomorrow", "In two days", "Next week", "In a week", "In two weeks"]
    assert [str(choice.label) for choice in choices] == labels


def test_postpone_choices_are_in_order_without_repeats():
    for number in range(400):
        day = date(2026, 1, 1) + timedelta(days=number)
        days = [due for _code, due in later(f"{day}T20:00:00-08:00")]
        assert days == sorted(set(days)), day


@pytest.mark.parametrize(
    ("rule", "due", "after", "expected"),
    [
        (RepeatRule.daily, TUESDAY, TUESDAY, date(2026, 12, 9)),
        (RepeatRule.workdays, date(2026, 12, 11), date(2026, 12, 11), date(2026, 12, 14)),
        (RepeatRule.weekly, TUESDAY, TUESDAY, date(2026, 12, 15)),
        (RepeatRule.every_two_weeks, TUESDAY, TUESDAY, date(2026, 12, 22)),
        (RepeatRule.monthly, date(2026, 1, 31), date(2026, 1, 31), date(2026, 2, 28)),
        (RepeatRule.quarterly, date(2026, 11, 30), date(2026, 11, 30), date(2027, 2, 28)),
        (RepeatRule.half_yearly, date(2026, 12, 8), date(2026, 12, 8), date(2027, 6, 8)),
        (RepeatRule.yearly, date(2028, 2, 29), date(2028, 2, 29), date(2029, 2, 28)),
        # Done early: the next one after the completed one.
        (RepeatRule.weekly, TUESDAY, date(2026, 12, 1), date(2026, 12, 15)),
        (RepeatRule.monthly, TUESDAY, date(2026, 11, 1), date(2027, 1, 8)),
        (RepeatRule.workdays, TUESDAY, date(2026, 12, 1), date(2026, 12, 9)),
        # Done late: missed ones are not created, the rhythm stays.
        (RepeatRule.weekly, TUESDAY, date(2026, 12, 30), date(2027, 1, 5)),
        (RepeatRule.weekly, TUESDAY, date(2026, 12, 29), date(2027, 1, 5)),
        (RepeatRule.monthly, date(2026, 1, 8), date(2026, 12, 8), date(2027, 1, 8)),
    ],
)
def test_next_repeat_is_computed_from_the_rule(rule, due, after, expected):
    assert policy.next_due(rule, due, after=after, country="US") == expected


def test_monthly_repeat_returns_to_the_31st_after_a_short_month():
    last = date(2026, 1, 31)
    february = policy.next_due(RepeatRule.monthly, last, after=last, country="US")
    march = policy.next_due(RepeatRule.monthly, last, after=february, country="US")
    assert (february, march) == (date(2026, 2, 28), date(2026, 3, 31))


def test_working_days_follow_the_country():
    friday, working_saturday = date(2026, 2, 13), date(2026, 2, 14)
    assert policy.next_due(RepeatRule.workdays, friday, after=friday, country="CN") == working_saturday


@pytest.mark.parametrize("rule", list(RepeatRule))
def test_next_repeat_is_never_today(rule):
    assert policy.next_due(rule, TUESDAY, after=TUESDAY, country="US") > TUESDAY


def test_tiers_set_the_days_between_interactions():
    assert {tier.value: tier.days for tier in Tier} == {"a": 30, "b": 90, "c": None}


def test_import_starts_three_a_day():
    days = [policy.staggered_start(TUESDAY, position).day for position in range(8)]
    assert days == [8, 8, 8, 9, 9, 9, 10, 10]


def test_attempt_label_starts_with_the_second_attempt():
    labels = [policy.try_label(tries) for tries in (0, 1, 2, 3, 10, 19, 20)]
    assert labels == [None, "2nd try", "3rd try", "4th try", "11th try", "20th try", "try 21"]


def test_enum_codes_are_unchanged():
    assert [side.value for side in FollowUpSide] == ["we", "they", "idea"]
    assert [state.value for state in FollowUpState] == ["open", "done", "dropped"]


def test_hand_over_is_due_a_month_before_the_tour_ends_but_not_in_the_past():
    ends_on = date(2026, 5, 1)
    assert [policy.hand_over_due_on(ends_on, day) for day in (date(2026, 3, 5), date(2026, 4, 20))] == [
        date(2026, 4, 1),
        date(2026, 4, 20),
    ]


@pytest.mark.parametrize(
    ("due_zone", "zone", "expected"),
    [
        ("Asia/Shanghai", "America/Los_Angeles", datetime(2026, 12, 9, 9)),
        ("Asia/Shanghai", "Asia/Shanghai", datetime(2026, 12, 8, 9)),
        ("America/Los_Angeles", "Asia/Shanghai", datetime(2026, 12, 7, 9)),
    ],
)
def test_time_moves_to_the_day_of_the_reader(due_zone, zone, expected):
    assert policy.move_to_day(datetime(2026, 12, 1, 9), due_zone, date(2026, 12, 8), zone) == expected
