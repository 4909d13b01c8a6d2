"""What goes over the wire about ratings."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from kit.schemas import Body, Int, UtcDatetime, View
from session_service.buddy.ratings import rules
from session_service.buddy.schemas import OptionalRemark


class NewRating(Body):
    """What the caller thinks of the buddy."""

    rating: Annotated[Int, Field(ge=1, le=5, examples=[5], description="1 is the worst, 5 the best.")]
    comment: OptionalRemark = Field(default=None, examples=["Patient, and on time."])


class RatingView(View):
    """What one buddy thinks of the other."""

    rating: int = Field(ge=1, le=5, examples=[5])
    comment: str | None = Field(examples=["Patient, and on time."])
    created_at: UtcDatetime
    updated_at: UtcDatetime


class RatingsView(View):
    """A session's ratings, as one of its buddies may see them."""

    session_id: UUID
    visible: bool = Field(description="Whether each buddy may see the other's, and neither can be changed.")
    mine: RatingView | None
    theirs: RatingView | None = Field(description="Null until it is visible, and when there is none.")
    visible_at: UtcDatetime | None = Field(
        description="When they became visible, or will at the latest; null while the session is not completed."
    )

    @classmethod
    def of(cls, session_id: UUID, ratings: rules.Ratings) -> Self:
        """The ratings as GET shows them."""
        mine, theirs = ratings.mine, ratings.theirs if ratings.visible else None
        return cls(
            session_id=session_id,
            visible=ratings.visible,
            mine=None if mine is None else RatingView.model_validate(mine),
            theirs=None if theirs is None else RatingView.model_validate(theirs),
            visible_at=ratings.visible_at,
        )
