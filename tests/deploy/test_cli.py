"""The command line without a running stack: tokens, refusals, and clear lines."""

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from uuid import uuid4

import jwt
import psycopg
import pytest
from redis import Redis
from typer.testing import CliRunner, Result

from deploy.cli import app
from deploy.local.data_dir import ROOT
from deploy.seed.people import PEOPLE, Person
from kit.cache_tags import STATE
from kit.settings import DEVELOPMENT_INTERNAL_SECRET, DEVELOPMENT_JWT_SECRET
from tests.support.databases import empty_database
from tests.support.servers import ROLE_SECRET, Servers

GOOD_SECRET = "a-secret-that-is-long-enough-for-production"
SETTINGS = (
    "DATABASE_URL", "REDIS_URL", "ENVIRONMENT", "JWT_SECRET", "JWT_AUDIENCE", "JWT_ISSUER", "JWT_JWKS_URL",
    "INTERNAL_SECRET", "ROLE_PASSWORD_SECRET", "ALLOW_TEST_IDENTITIES", "DATA_DIR",
)  # fmt: skip


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))


def tandem(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(app, arguments, env=environment)


def read(
    token: str, *, secret: str = DEVELOPMENT_JWT_SECRET, audience: str = "authenticated"
) -> dict[str, object]:
    claims: dict[str, object] = jwt.decode(
        token.strip(),
        secret,
        algorithms=["HS256"],
        audience=audience,
        options={"require": ["exp", "sub", "aud"]},
    )
    return claims


def test_what_is_asked_often_waits_for_nothing_heavy() -> None:
    """`tandem status`, `tandem token`: two seconds if they read in every house, a third of one without."""
    heavy = {"aiohttp", "alembic", "celery", "fastapi", "httpx", "psycopg", "redis", "sqlalchemy"}
    program = (
        "import sys; from deploy.cli import app; app(['token', 'ada'], standalone_mode=False);"
        f"print(sorted({heavy!r} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.splitlines()[1:] == ["[]"], done.stderr


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.key)
def test_a_token_for_somebody_of_the_demo(person: Person) -> None:
    claims = read(tandem("token", person.key.upper()).stdout)
    assert claims["sub"] == str(person.id)
    assert claims["role"] == person.role
    assert claims["name"] == person.name
    assert claims["exp"] == pytest.approx(time.time() + 24 * 3600, abs=60)


def test_a_token_for_anybody_by_uuid() -> None:
    user_id = uuid4()
    claims = read(tandem("token", str(user_id), "--role", "service_role", "--hours", "0.5").stdout)
    assert (claims["sub"], claims["role"]) == (str(user_id), "service_role")
    assert claims["exp"] == pytest.approx(time.time() + 1800, abs=60)
    assert "name" not in claims


def test_a_token_follows_the_settings() -> None:
    answer = tandem(
        "token", "ada", JWT_SECRET=GOOD_SECRET, JWT_AUDIENCE="friends", JWT_ISSUER="https://id.example"
    )
    claims = read(answer.stdout, secret=GOOD_SECRET, audience="friends")
    assert claims["iss"] == "https://id.example"


def test_a_token_for_nobody() -> None:
    answer = tandem("token", "zoe")
    assert answer.exit_code == 2
    assert "'zoe' is neither a UUID nor one of ada, ben" in answer.stderr


def test_no_token_with_the_development_secret_in_production() -> None:
    answer = tandem("token", "ada", ENVIRONMENT="production")
    assert answer.exit_code == 2
    assert "JWT_SECRET is not set" in answer.stderr


@pytest.mark.parametrize("command", [("migrate",), ("seed",), ("dead-letters", "list")])
def test_a_command_for_a_database_says_that_there_is_none(command: tuple[str, ...]) -> None:
    answer = tandem(*command)
    assert answer.exit_code == 1
    assert re.fullmatch(
        r"tandem: nothing runs on .*: start `tandem up`, or set DATABASE_URL\n", answer.stderr
    )


def test_status_of_nothing() -> None:
    answer = tandem("status", "--json")
    assert answer.exit_code == 1
    assert json.loads(answer.stdout) == []


@pytest.mark.parametrize("command", [("retry",), ("drop", "--yes"), ("retry", "--all", str(uuid4()))])
def test_dead_letters_are_chosen_by_name_or_all_of_them(command: tuple[str, ...]) -> None:
    answer = tandem("dead-letters", *command)
    assert answer.exit_code == 2
    assert "name the events, or say --all" in answer.stderr


def test_a_database_is_migrated_and_seeded_and_again_without_a_change(servers: Servers) -> None:
    with empty_database(servers, f"cli_{uuid4().hex}") as url:
        environment = {"DATABASE_URL": url, "ROLE_PASSWORD_SECRET": ROLE_SECRET}
        first = tandem("migrate", **environment)
        assert first.exit_code == 0, first.output
        assert "applied session_service:0001" in first.stdout
        assert tandem("migrate", **environment).stdout == "nothing to do\n"

        for _ in range(2):
            answer = tandem("seed", **environment)
            assert answer.exit_code == 0, answer.output
        with psycopg.connect(url) as connection:
            assert (connection.execute(
                "SELECT count(*) >= 20, count(DISTINCT difficulty), bool_and(points > 0)"
                " FROM session_service.approach_challenges"
            ).fetchone()) == (True, 3, True)  # fmt: skip
            names = connection.execute("SELECT display_name FROM session_service.user_profiles").fetchall()
            assert sorted(name for (name,) in names) == sorted(person.name for person in PEOPLE)


def test_seeding_again_leaves_a_profile_as_its_user_has_made_it(servers: Servers, redis_url: str) -> None:
    def versions() -> list[float]:
        with Redis.from_url(redis_url) as redis:
            shown = [redis.zscore(STATE, tag) for tag in ("challenges", "sequences")]
        return [version for version in shown if isinstance(version, float)]

    with empty_database(servers, f"cli_{uuid4().hex}") as url:
        environment = {"DATABASE_URL": url, "ROLE_PASSWORD_SECRET": ROLE_SECRET, "REDIS_URL": redis_url}
        tandem("migrate", **environment)
        tandem("seed", **environment)
        before = versions()
        with psycopg.connect(url) as connection:
            connection.execute(
                "UPDATE session_service.user_profiles SET display_name = 'Ada L.' WHERE id = %s",
                [PEOPLE[0].id],
            )
            connection.execute("UPDATE session_service.approach_challenges SET points = 999")
        tandem("seed", **environment)
        with psycopg.connect(url) as connection:
            name = connection.execute(
                "SELECT display_name FROM session_service.user_profiles WHERE id = %s", [PEOPLE[0].id]
            ).fetchone()
            assert name == ("Ada L.",)
            wrong = connection.execute(
                "SELECT count(*) FROM session_service.approach_challenges WHERE points = 999"
            ).fetchone()
            assert wrong == (0,)
    # No gateway goes on to show the catalogues as they were.
    assert len(before) == 2
    assert all(new > old for old, new in zip(before, versions(), strict=True))


def test_dead_letters_are_listed_retried_and_dropped(owner_url: str) -> None:
    event_id = uuid4()
    with psycopg.connect(owner_url) as connection:
        connection.execute(
            "INSERT INTO outbox.events (id, type, source, subject, time, data)"
            " VALUES (%s, 'tandem.test.v1', 'test', 'session:1', now(), '{}')",
            [event_id],
        )
        connection.execute(
            "INSERT INTO outbox.deliveries (event_id, consumer, state, attempts, leases, last_error)"
            " VALUES (%s, 'reputation', 'dead', 5, 9, 'KeyError: points'), (%s, 'notifications', 'done', 1, 1, NULL)",
            [event_id, event_id],
        )

    def row() -> tuple[object, ...] | None:
        with psycopg.connect(owner_url) as connection:
            return connection.execute(
                "SELECT state, attempts, leases FROM outbox.deliveries"
                " WHERE event_id = %s AND consumer = 'reputation'",
                [event_id],
            ).fetchone()

    environment = {"DATABASE_URL": owner_url}
    listed = json.loads(tandem("dead-letters", "list", "--json", **environment).stdout)
    (letter,) = [letter for letter in listed if letter["event_id"] == str(event_id)]
    assert (letter["consumer"], letter["last_error"]) == ("reputation", "KeyError: points")
    assert f"{event_id}  reputation" in tandem("dead-letters", "list", **environment).stdout
    assert (
        str(event_id) not in tandem("dead-letters", "list", "--consumer", "statistics", **environment).stdout
    )

    assert tandem("dead-letters", "retry", str(event_id), **environment).stdout == "1 will be tried again\n"
    assert row() == ("pending", 0, 0)
    assert tandem("dead-letters", "drop", str(event_id), "--yes", **environment).stdout == "0 dropped\n"

    with psycopg.connect(owner_url) as connection:
        connection.execute(
            "UPDATE outbox.deliveries SET state = 'dead' WHERE event_id = %s AND consumer = 'reputation'",
            [event_id],
        )
    refused = CliRunner().invoke(app, ["dead-letters", "drop", str(event_id)], env=environment, input="n\n")
    assert refused.exit_code == 1
    assert row() is not None
    assert tandem("dead-letters", "drop", str(event_id), "--yes", **environment).stdout == "1 dropped\n"
    assert row() is None
    with psycopg.connect(owner_url) as connection:
        kept = connection.execute(
            "SELECT consumer FROM outbox.deliveries WHERE event_id = %s", [event_id]
        ).fetchall()
        assert kept == [("notifications",)]


def test_mails_are_among_the_dead_letters(owner_url: str) -> None:
    user_id, refused, unknown = uuid4(), uuid4(), uuid4()
    with psycopg.connect(owner_url) as connection:
        # Dead letters of other tests are none of this one's.
        connection.execute("DELETE FROM outbox.events")
        connection.execute("TRUNCATE session_service.emails")
        connection.execute(
            "INSERT INTO session_service.user_profiles (id, display_name, email) VALUES (%s, 'Ann', 'ann@example.com')",
            [user_id],
        )
        for mail_id, uncertain, why in (
            (refused, False, "550 no such user"),
            (unknown, True, "the text was handed over"),
        ):
            connection.execute(
                "INSERT INTO session_service.emails"
                " (id, user_id, notification_ids, state, uncertain, due_at, attempts, done_at, last_error)"
                " VALUES (%s, %s, %s, 'dead', %s, now(), 3, now(), %s)",
                [mail_id, user_id, [uuid4()], uncertain, why],
            )

    def states() -> list[str | None]:
        with psycopg.connect(owner_url) as connection:
            rows = connection.execute("SELECT id, state FROM session_service.emails").fetchall()
            found = {row[0]: row[1] for row in rows}
            return [found.get(refused), found.get(unknown)]

    environment = {"DATABASE_URL": owner_url}
    listed = json.loads(tandem("dead-letters", "list", "--consumer", "mail", "--json", **environment).stdout)
    assert {(letter["event_id"], letter["subject"], letter["last_error"]) for letter in listed} == {
        (str(refused), f"user/{user_id}", "550 no such user"),
        (str(unknown), f"user/{user_id}", "the text was handed over"),
    }
    assert "ann@example.com" not in tandem("dead-letters", "list", **environment).stdout
    assert tandem("dead-letters", "list", "--consumer", "reputation", **environment).stdout.count("mail") == 0

    retry = ("dead-letters", "retry")
    assert (
        tandem(*retry, "--all", "--consumer", "statistics", **environment).stdout == "0 will be tried again\n"
    )
    # What may have been accepted is tried again by name only.
    assert tandem(*retry, "--all", "--consumer", "mail", **environment).stdout == "1 will be tried again\n"
    assert states() == ["queued", "dead"]
    assert tandem(*retry, str(unknown), **environment).stdout == "1 will be tried again\n"
    assert states() == ["queued", "queued"]
    assert tandem("dead-letters", "drop", str(unknown), "--yes", **environment).stdout == "0 dropped\n"
    with psycopg.connect(owner_url) as connection:
        connection.execute(
            "UPDATE session_service.emails SET state = 'dead', done_at = now() WHERE id = %s", [unknown]
        )
    assert tandem("dead-letters", "drop", str(unknown), "--yes", **environment).stdout == "1 dropped\n"
    assert states() == ["queued", None]
    with psycopg.connect(owner_url) as connection:
        connection.execute("TRUNCATE session_service.emails")


def test_dead_letters_do_not_seem_absent_to_a_user_who_may_not_see_them(role_urls: dict[str, str]) -> None:
    answer = tandem("dead-letters", "list", DATABASE_URL=role_urls["tandem_relay"])
    assert answer.exit_code == 1
    assert "bound by row-level security" in answer.stderr


def test_the_doctor_looks_at_the_database_that_it_is_told_of(servers: Servers, owner_url: str) -> None:
    environment = {"DATABASE_URL": owner_url, "REDIS_URL": servers.redis_database(15)}
    answer = tandem("doctor", **environment)
    assert "✓ database" in answer.stdout
    assert "✓ schema                 every migration is applied" in answer.stdout
    assert "✗ worker                 reputation: 0 alive" in answer.stdout
    assert answer.exit_code == 1


def test_the_doctor_finds_a_schema_that_is_behind(servers: Servers) -> None:
    with empty_database(servers, f"cli_{uuid4().hex}") as url:
        answer = tandem("doctor", DATABASE_URL=url)
        assert "✗ schema                 pending: session_service:" in answer.stdout
        assert answer.exit_code == 1


PRODUCTION = {
    "ENVIRONMENT": "production",
    "DATABASE_URL": "postgresql://tandem@127.0.0.1:1/tandem",
    "JWT_SECRET": GOOD_SECRET,
    "INTERNAL_SECRET": GOOD_SECRET,
    "ROLE_PASSWORD_SECRET": GOOD_SECRET,
}
GATEWAY = ("uvicorn", "gateway.main:create_app", "--factory", "--port", "1")
SESSION_SERVICE = ("uvicorn", "session_service.main:create_app", "--factory", "--port", "1")
REPUTATION_SERVICE = ("uvicorn", "reputation_service.main:create_app", "--factory", "--port", "1")
REPUTATION_WORKER = ("celery", "-A", "reputation_service.worker", "worker")
UP = ("deploy", "up")


@pytest.mark.parametrize(
    ("module", "change", "line"),
    [
        (UP, {"JWT_SECRET": DEVELOPMENT_JWT_SECRET}, "JWT_SECRET is the development secret"),
        (UP, {"JWT_SECRET": None}, "JWT_SECRET is not set, nor is JWT_JWKS_URL"),
        (UP, {"JWT_SECRET": "short"}, "JWT_SECRET is shorter than 32 characters"),
        (UP, {"ALLOW_TEST_IDENTITIES": "true"}, "ALLOW_TEST_IDENTITIES is on"),
        (UP, {"DATABASE_URL": None}, "DATABASE_URL is not set"),
        (UP, {"DATABASE_URL": ""}, "DATABASE_URL is not set"),
        (GATEWAY, {"JWT_SECRET": DEVELOPMENT_JWT_SECRET}, "JWT_SECRET is the development secret"),
        (GATEWAY, {"ALLOW_TEST_IDENTITIES": "1"}, "ALLOW_TEST_IDENTITIES is on"),
        (GATEWAY, {"INTERNAL_SECRET": DEVELOPMENT_INTERNAL_SECRET}, "INTERNAL_SECRET is not set"),
        (SESSION_SERVICE, {"DATABASE_URL": None}, "DATABASE_URL is not set"),
        (SESSION_SERVICE, {"ALLOW_TEST_IDENTITIES": "true"}, "ALLOW_TEST_IDENTITIES is on"),
        (REPUTATION_SERVICE, {"DATABASE_URL": None}, "DATABASE_URL is not set"),
        (REPUTATION_WORKER, {"DATABASE_URL": None}, "DATABASE_URL is not set"),
        (("session_service.relay",), {"DATABASE_URL": None}, "DATABASE_URL is not set"),
        (("deploy", "migrate"), {"ROLE_PASSWORD_SECRET": None}, "ROLE_PASSWORD_SECRET is not set"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, tuple | dict) else "",
)
def test_production_refuses_in_one_line_that_names_the_setting(
    module: tuple[str, ...], change: dict[str, str | None], line: str
) -> None:
    environment = {**os.environ, **PRODUCTION}
    for name, value in change.items():
        environment.pop(name, None)
        if value is not None:
            environment[name] = value
    answer = subprocess.run(
        [sys.executable, "-m", *module],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert answer.returncode == 2, answer.stderr
    assert answer.stderr == f"tandem refuses to start: ENVIRONMENT=production, but {line}\n"


def test_a_setting_that_makes_no_sense_is_named_in_one_line() -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "deploy", "up"],
        cwd=ROOT, env={**os.environ, "GATEWAY_PORT": "eight"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert answer.returncode == 2
    assert answer.stderr.startswith("tandem refuses to start: GATEWAY_PORT: ")
    assert answer.stderr.count("\n") == 1
