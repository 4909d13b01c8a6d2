"""What an export's files are called and look like."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

_FOLDERS = {
    "session_service": "",
    "accounts": "",
    "reputation_service": "reputation/",
    "stats_worker": "statistics/",
}

_NAMES = {
    "user_profiles": "profile",
    "no_show_appeals": "appeals",
    "buddy_ratings": "ratings_by_you",
    "audit_log": "audit",
    "plans": "training_plans",
    "former_names": "former_names",
    "jobs": "exports",
}

_ABOUT = {
    "profile": "who you are here, with your preferences",
    "former_names": "what you were called before",
    "matches": "your buddies, and who invited whom",
    "buddy_sessions": "sessions with your buddies: your part, and of the buddy no more than you see yourself; notes",
    "appeals": "your appeals against no-shows",
    "ratings_by_you": "what you said of your buddies",
    "ratings_of_you": "what your buddies said of you, as far as you may see it",
    "audit": "what you did that is kept on record, and the request that it came with",
    "training_plans": "your training plans",
    "training_sessions": "your training sessions, with the plan as it was",
    "practice_sessions": "your practices, with notes and mood",
    "practice_poses": "pose by pose",
    "practice_pauses": "their pauses",
    "practice_shares": "links that you have made, without what they are opened with",
    "practice_totals": "their sums",
    "notifications": "your inbox",
    "reminders": "sessions that you are reminded of",
    "emails": "mails to you: when and why, not their text, which is that of the notifications",
    "webhook_endpoints": "your webhooks",
    "webhook_secrets": "when their secrets were made; the secrets themselves are not shown",
    "webhook_deliveries": "what was sent to them",
    "webhook_attempts": "each attempt at sending it",
    "exports": "exports like this one",
    "reputation/ledger": "every entry that your reputation is the sum of",
    "reputation/counters": "those sums",
    "reputation/badges": "your badges",
    "reputation/penalties": "no-shows, and what became of your appeals",
    "reputation/reversals": "what you took back as an operator",
    "statistics/totals": "your practice in figures",
    "statistics/days": "day by day",
    "statistics/weekdays": "by day of the week; 1 is Monday",
    "statistics/sequences": "by sequence",
    "statistics/runs": "consecutive days",
    "statistics/freezes": "frozen days",
    "statistics/streaks_reached": "lengths of a streak that you have reached",
}

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Dataset:
    """Two files of an export, JSON and CSV, and where their rows come from.

    ``query`` names one of the repository's; without, ``position`` is an entry of the database's plan.
    """

    name: str
    position: int | None = None
    query: str | None = None


OWN = (
    Dataset("matches", query="matches"),
    Dataset("buddy_sessions", query="buddy_sessions"),
    Dataset("ratings_of_you", query="ratings_of_you"),
)
"""What takes more than looking at one table: the user sees just so much of a buddy."""


def planned(position: int, house: str, relation: str) -> Dataset:
    """The files of a table of which the rows are handed out as they are."""
    return Dataset(f"{_FOLDERS.get(house, house + '/')}{_NAMES.get(relation, relation)}", position=position)


def csv_cell(value: Any) -> str:
    """A value as a spreadsheet takes it for what it is: text that it would read as a formula begins with a ``'``."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    words = value if isinstance(value, str) else orjson.dumps(value).decode()
    return f"'{words}" if words.startswith(_DANGEROUS) else words


def csv_row(row: Mapping[str, Any], columns: Sequence[str]) -> list[str]:
    """A row's cells."""
    return [csv_cell(row.get(column)) for column in columns]


def readme(datasets: Sequence[Dataset], counts: Sequence[int], made_at: str) -> str:
    """The file that says what the others are."""
    lines = [
        "All that is held about you",
        "==========================",
        "",
        f"Made at {made_at}. Times are in UTC.",
        "",
        "Each table is there twice: as JSON (UTF-8, an array with one object a line) and as CSV (UTF-8, with a header;",
        "an empty table has none). In CSV, text that a spreadsheet would take for a formula begins with a ' and what",
        "is not a single value is JSON.",
        "",
        "Your buddies appear as you see them: by name and id. Not in here: secrets, and answers to repeated requests,",
        "which are kept for a day and say nothing that is not in here.",
        "",
    ]
    for dataset, count in zip(datasets, counts, strict=True):
        about = _ABOUT.get(dataset.name)
        lines.append(f"{dataset.name}.json, .csv ({count})" + (f": {about}" if about else ""))
    return "\n".join(lines) + "\n"
