"""Reading the cells of one row, and noting what is wrong with them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeVar

from session_service.training import rules
from session_service.training.importing.exports import values
from session_service.training.importing.exports.table import Row
from session_service.training.importing.exports.workouts import Fault, Kind, WorkoutSet

T = TypeVar("T")

LONGEST_SECONDS = 7 * 86_400
"""A workout that lasted longer has a wrong end."""

_GRAM = Decimal("0.001")
_CENTIMETRE = Decimal("0.01")


@dataclass(slots=True)
class Cells:
    """One row, and its faults so far."""

    row: Row
    faults: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.row.surplus:
            self.fault(None, "more cells than columns")

    def fault(self, column: str | None, message: str) -> None:
        """Notes that something is wrong."""
        self.faults.append(Fault(self.row.number, column, message))

    def take(self, column: str, parse: Callable[[str], T], *, zero_is_blank: bool = False) -> T | None:
        """What the cell holds; None when it is blank, or wrong, which is noted."""
        text = self.row.get(column)
        if not text:
            return None
        try:
            value = parse(text)
        except ValueError as error:
            self.fault(column, str(error))
            return None
        return None if zero_is_blank and not value else value

    def name(self, column: str, *, otherwise: str = "") -> str:
        """A name on one line; what is too long, or missing where there is nothing else to take, is noted."""
        name = values.line(self.row.get(column)) or otherwise
        if not name:
            self.fault(column, "is blank")
        elif len(name) > rules.NAME_LENGTH:
            self.fault(column, f"is longer than {rules.NAME_LENGTH} characters")
        return name

    def text(self, column: str) -> str:
        """Text in lines."""
        return values.lines(self.row.get(column))

    def workout_set(
        self,
        kind: Kind,
        *,
        reps: str,
        rpe: str,
        seconds: str,
        weight: tuple[str, Decimal],
        distance: tuple[str, Decimal],
        zero_is_blank: bool = False,
    ) -> WorkoutSet:
        """The set in these columns. ``weight`` and ``distance`` come with the kilograms and metres in one unit."""

        def scaled(column: str, factor: Decimal, step: Decimal, most: int) -> Decimal | None:
            value = self.take(column, values.number, zero_is_blank=zero_is_blank)
            if value is not None and factor != 1:
                value = (value * factor).quantize(step).normalize()
            return self._bounded(column, value, most)

        count = self.take(reps, values.whole, zero_is_blank=zero_is_blank)
        effort = self.take(rpe, values.number, zero_is_blank=zero_is_blank)
        if effort is not None and not rules.LEAST_RPE <= effort <= rules.MOST_RPE:
            self.fault(rpe, f"is not between {rules.LEAST_RPE} and {rules.MOST_RPE}")
        return WorkoutSet(
            kind=kind,
            reps=self._bounded(reps, count, rules.MOST_REPS),
            weight_kg=scaled(*weight, _GRAM, rules.MOST_WEIGHT_KG),
            distance_m=scaled(*distance, _CENTIMETRE, rules.MOST_DISTANCE_M),
            seconds=self._bounded(
                seconds, self.take(seconds, values.number, zero_is_blank=zero_is_blank), rules.MOST_SECONDS
            ),
            rpe=effort,
        )

    def _bounded(self, column: str, value: T, most: int) -> T:
        if isinstance(value, int | Decimal) and value > most:
            self.fault(column, f"is more than {most} in the units of a session")
        return value
