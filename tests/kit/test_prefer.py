import pytest

from kit.prefer import preferred_wait


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ([], None),
        (["wait=0"], 0),
        (["wait=5"], 5),
        (["wait=10"], 10),
        (["wait=11"], 10),
        (["wait=000"], 0),
        (["wait=0007"], 7),
        (["wait=" + "9" * 5000], 10),
        (['wait="3"'], 3),
        (["WAIT = 3"], 3),
        (["respond-async, wait=4"], 4),
        (["respond-async; wait=4"], None),
        (["respond-async", "wait=4"], 4),
        (["wait=4, wait=9"], 4),
        (["wait=4; foo=bar"], 4),
        (['foo="a, wait=9", wait=2'], 2),
        (["wait"], None),
        (["wait="], None),
        (["wait=-1"], None),
        (["wait=1.5"], None),
        (["wait=soon"], None),
        (["wait=٣"], None),
        (["waiting=3"], None),
        (["wait=soon, wait=3"], None),
        (["", ",,,", "\x00"], None),
        (['"' * 10_000], None),
    ],
)
def test_how_long_a_client_wants_to_wait(headers: list[str], seconds: int | None) -> None:
    assert preferred_wait(headers, most=10) == seconds
