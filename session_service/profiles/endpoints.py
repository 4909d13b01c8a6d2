"""The doors of the profiles room: ``/api/me``."""

from fastapi import APIRouter, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.door import Answer, ServiceDoor
from session_service.profiles import service
from session_service.profiles.schemas import ProfileChanges, ProfileView

router = APIRouter(tags=["profile"])


@router.get("/api/me", response_model=ProfileView, summary="The user's own profile")
async def get_me(door: ServiceDoor) -> Response:
    """The caller's profile; somebody who comes for the first time gets one."""

    async def work(connection: AsyncConnection) -> Answer:
        profile = await service.load(connection, door.caller.user_id)
        return Answer(ProfileView.model_validate(profile))

    return await door.read(work)


@router.patch("/api/me", response_model=ProfileView, summary="Change the user's own profile")
async def change_me(door: ServiceDoor, body: ProfileChanges) -> Response:
    """Changes what is given. Preferences are given whole. An unknown time zone is a 422."""

    async def work(connection: AsyncConnection) -> Answer:
        profile = await service.load_locked(connection, door.caller.user_id)
        door.if_match(ProfileView.model_validate(profile))
        changed = await service.change(connection, profile, body.model_dump(exclude_unset=True))
        return Answer(ProfileView.model_validate(changed))

    return await door.change(work, tags=[service.cache_tag(door.caller.user_id)])
