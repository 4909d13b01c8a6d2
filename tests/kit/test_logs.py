import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from fastapi import APIRouter
from structlog.testing import capture_logs

from kit.cache_tags import PERMISSION_PATH
from kit.callers import CurrentCaller
from kit.logs import AccessLogMiddleware, configure_logging
from kit.request_ids import bind_request
from tests.support.services import ALEX, client_of, service_of

router = APIRouter()
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@router.get("/things/{name}")
async def get_thing(name: str, caller: CurrentCaller) -> None:
    if name == "broken":
        raise RuntimeError("broken")


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    before = (list(root.handlers), root.level)
    yield
    root.handlers[:], root.level = before[0], before[1]


def lines_of(captured: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in captured.readouterr().out.splitlines()]


def test_a_line_is_a_json_object_with_the_facts_as_fields(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("relay", "json")
    with bind_request("abc", TRACE):
        structlog.get_logger().info("batch_applied", events=3, odd={1: {2}})
    (line,) = lines_of(capsys)
    assert line["event"] == "batch_applied"
    assert (line["level"], line["process"]) == ("info", "relay")
    assert (line["request_id"], line["trace_id"]) == ("abc", TRACE[3:35])
    assert (line["events"], line["odd"]) == (3, {"1": "{2}"})
    assert line["time"].endswith("Z")


@pytest.mark.parametrize("value", ["\ud800", 2**70, object(), {("a", 1): 2}, b"\xff", float("nan")])
def test_no_value_breaks_its_line(capsys: pytest.CaptureFixture[str], value: Any) -> None:
    configure_logging("relay", "json")
    structlog.get_logger().info("odd_one", value=value)
    (line,) = lines_of(capsys)
    assert "odd_one" in line["event"]


@pytest.mark.parametrize(
    ("said", "logged"),
    [
        ("/api/v1/shared/s3cret-T0ken_~.", "/api/v1/shared/[redacted]"),
        ("/api/v1/shared/s3cret%41?x=1", "/api/v1/shared/[redacted]?x=1"),
        ("/api/unsubscribe/s3cret", "/api/unsubscribe/[redacted]"),
        (
            "http://host/api/unsubscribe/s3cret/more and on",
            "http://host/api/unsubscribe/[redacted]/more and on",
        ),
        (
            '1.2.3.4 - "WebSocket /api/live?ticket=s3cret" [accepted]',
            '1.2.3.4 - "WebSocket /api/live?ticket=[redacted]" [accepted]',
        ),
        ("/api/live?a=b&ticket=s3cret&c=d", "/api/live?a=b&ticket=[redacted]&c=d"),
        ("/api/v1/shared/", "/api/v1/shared/"),
        ("/api/session/shared/42", "/api/session/shared/42"),
    ],
)
@pytest.mark.parametrize("by", ["us", "a library", "an exception"])
@pytest.mark.parametrize("log_format", ["json", "console"])
def test_what_lets_somebody_in_is_in_no_log(
    capsys: pytest.CaptureFixture[str], said: str, logged: str, by: str, log_format: Any
) -> None:
    configure_logging("gateway", log_format)
    if by == "us":
        structlog.get_logger().info("service_unavailable", path=said)
    elif by == "a library":
        logging.getLogger("uvicorn.error").info("%s", said)
    else:
        try:
            raise RuntimeError(said)
        except RuntimeError:
            structlog.get_logger().exception("request_failed", path=said)
    told = capsys.readouterr().out
    assert "s3cret" not in told
    assert logged in (told if log_format == "console" else "\n".join(json.loads(told).values()))


def test_libraries_come_through_in_the_same_form(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("relay", "json")
    with bind_request("abc", TRACE):
        logging.getLogger("some.library").warning("tried %s times", 3)
    (line,) = lines_of(capsys)
    assert (line["event"], line["level"], line["logger"]) == ("tried 3 times", "warning", "some.library")
    assert (line["process"], line["request_id"]) == ("relay", "abc")


def test_an_exception_is_in_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("relay", "json")
    secret = f"local {len('value')}"
    try:
        raise RuntimeError("boom")
    except RuntimeError:
        structlog.get_logger().exception("request_failed")
        logging.getLogger("library").exception("failed")
    own, library = lines_of(capsys)
    for line in (own, library):
        assert "RuntimeError: boom" in line["exception"]
        assert secret not in line["exception"]


def test_configuring_again_neither_doubles_nor_forgets(capsys: pytest.CaptureFixture[str]) -> None:
    log = structlog.get_logger("kit.test")
    for name in ("first", "second"):
        configure_logging(name, "json")
        log.info("said")
        logging.getLogger("library").warning("heard")
    assert [(line["process"], line["event"]) for line in lines_of(capsys)] == [
        ("first", "said"),
        ("first", "heard"),
        ("second", "said"),
        ("second", "heard"),
    ]


def test_foreign_handlers_stay() -> None:
    handler = logging.NullHandler()
    logging.getLogger().addHandler(handler)
    configure_logging("relay", "json")
    assert handler in logging.getLogger().handlers


def test_people_get_a_readable_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("relay", "console")
    structlog.get_logger().info("batch_applied", events=3)
    line = capsys.readouterr().out
    assert "batch_applied" in line
    assert "events=3" in line.replace("\x1b[36m", "").replace("\x1b[0m", "").replace("\x1b[35m", "")


def test_the_level_holds(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("relay", "json", level="WARNING")
    structlog.get_logger("fresh").info("unheard")
    structlog.get_logger("fresh").warning("heard")
    assert [line["event"] for line in lines_of(capsys)] == ["heard"]


def test_uvicorn_says_nothing_twice(capsys: pytest.CaptureFixture[str]) -> None:
    noisy = logging.getLogger("uvicorn.access")
    noisy.addHandler(logging.StreamHandler(sys.stdout))
    configure_logging("relay", "json")
    noisy.warning("GET /")
    logging.getLogger("uvicorn.error").warning("Started")
    assert [line["event"] for line in lines_of(capsys)] == ["Started"]


def test_a_log_that_nobody_reads_breaks_nothing() -> None:
    script = (
        "import sys, structlog; from kit.logs import configure_logging; configure_logging('x', 'json')\n"
        "log = structlog.get_logger(); sys.stdin.readline()\n"
        "for _ in range(5): log.info('said')\n"
        "sys.stderr.write('survived')"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    process.stdout.close()
    process.stdout = None
    _, errors = process.communicate("\n", timeout=30)
    assert "survived" in errors


async def test_a_request_is_one_line() -> None:
    async with client_of(service_of([router]), caller=ALEX) as client:
        with capture_logs([structlog.contextvars.merge_contextvars]) as lines:
            await client.get("/things/a?secret=1", headers={"X-Request-ID": "mine", "traceparent": TRACE})
    (line,) = lines
    duration = line.pop("duration_ms")
    assert 0 <= duration < 10_000
    assert line == {
        "event": "request_handled",
        "log_level": "info",
        "method": "GET",
        "path": "/things/a",
        "status": 200,
        "request_id": "mine",
        "trace_id": TRACE[3:35],
        "user_id": str(ALEX.user_id),
    }


@pytest.mark.parametrize(("path", "status"), [("/things/broken", 500), ("/nowhere", 404)])
async def test_failures_have_their_line_too(path: str, status: int) -> None:
    async with client_of(service_of([router]), caller=ALEX) as client:
        with capture_logs() as lines:
            await client.get(path)
    assert [line["status"] for line in lines if line["event"] == "request_handled"] == [status]


async def test_what_is_asked_every_second_is_quiet() -> None:
    async with client_of(service_of([router])) as client:
        with capture_logs() as lines:
            for path in ("/internal/healthz", "/internal/readyz", PERMISSION_PATH):
                await client.get(path)
    assert lines == []


@pytest.mark.parametrize("library", ["celery.beat", "celery.worker.strategy", "celery.app.trace", "httpx"])
def test_libraries_say_only_what_went_wrong(capsys: pytest.CaptureFixture[str], library: str) -> None:
    configure_logging("statistics-worker", "json")
    logging.getLogger(library).info("Task statistics.apply succeeded")
    logging.getLogger(library).error("Task statistics.apply raised")
    assert [line["event"] for line in lines_of(capsys)] == ["Task statistics.apply raised"]


async def test_an_application_that_dies_has_its_line() -> None:
    async def dies(scope: Any, receive: Any, send: Any) -> None:
        raise KeyboardInterrupt

    with capture_logs() as lines, pytest.raises(KeyboardInterrupt):
        await AccessLogMiddleware(dies)({"type": "http", "path": "/", "method": "GET"}, None, None)  # type: ignore[arg-type]  # neither is ever called
    assert [(line["event"], line["status"]) for line in lines] == [("request_handled", 0)]
