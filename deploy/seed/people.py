"""The people of the demo."""

from dataclasses import dataclass
from uuid import UUID


class UnknownPerson(Exception):
    """Neither a name of the demo nor a UUID."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to try the system as."""

    key: str
    """What `tandem token` calls them."""
    id: UUID
    name: str
    timezone: str = "UTC"
    role: str = "authenticated"

    @property
    def email(self) -> str:
        """An address that no mail can reach."""
        return f"{self.key}@tandem.example"


PEOPLE = (
    Person("ada", UUID("ada00000-0000-4000-8000-000000000001"), "Ada", "Europe/London"),
    Person("ben", UUID("be400000-0000-4000-8000-000000000002"), "Ben", "America/New_York"),
    Person("cleo", UUID("c1e00000-0000-4000-8000-000000000003"), "Cleo", "Asia/Kolkata"),
    Person("dan", UUID("da400000-0000-4000-8000-000000000004"), "Dan"),
    Person("olga", UUID("019a0000-0000-4000-8000-000000000005"), "Olga", role="service_role"),
)


def person(name_or_id: str) -> Person:
    """Somebody by the name or id; somebody unknown by the id. Raises `UnknownPerson`."""
    wanted = name_or_id.strip().lower()
    for somebody in PEOPLE:
        if wanted in (somebody.key, str(somebody.id)) or (
            wanted == "operator" and somebody.role == "service_role"
        ):
            return somebody
    try:
        return Person("", UUID(wanted), "")
    except ValueError:
        known = ", ".join(somebody.key for somebody in PEOPLE)
        raise UnknownPerson(f"{name_or_id!r} is neither a UUID nor one of {known}") from None
