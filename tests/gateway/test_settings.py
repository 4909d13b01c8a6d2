from typing import Any

import pytest
from pydantic import ValidationError

from gateway.settings import GatewaySettings
from kit.settings import DEVELOPMENT_JWT_SECRET
from tests.gateway.conftest import settings_for


@pytest.mark.parametrize(
    ("changes", "allowed"),
    [
        ({}, True),
        ({"allow_test_identities": False}, False),
        ({"environment": "production"}, False),
        ({"environment": "production", "allow_test_identities": True}, False),
    ],
)
def test_test_identities_are_for_development(changes: dict[str, Any], allowed: bool) -> None:
    assert settings_for(**changes).test_identities_allowed is allowed


def test_production_needs_a_secret_of_its_own() -> None:
    assert settings_for(environment="production").production_faults() == []
    assert (
        "JWT_SECRET is not set" in settings_for(environment="production", jwt_secret=None).production_faults()
    )


def test_development_has_a_secret() -> None:
    assert settings_for(jwt_secret=None).token_secret == DEVELOPMENT_JWT_SECRET


@pytest.mark.parametrize("url", ["unix:/run/session.sock", "http://127.0.0.1:8001", "http://session:8000/"])
def test_an_address_is_a_socket_or_a_host(url: str) -> None:
    assert settings_for(session_service_url=url).service_urls["session"] == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "session:8000",
        "unix:run/session.sock",
        "unix://run/x",
        "https://x",
        "http://",
        "http://x/y",
        "http://x?y",
    ],
)
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValidationError):
        settings_for(session_service_url=url)


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORS_ALLOWED_ORIGINS", "https://a.example,https://b.example")
    monkeypatch.setenv("REPUTATION_SERVICE_URL", "unix:/run/reputation.sock")
    monkeypatch.setenv("JWT_AUDIENCE", "somebody")
    settings = GatewaySettings()
    assert settings.allowed_origins == ("https://a.example", "https://b.example")
    assert settings.service_urls["reputation"] == "unix:/run/reputation.sock"
    assert settings.jwt_audience == "somebody"
