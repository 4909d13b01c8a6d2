from ipaddress import ip_network
from typing import Any

import pytest
from pydantic import ValidationError

from gateway.settings import GatewaySettings
from kit.settings import DEVELOPMENT_JWT_SECRET
from tests.gateway.conftest import settings_for

KEYS = "https://id.example/.well-known/jwks.json"


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
    without = settings_for(environment="production", jwt_secret=None)
    assert without.production_faults() == ["JWT_SECRET is not set, nor is JWT_JWKS_URL"]


def test_production_may_have_the_issuers_keys_alone() -> None:
    settings = settings_for(environment="production", jwt_secret=None, jwt_jwks_url=KEYS)
    assert settings.production_faults() == []
    assert settings.token_secret is None


def test_production_has_no_use_for_the_secret_of_development() -> None:
    settings = settings_for(environment="production", jwt_secret=DEVELOPMENT_JWT_SECRET, jwt_jwks_url=KEYS)
    assert settings.production_faults() == ["JWT_SECRET is the development secret"]


@pytest.mark.parametrize("keys", [None, KEYS])
def test_development_has_a_secret(keys: str | None) -> None:
    """Also beside an issuer's keys: the demo's people have tokens that are signed with it."""
    assert settings_for(jwt_secret=None, jwt_jwks_url=keys).token_secret == DEVELOPMENT_JWT_SECRET


@pytest.mark.parametrize(
    "url",
    [
        KEYS,
        "http://127.0.0.1:9999/jwks.json",
        "http://localhost/keys",
        "http://[::1]:8080/keys",
        "https://id.example:8443/realms/tandem/certs?a=b",
    ],
)
def test_keys_come_by_a_way_that_can_be_trusted(url: str) -> None:
    assert settings_for(jwt_jwks_url=url).jwt_jwks_url == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://id.example/jwks.json",
        "http://10.0.0.1/jwks.json",
        "http://127.0.0.1.example/jwks.json",
        "https://user:password@id.example/jwks.json",
        "https://user@id.example/jwks.json",
        "https:///jwks.json",
        "https://id.example/jwks.json#top",
        "file:///etc/passwd",
        "id.example/jwks.json",
    ],
)
def test_keys_that_anybody_could_replace_are_refused(url: str) -> None:
    with pytest.raises(ValidationError):
        settings_for(jwt_jwks_url=url)


def test_the_limits_are_the_contracts() -> None:
    settings = settings_for(rate_limit_enabled=True)
    policies = (settings.request_policy, settings.confirmation_policy, settings.failure_policy)
    assert [(policy.per_second, policy.burst) for policy in policies] == [(100, 200), (5, 20), (5, 50)]


@pytest.mark.parametrize(
    ("raw", "meant"),
    [
        ("0", 0),
        ("2", 2),
        ("10.0.0.0/8", (ip_network("10.0.0.0/8"),)),
        ("10.0.0.1, fd00::/8", (ip_network("10.0.0.1"), ip_network("fd00::/8"))),
    ],
)
def test_proxies_are_a_number_or_networks(monkeypatch: pytest.MonkeyPatch, raw: str, meant: Any) -> None:
    assert GatewaySettings().trusted_proxies == 0
    monkeypatch.setenv("TRUSTED_PROXIES", raw)
    assert GatewaySettings().trusted_proxies == meant


@pytest.mark.parametrize("raw", ["-1", "everybody", "10.0.0.1/8", "10.0.0.0/8;fd00::/8", "1.5"])
def test_proxies_that_are_neither_are_refused(monkeypatch: pytest.MonkeyPatch, raw: str) -> None:
    monkeypatch.setenv("TRUSTED_PROXIES", raw)
    with pytest.raises(ValidationError):
        GatewaySettings()


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


@pytest.mark.parametrize("address", ["flower", "//elsewhere", "javascript:alert(1)", "file:///etc/passwd"])
def test_flowers_address_is_one_of_the_web(address: str) -> None:
    with pytest.raises(ValidationError, match="must be http:// or https:// and a host"):
        settings_for(tasks_url=address)
