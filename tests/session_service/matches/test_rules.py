from uuid import UUID, uuid4

import pytest

from kit.errors import Refusal
from session_service.matches import errors, rules
from session_service.matches.rules import Match, Status
from tests.session_service.factories import NOW

INVITER, INVITED, STRANGER = uuid4(), uuid4(), uuid4()


def test_nobody_invites_themselves() -> None:
    assert isinstance(rules.invite(INVITER, INVITER), errors.SelfMatch)
    assert rules.invite(INVITER, INVITED) is None


@pytest.mark.parametrize(
    ("status", "caller", "refusal"),
    [
        (Status.PENDING, INVITED, None),
        (Status.PENDING, INVITER, errors.NotTheInvited),
        (Status.PENDING, STRANGER, errors.NotTheInvited),
        (Status.ACCEPTED, INVITED, errors.MatchAlreadyAnswered),
        (Status.DECLINED, INVITED, errors.MatchAlreadyAnswered),
        (Status.ACCEPTED, INVITER, errors.NotTheInvited),
    ],
)
def test_who_answers(status: Status, caller: UUID, refusal: type[Refusal] | None) -> None:
    answer = rules.answer(Match(uuid4(), INVITER, INVITED, status, NOW), caller)
    assert type(answer) is (refusal or type(None))
