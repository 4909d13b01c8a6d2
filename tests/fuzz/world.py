"""People and things for the fuzzer to meet: ids that exist, in every state that it would take long to get into."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from deploy.tokens import make_token
from kit.settings import DEVELOPMENT_JWT_SECRET
from tests.support.waiting import eventually
from tests.system.buddies import CHALLENGES, Api, Pair, new_pair, new_session

PRACTICES = "/api/v1/sessions"


@dataclass(frozen=True, slots=True)
class Known:
    """Values that mean something: by the paths of the operations that take them, then by the parameter."""

    paths: str
    parameter: str
    values: Sequence[str | int]


@dataclass(slots=True)
class World:
    """Somebody with a past, and somebody who knows nobody."""

    user: str
    stranger: str
    role: str
    known: list[Known] = field(default_factory=list)


def bearer(user: str, role: str = "authenticated") -> str:
    """The value of an `Authorization` header."""
    token = make_token(
        UUID(user), secret=DEVELOPMENT_JWT_SECRET, audience="authenticated", role=role, name="Fuzz", hours=24
    )
    return f"Bearer {token}"


async def make_world(api: Api, *, role: str = "authenticated") -> World:
    """Make all of it through the API; from then on the user is in this role."""
    pair = await new_pair(api)
    user = pair.one
    invited = await _invitation(api, user)
    sessions = await _sessions(api, pair)
    plan, training = await _training(api, user)
    practices = await _practices(api, user)
    notifications = await _notifications(api, user)
    shared = [
        (await _do(api, user, "POST", f"{PRACTICES}/{practice}/share"))["token"] for practice in practices[:2]
    ]
    webhook = await _webhook(api, user)
    job = (await _do(api, user, "POST", "/api/me/export"))["job_id"]
    matches = [pair.match_id, *invited]
    return World(
        user,
        str(uuid4()),
        role,
        [
            Known(r"^/api/session(/|$)", "path.session_id", sessions),
            Known(r"^/api/session/", "body.session_id", sessions),
            Known(r"^/api/session/create$", "body.match_id", [pair.match_id]),
            Known(r"^/api/session/create$", "body.user1_challenge_id", CHALLENGES),
            Known(r"^/api/session/create$", "body.user2_challenge_id", CHALLENGES),
            Known(r"^/api/matches/", "path.match_id", matches),
            Known(r"^/api/reputation/", "path.user_id", [pair.one, pair.other]),
            Known(r"^/api/plans/", "path.plan_id", [plan]),
            Known(r"^/api/sessions", "body.plan_id", [plan]),
            Known(r"^/api/sessions/", "path.session_id", training),
            Known(rf"^{PRACTICES}/", "path.session_id", practices),
            Known(rf"^{PRACTICES}/", "body.session_id", practices),
            Known(rf"^{PRACTICES}/start$", "body.sequence_id", [1, 2]),
            Known(r"^/api/v1/sequences/", "path.sequence_id", [1, 2]),
            Known(r"^/api/v1/shared/", "path.token", shared),
            Known(r"^/api/webhooks/", "path.webhook_id", [webhook]),
            Known(r"^/api/jobs/", "path.job_id", [job]),
            Known(r"^/api/notifications/", "path.notification_id", notifications),
        ],
    )


async def _do(api: Api, user: str, method: str, path: str, body: Any = None) -> Any:
    answer = await api.insist(user, method, path, body, Prefer="wait=5")
    assert answer.is_success, answer.text
    return answer.json()


async def _notifications(api: Api, user: str) -> list[str]:
    async def told() -> list[str]:
        return [item["id"] for item in (await _do(api, user, "GET", "/api/notifications"))["items"]]

    return await eventually(told, timeout=30)


async def _invitation(api: Api, user: str) -> list[str]:
    """One that the user may answer, and one that another has to."""
    theirs = await _do(api, str(uuid4()), "POST", "/api/matches", {"buddy_id": user})
    own = await _do(api, user, "POST", "/api/matches", {"buddy_id": str(uuid4())})
    return [theirs["id"], own["id"]]


async def _sessions(api: Api, pair: Pair) -> list[str]:
    """To come, just begun, half confirmed, completed, cancelled, and one where the other did not come."""
    ahead = [await new_session(api, pair, starts_in=timedelta(days=days)) for days in (1, 30)]
    begun = [await new_session(api, pair) for _ in range(4)]
    await _do(api, pair.other, "POST", f"/api/session/{begun[1]}/confirm")
    for user in (pair.one, pair.other):
        await _do(api, user, "POST", f"/api/session/{begun[2]}/confirm")
    await _do(api, pair.one, "POST", f"/api/session/{begun[3]}/cancel")
    return [*ahead, *begun]


async def _training(api: Api, user: str) -> tuple[str, list[str]]:
    structure = {
        "exercises": [{"name": "Bench press", "sets": [{"reps": 8, "weight_kg": 60, "completed": False}]}]
    }
    plan = (await _do(api, user, "POST", "/api/plans", {"name": "Push", "structure": structure}))["id"]
    made = []
    for _ in range(2):
        started = await _do(api, user, "POST", "/api/sessions", {"plan_id": plan, "date": "2026-11-02"})
        made.append(started["id"])
        if len(made) == 1:
            await _do(api, user, "POST", f"/api/sessions/{made[0]}/complete")
    return plan, made


async def _webhook(api: Api, user: str) -> str:
    """One that is never called: its address is this machine's, which only some stacks allow."""
    answer = await api.insist(user, "POST", "/api/webhooks", {"url": "https://127.0.0.1:8443/fuzz"})
    return str(answer.json().get("id", uuid4()))


async def _practices(api: Api, user: str) -> list[int]:
    """Completed, abandoned, and one that goes on."""
    made = [
        (await _do(api, user, "POST", f"{PRACTICES}/start", {"sequence_id": 1}))["session_id"]
        for _ in range(3)
    ]
    for practice, status in zip(made, ("completed", "partial"), strict=False):
        body = {"session_id": practice, "duration_seconds": 600, "completion_status": status}
        await _do(api, user, "POST", f"{PRACTICES}/complete", body)
    return made
