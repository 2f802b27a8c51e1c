"""What scans say: who was there, from when until when, whatever their order."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gernas.youth.day.presence import Presence, Seen, follow, judge, set_clock_right
from gernas.youth.models import Attendance, ScanKind

NINE = datetime(2026, 11, 28, 2, tzinfo=UTC)  # 09.00 WIB
ONE = NINE + timedelta(hours=4)


def at(hour: float) -> datetime:
    """A moment so many hours after nine."""
    return NINE + timedelta(hours=hour)


def came(hour: float) -> Seen:
    return Seen(ScanKind.ARRIVED, at(hour))


def left(hour: float) -> Seen:
    return Seen(ScanKind.LEFT, at(hour))


def test_without_a_scan_nobody_was_there() -> None:
    assert follow([], ends_at=ONE) == Presence()


def test_minutes_run_from_coming_to_leaving_as_measured() -> None:
    assert follow([came(-0.5), left(3.75)], ends_at=ONE) == Presence(at(-0.5), at(3.75), 255)


def test_who_has_not_left_has_no_minutes_yet() -> None:
    assert follow([came(0)], ends_at=ONE) == Presence(at(0))


def test_two_desks_that_see_one_person_count_once() -> None:
    seen = [came(0), came(0.01), left(4), left(4.1)]

    assert follow(seen, ends_at=ONE) == Presence(at(0), at(4.1), 246)


def test_who_was_away_between_is_not_counted_for_that_time() -> None:
    seen = [came(0), left(1), came(2), left(4)]

    assert follow(seen, ends_at=ONE) == Presence(at(0), at(4), 180)


def test_a_leaving_by_mistake_is_mended_by_the_next() -> None:
    assert follow([came(0), left(0.1), left(4)], ends_at=ONE).minutes == 240


def test_a_leaving_before_any_coming_counts_for_nothing() -> None:
    assert follow([left(-1), came(0)], ends_at=ONE) == Presence(at(0))


def test_hours_end_an_hour_after_the_shift_at_the_latest() -> None:
    assert follow([came(0), left(9)], ends_at=ONE) == Presence(at(0), at(9), 300, was_capped=True)


def test_who_comes_when_all_is_over_has_no_minutes() -> None:
    assert follow([came(6), left(7)], ends_at=ONE).minutes == 0


SCANS = st.lists(
    st.builds(Seen, st.sampled_from(ScanKind), st.integers(-60, 400).map(lambda m: at(m / 60))),
    max_size=8,
)


@given(SCANS, st.randoms())
def test_the_order_of_sending_changes_nothing(seen: list[Seen], random: object) -> None:
    shuffled = list(seen)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    assert follow(shuffled, ends_at=ONE) == follow(seen, ends_at=ONE)


@given(SCANS)
def test_sending_all_twice_changes_nothing(seen: list[Seen]) -> None:
    assert follow([*seen, *seen], ends_at=ONE) == follow(seen, ends_at=ONE)


@given(SCANS)
def test_minutes_never_exceed_the_time_between_first_and_last(seen: list[Seen]) -> None:
    presence = follow(seen, ends_at=ONE)

    if presence.arrived_at is None:
        assert presence == Presence()
    elif presence.left_at is not None and presence.minutes is not None:
        assert presence.left_at >= presence.arrived_at
        between = (presence.left_at - presence.arrived_at).total_seconds() // 60
        assert 0 <= presence.minutes <= between


def test_coming_late_and_leaving_early_have_ten_minutes_of_grace() -> None:
    def called(seen: list[Seen]) -> Attendance | None:
        return judge(follow(seen, ends_at=ONE), starts_at=NINE, ends_at=ONE)

    assert called([]) is None
    assert called([came(1 / 6)]) == Attendance.PRESENT
    assert called([came(11 / 60)]) == Attendance.LATE
    assert called([came(0), left(4 - 1 / 6)]) == Attendance.PRESENT
    assert called([came(0), left(3)]) == Attendance.LEFT_EARLY
    assert called([came(0), left(5)]) == Attendance.PRESENT


def test_a_desk_whose_clock_is_wrong_is_set_right_when_it_sends() -> None:
    ahead = timedelta(hours=7, minutes=3)

    found = set_clock_right(at(0) + ahead, sent_at=at(2) + ahead, received_at=at(2))

    assert found == (at(0), ahead)


def test_the_time_that_sending_takes_is_no_drift() -> None:
    sent = at(2)

    found = set_clock_right(at(0), sent_at=sent, received_at=sent + timedelta(seconds=4))

    assert found == (at(0), timedelta())


def test_a_scan_later_than_its_sending_happened_when_it_was_sent() -> None:
    assert set_clock_right(at(9), sent_at=at(2), received_at=at(2)) == (at(2), timedelta())
