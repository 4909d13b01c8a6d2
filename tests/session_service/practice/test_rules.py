"""The decisions about a practice, and the formula of the four figures."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from uuid import UUID
from zoneinfo import available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from session_service.practice import errors, rules
from session_service.practice.rules import (
    UNCHANGED,
    Clock,
    Completed,
    Completion,
    CompletionStatus,
    Pause,
    Paused,
    Pose,
    PoseRecorded,
    Practice,
    Repeated,
    Resumed,
    Totals,
)

T0 = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
ASKED = Completion(900, 10, CompletionStatus.COMPLETED)
THEN = Totals(3, 2, 1800)


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def running(**fields: object) -> Practice:
    """A practice that began at T0 and is looked at 100 s later."""
    practice = Practice(
        session_id=1,
        owner_id=UUID(int=1),
        user_id=42,
        sequence_id=None,
        started_at=T0,
        completed_at=None,
        duration_seconds=0,
        completion_status=CompletionStatus.ABANDONED,
        poses_completed=0,
        notes=None,
        mood=None,
        local_date=date(2026, 11, 21),
        timezone="UTC",
        clock=Clock.started(T0),
        completion=None,
        totals=None,
        updated_at=T0,
        now=at(100),
    )
    return replace(practice, **fields)  # type: ignore[arg-type]  # options of several types


def paused(**fields: object) -> Practice:
    """A practice that was paused after 60 s, and is looked at 40 s later."""
    clock = Clock(timedelta(seconds=60), None, at(60))
    return running(**{"duration_seconds": 55, "clock": clock, **fields})


def completed(**fields: object) -> Practice:
    """A practice that `ASKED` has completed."""
    done = {
        "completed_at": at(90),
        "duration_seconds": 900,
        "completion_status": CompletionStatus.COMPLETED,
        "poses_completed": 10,
        "clock": Clock(timedelta(seconds=90), None, None),
        "completion": ASKED,
        "totals": THEN,
    }
    return running(**{**done, **fields})


class TestPause:
    def test_lets_a_running_practice_rest(self) -> None:
        assert rules.pause(running(), 95) == Paused(95, Clock(timedelta(seconds=100), None, at(100)))

    def test_goes_on_with_the_pause_when_a_longer_duration_is_saved(self) -> None:
        assert rules.pause(paused(), 58) == Paused(58, paused().clock)

    def test_changes_nothing_when_it_is_so_already(self) -> None:
        assert rules.pause(paused(), 55) is UNCHANGED

    @pytest.mark.parametrize("practice", [running(duration_seconds=55), paused()])
    def test_saves_no_less_than_what_was_saved(self, practice: Practice) -> None:
        refusal = rules.pause(practice, 54)
        assert isinstance(refusal, errors.DurationBelowSaved)
        assert refusal.detail == "Duration cannot be less than what was saved (55 s)"

    @pytest.mark.parametrize("duration", [0, 900, 14_400])
    def test_is_refused_when_the_practice_is_over(self, duration: int) -> None:
        assert isinstance(rules.pause(completed(), duration), errors.AlreadyCompleted)


class TestResume:
    def test_keeps_the_time_between_as_a_pause(self) -> None:
        resumed = Resumed(Clock(timedelta(seconds=60), at(100), None), Pause(at(60), at(100)))
        assert rules.resume(paused()) == resumed

    def test_changes_nothing_when_it_runs(self) -> None:
        assert rules.resume(running()) is UNCHANGED

    def test_is_refused_when_the_practice_is_over(self) -> None:
        assert isinstance(rules.resume(completed()), errors.AlreadyCompleted)

    def test_keeps_no_pause_that_took_no_time(self) -> None:
        decision = rules.resume(paused(now=at(50)))
        assert decision == Resumed(Clock(timedelta(seconds=60), at(60), None), None)


class TestComplete:
    def test_stops_a_running_practice(self) -> None:
        assert rules.complete(running(), ASKED) == Completed(
            at(100), Clock(timedelta(seconds=100), None, None), None
        )

    def test_ends_the_pause_of_a_paused_one(self) -> None:
        assert rules.complete(paused(), ASKED) == Completed(
            at(100), Clock(timedelta(seconds=60), None, None), Pause(at(60), at(100))
        )

    def test_a_client_that_was_offline_may_tell_any_duration(self) -> None:
        short = Completion(0, None, CompletionStatus.PARTIAL)
        assert isinstance(rules.complete(paused(duration_seconds=900), short), Completed)

    def test_the_same_again_is_told_the_same(self) -> None:
        assert rules.complete(completed(now=at(9999)), ASKED) == Repeated(THEN)

    @pytest.mark.parametrize(
        "other",
        [
            replace(ASKED, duration_seconds=901),
            replace(ASKED, poses_completed=11),
            replace(ASKED, poses_completed=None),
            replace(ASKED, status=CompletionStatus.PARTIAL),
        ],
    )
    def test_anything_else_is_refused_when_it_is_over(self, other: Completion) -> None:
        assert isinstance(rules.complete(completed(), other), errors.AlreadyCompleted)

    def test_a_clock_read_too_early_never_completes_before_the_last_change(self) -> None:
        decision = rules.complete(paused(now=at(30)), ASKED)
        assert decision == Completed(at(60), Clock(timedelta(seconds=60), None, None), None)


class TestRecordPose:
    NOTED = (Pose(1, 30, True), Pose(2, 20, False))

    @pytest.mark.parametrize(
        ("pose", "count"),
        [
            (Pose(3, 40, True), 2),
            (Pose(3, 40, False), 1),
            (Pose(1, 30, False), 0),
            (Pose(1, 31, True), 1),
            (Pose(2, 20, True), 2),
        ],
    )
    def test_counts_the_completed_ones_anew(self, pose: Pose, count: int) -> None:
        assert rules.record_pose(running(), self.NOTED, True, pose) == PoseRecorded(pose, count)

    def test_refuses_a_position_that_the_sequence_does_not_have(self) -> None:
        decision = rules.record_pose(running(), self.NOTED, False, self.NOTED[0])
        assert isinstance(decision, errors.PoseNotFound)

    @pytest.mark.parametrize("practice", [running(), paused(), completed()])
    def test_what_is_noted_stays_whatever_became_of_the_practice(self, practice: Practice) -> None:
        assert rules.record_pose(practice, self.NOTED, True, self.NOTED[0]) is UNCHANGED

    def test_nothing_new_is_noted_of_one_that_is_over(self) -> None:
        decision = rules.record_pose(completed(), self.NOTED, True, Pose(1, 31, True))
        assert isinstance(decision, errors.AlreadyCompleted)


MOVES = st.lists(
    st.tuples(st.sampled_from(["pause", "resume"]), st.integers(-5, 50)),
    max_size=30,
)


class TestClock:
    @given(MOVES, st.integers(-5, 50))
    def test_practice_and_pauses_are_together_the_time_that_passed(
        self, moves: Sequence[tuple[str, int]], last: int
    ) -> None:
        clock, now, latest = Clock.started(T0), T0, T0
        pauses = timedelta(0)
        for move, seconds in [*moves, ("stop", last)]:
            now += timedelta(seconds=seconds)
            latest = max(now, latest) if self._acts(clock, move) else latest
            ended = clock.ended_pause(now) if move != "pause" else None
            if ended is not None:
                assert ended.ended_at is not None
                pauses += ended.ended_at - ended.started_at
            clock = getattr(clock, move)(now)
        assert clock.running_since is None
        assert clock.paused_at is None
        assert clock.measured + pauses == latest - T0

    @staticmethod
    def _acts(clock: Clock, move: str) -> bool:
        return move == "stop" or (move == "resume") == clock.is_paused

    @given(st.datetimes(timezones=st.just(UTC)), st.datetimes(timezones=st.just(UTC)))
    def test_pausing_twice_is_pausing_once(self, first: datetime, second: datetime) -> None:
        clock = Clock.started(T0).pause(first)
        assert clock.pause(second) == clock
        assert clock.measured >= timedelta(0)


class TestStatistics:
    @pytest.mark.parametrize(
        ("totals", "average", "rate"),
        [
            (Totals(0, 0, 0), 0, 0.0),
            (Totals(5, 0, 0), 0, 0.0),
            (Totals(30, 25, 22_500), 900, 83.3),
            (Totals(3, 2, 3), 2, 66.7),
            (Totals(4, 4, 10), 3, 100.0),
            (Totals(2000, 1, 7), 7, 0.1),
            (Totals(2001, 1, 7), 7, 0.0),
            (Totals(16, 1, 0), 0, 6.3),
            (Totals(2000, 1999, 1), 0, 100.0),
        ],
    )
    def test_rounds_halves_up(self, totals: Totals, average: int, rate: float) -> None:
        figures = rules.statistics(totals)
        assert figures.total_sessions == totals.completed
        assert figures.total_practice_time_seconds == totals.seconds
        assert (figures.average_duration_seconds, figures.completion_rate_percent) == (average, rate)

    @given(st.data())
    def test_is_what_a_decimal_calculator_says(self, data: st.DataObject) -> None:
        started = data.draw(st.integers(1, 10**6))
        done = data.draw(st.integers(0, started))
        seconds = data.draw(st.integers(0, 14_400 * done))
        figures = rules.statistics(Totals(started, done, seconds))

        def rounded(value: Fraction, step: str) -> Decimal:
            exact = Decimal(value.numerator) / Decimal(value.denominator)
            return exact.quantize(Decimal(step), ROUND_HALF_UP)

        assert Decimal(str(figures.completion_rate_percent)) == rounded(Fraction(100 * done, started), "0.1")
        assert figures.average_duration_seconds == (rounded(Fraction(seconds, done), "1") if done else 0)
        assert 0 <= figures.completion_rate_percent <= 100


class TestLocalDate:
    @pytest.mark.parametrize(
        ("timezone", "day"),
        [
            ("UTC", date(2026, 11, 20)),
            ("Pacific/Kiritimati", date(2026, 11, 21)),
            ("Asia/Kathmandu", date(2026, 11, 21)),
            ("America/New_York", date(2026, 11, 20)),
        ],
    )
    def test_is_the_date_on_the_wall(self, timezone: str, day: date) -> None:
        assert rules.local_date(datetime(2026, 11, 20, 23, 30, tzinfo=UTC), timezone) == day

    @settings(max_examples=30)
    @given(st.integers(0, 32 * 10**9))
    def test_is_never_more_than_a_day_off(self, seconds: int) -> None:
        """What the history's index relies on, in every zone that there is."""
        moment = datetime.fromtimestamp(seconds, UTC)
        for timezone in available_timezones():
            assert abs(rules.local_date(moment, timezone) - moment.date()) <= timedelta(days=1)
