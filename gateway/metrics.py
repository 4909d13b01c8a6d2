"""What the gateway counts."""

from __future__ import annotations

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge

from kit.metrics import HttpMetrics, new_registry

ALLOWED: Final = "allowed"
REFUSED: Final = "refused"
UNCHECKED: Final = "unchecked"
"""Let through because Redis was away."""


class GatewayMetrics:
    """The metrics of one gateway, in a registry of their own."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self.registry = registry or new_registry()
        self.http = HttpMetrics(self.registry)
        self.rate_limits = Counter(
            "tandem_gateway_rate_limit_decisions",
            "What the rate limits have decided, by policy: allowed, refused, or unchecked since Redis was away.",
            ("policy", "outcome"),
            registry=self.registry,
        )
        self.rate_limits_available = Gauge(
            "tandem_gateway_rate_limits_available",
            "1 while Redis keeps the rate limits, 0 while the gateway serves without them.",
            registry=self.registry,
        )
        self.token_key_fetches = Counter(
            "tandem_gateway_token_key_fetches",
            "How often the issuer's keys were asked for, by outcome: ok, failed.",
            ("outcome",),
            registry=self.registry,
        )
        self.cache_reads = Counter(
            "tandem_gateway_cache_reads",
            "Reads of what is cached: hit, miss, or bypass while the cache may not be used or Redis is away.",
            ("outcome",),
            registry=self.registry,
        )

        self.live_connections = Gauge(
            "tandem_gateway_live_connections", "Open live connections.", registry=self.registry
        )
        self.live_sent = Counter(
            "tandem_gateway_live_frames_sent",
            "Frames that live connections were sent: messages, and answers to what they have asked.",
            registry=self.registry,
        )
        self.live_closed = Counter(
            "tandem_gateway_live_closed",
            "Live connections that the gateway has closed, by close code: 1013 too slow, 4401 token expired.",
            ("code",),
            registry=self.registry,
        )

    def token_keys_fetched(self, succeeded: bool) -> None:
        """Count one fetch of the issuer's keys."""
        self.token_key_fetches.labels("ok" if succeeded else "failed").inc()
