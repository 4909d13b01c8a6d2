"""The containers' description: complete, and in step with the code and with the local stack."""

import re
import subprocess
import sys
from pathlib import Path

import psycopg.conninfo
import pytest
import yaml

from deploy.secrets import ROLE_VARIABLES, environment_file
from kit.migrations import LOGIN_ROLES, role_password

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text()
BIN = Path(sys.executable).parent


def values() -> dict[str, str]:
    return dict(line.split("=", 1) for line in environment_file().splitlines())


def test_the_compose_file_keeps_to_the_compose_schema() -> None:
    found = subprocess.run(
        [BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", ROOT / "compose.yaml"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stdout + found.stderr


def test_the_dockerfile_passes_its_linter() -> None:
    found = subprocess.run(
        [BIN / "hadolint", ROOT / "Dockerfile"], capture_output=True, text=True, check=False
    )
    assert (found.returncode, found.stdout) == (0, "")


def test_every_variable_that_compose_requires_is_in_the_environment_file() -> None:
    required = set(re.findall(r"\$\{(\w+):\?\}", (ROOT / "compose.yaml").read_text()))
    assert required <= values().keys()


def test_every_login_role_has_its_variable_and_its_derived_password() -> None:
    assert set(ROLE_VARIABLES.values()) == set(LOGIN_ROLES)
    made = values()
    for variable, role in ROLE_VARIABLES.items():
        parts = psycopg.conninfo.conninfo_to_dict(made[variable])
        assert parts["user"] == role
        assert parts["password"] == role_password(role, made["ROLE_PASSWORD_SECRET"])
        assert parts["host"] == "postgres"


def test_secrets_are_made_anew_each_time() -> None:
    first, second = values(), values()
    assert all(first[name] != second[name] for name in first)


def test_every_built_service_has_its_target() -> None:
    targets = set(re.findall(r"^FROM \S+ AS (\S+)", DOCKERFILE, re.M))
    for name, service in COMPOSE["services"].items():
        if "build" in service:
            assert service["build"]["target"] in targets, name


def test_only_the_migration_has_the_owners_rights() -> None:
    for name, service in COMPOSE["services"].items():
        text = str(service.get("environment", {}))
        if name != "migrate":
            assert "OWNER_DATABASE_URL" not in text, name
            assert "ROLE_PASSWORD_SECRET" not in text, name


@pytest.mark.parametrize("name", ["postgres", "redis", "session-service", "reputation-service"])
def test_only_the_gateway_and_flower_have_public_ports(name: str) -> None:
    assert "ports" not in COMPOSE["services"][name]


def test_images_run_as_an_ordinary_user() -> None:
    assert re.search(r"^USER 10001$", DOCKERFILE, re.M)
