"""How badges and streaks are told: to one's own self, many people an event. Nothing here does I/O."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from session_service.notifications.notices import Happening, Names, Notice


class Badge(BaseModel):
    """A badge that somebody did not have before."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    user_id: UUID
    title: Annotated[str, Field(min_length=1)]


class BadgesEarned(Happening):
    """Some people earned badges."""

    badges: tuple[Badge, ...]

    def people(self) -> tuple[UUID, ...]:
        """Those who did."""
        return tuple(dict.fromkeys(badge.user_id for badge in self.badges))

    def notices(self, names: Names) -> list[Notice]:
        """Each learns it, in one notice for all that came at once."""
        return [self._notice(user_id) for user_id in self.people()]

    def _notice(self, user_id: UUID) -> Notice:
        titles = list(dict.fromkeys(badge.title for badge in self.badges if badge.user_id == user_id))
        if len(titles) == 1:
            return Notice(
                user_id, "badge_earned", f"You earned a badge: {titles[0]}", "It is in your profile now."
            )
        together = f"{', '.join(titles[:-1])} and {titles[-1]}"
        return Notice(user_id, "badge_earned", f"You earned {len(titles)} badges", f"{together}.")


class Streak(BaseModel):
    """Somebody's current streak, which ends today unless something is done."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    user_id: UUID
    days: Annotated[int, Field(strict=True, ge=1)]


class StreaksAtRisk(Happening):
    """Some people's streaks end with their today."""

    streaks: tuple[Streak, ...]

    def people(self) -> tuple[UUID, ...]:
        """Those whose they are."""
        return tuple(dict.fromkeys(streak.user_id for streak in self.streaks))

    def notices(self, names: Names) -> list[Notice]:
        """Each learns how long the streak is that would end."""
        days = {streak.user_id: streak.days for streak in self.streaks}
        return [
            Notice(
                user_id,
                "streak_at_risk",
                f"Your streak of {count} {'day' if count == 1 else 'days'} ends today",
                "Practise before midnight, or freeze the day, and it goes on.",
            )
            for user_id, count in days.items()
        ]
