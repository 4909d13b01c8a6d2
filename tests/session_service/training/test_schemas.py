"""What a structure may hold."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from session_service.training import rules
from session_service.training.schemas import IsoDate, SessionStructure
from tests.session_service.training.conftest import a_set, a_structure, an_exercise


def with_exercise(**fields: Any) -> dict[str, Any]:
    return a_structure(exercises=[an_exercise(**fields)])


def with_set(**fields: Any) -> dict[str, Any]:
    return with_exercise(sets=[a_set(**fields)])


@pytest.mark.parametrize(
    "structure",
    [
        a_structure(),
        a_structure(notes=None),
        a_structure(notes="n" * rules.NOTES_LENGTH),
        a_structure(notes="two\nlines\tand a tab"),
        a_structure(exercises=[an_exercise()] * rules.MOST_EXERCISES),
        with_exercise(sets=[]),
        with_exercise(sets=[a_set()] * rules.MOST_SETS),
        with_exercise(name="n" * rules.NAME_LENGTH),
        with_exercise(name="Développé couché 🏋"),
        with_exercise(notes="n" * rules.NOTES_LENGTH),
        a_structure(exercises=[{"name": "Plank", "sets": [{"completed": True}]}]),
        with_set(reps=0, weight_kg=0, duration_seconds=0, distance_m=0, rpe=1),
        with_set(
            reps=rules.MOST_REPS,
            weight_kg=rules.MOST_WEIGHT_KG,
            duration_seconds=rules.MOST_SECONDS,
            distance_m=rules.MOST_DISTANCE_M,
            rpe=10,
        ),
        with_set(weight_kg=0.25, rpe=7.5, duration_seconds=12.3, distance_m=0.5),
        with_set(reps=None, weight_kg=None, rpe=None),
    ],
)
def test_a_valid_structure_comes_back_as_it_was(structure: dict[str, Any]) -> None:
    assert SessionStructure.model_validate(structure).as_sent() == structure


@pytest.mark.parametrize(
    "structure",
    [
        None,
        [],
        "structure",
        {},
        {"exercises": []},
        {"exercises": None},
        {"exercises": {}},
        {"exercises": [None]},
        a_structure(exercises=[an_exercise()] * (rules.MOST_EXERCISES + 1)),
        a_structure(unknown=1),
        a_structure(notes=5),
        a_structure(notes="n" * (rules.NOTES_LENGTH + 1)),
        a_structure(notes="nul\x00"),
        a_structure(notes="\ud800"),
        {"exercises": [{"sets": []}]},
        {"exercises": [{"name": "Squat"}]},
        with_exercise(name=""),
        with_exercise(name="  "),
        with_exercise(name="n" * (rules.NAME_LENGTH + 1)),
        with_exercise(name=5),
        with_exercise(name=None),
        with_exercise(name="nul\x00"),
        with_exercise(name="\ud800"),
        with_exercise(unknown=1),
        with_exercise(notes="n" * (rules.NOTES_LENGTH + 1)),
        with_exercise(sets=None),
        with_exercise(sets="sets"),
        with_exercise(sets=[a_set()] * (rules.MOST_SETS + 1)),
        with_exercise(sets=[{"reps": 8}]),
        with_set(completed=None),
        with_set(completed=1),
        with_set(completed="true"),
        with_set(unknown=1),
        with_set(reps="8"),
        with_set(reps=True),
        with_set(reps=8.5),
        with_set(reps=-1),
        with_set(reps=rules.MOST_REPS + 1),
        with_set(reps=2**64),
        with_set(weight_kg="82.5"),
        with_set(weight_kg=True),
        with_set(weight_kg=-0.5),
        with_set(weight_kg=rules.MOST_WEIGHT_KG + 0.5),
        with_set(weight_kg=float("nan")),
        with_set(weight_kg=float("inf")),
        with_set(weight_kg=10**400),
        with_set(duration_seconds="60"),
        with_set(duration_seconds=-1),
        with_set(duration_seconds=rules.MOST_SECONDS + 1),
        with_set(distance_m="100"),
        with_set(distance_m=-1),
        with_set(distance_m=rules.MOST_DISTANCE_M + 1),
        with_set(rpe="8"),
        with_set(rpe=0),
        with_set(rpe=0.9),
        with_set(rpe=10.5),
        with_set(rpe=False),
    ],
)
def test_what_is_no_structure_is_refused(structure: Any) -> None:
    with pytest.raises(ValidationError):
        SessionStructure.model_validate(structure)


def test_a_whole_number_is_kept_in_one_way() -> None:
    structure = SessionStructure.model_validate(with_set(weight_kg=80.0)).as_sent()
    weight = structure["exercises"][0]["sets"][0]["weight_kg"]
    assert (weight, type(weight)) == (80, int)


line = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=40)
lines = st.text(st.characters(exclude_categories=["Cc", "Cs"], include_characters="\n\t"), max_size=80)
numbers = st.one_of(st.integers(0, 1000), st.floats(0, 1000))
sets = st.fixed_dictionaries(
    {"completed": st.booleans()},
    optional={
        "reps": st.none() | st.integers(0, rules.MOST_REPS),
        "weight_kg": st.none() | numbers,
        "duration_seconds": st.none() | numbers,
        "distance_m": st.none() | numbers,
        "rpe": st.none() | st.floats(1, 10) | st.integers(1, 10),
    },
)
exercises = st.fixed_dictionaries(
    {"name": line.filter(str.strip), "sets": st.lists(sets, max_size=4)},
    optional={"notes": st.none() | lines},
)
structures = st.fixed_dictionaries(
    {"exercises": st.lists(exercises, min_size=1, max_size=4)}, optional={"notes": st.none() | lines}
)


@settings(deadline=None)
@given(structures)
def test_any_structure_comes_back_as_it_was(structure: dict[str, Any]) -> None:
    assert SessionStructure.model_validate(structure).as_sent() == structure


DATE: TypeAdapter[date] = TypeAdapter(IsoDate)


def test_a_date_is_a_day() -> None:
    assert DATE.validate_python("2024-02-29") == date(2024, 2, 29)


@pytest.mark.parametrize(
    "raw",
    ["2025-02-29", "2025-13-01", "0000-01-01", "20250817", "2025-8-17", "2025-08-17T00:00:00Z", "", "0"],
)
def test_no_other_text_is_a_date(raw: str) -> None:
    with pytest.raises(ValidationError):
        DATE.validate_python(raw)


@pytest.mark.parametrize("raw", [0, 1755388800, True, None, ["2025-08-17"], " 2025-08-17", "٢٠٢٥-٠٨-١٧"])
def test_nothing_else_is_a_date(raw: Any) -> None:
    with pytest.raises(ValidationError):
        DATE.validate_python(raw)
