import pytest

from gateway.headers import forwarded_headers, returned_headers


@pytest.mark.parametrize(
    "name",
    [
        "accept",
        "accept-language",
        "content-type",
        "idempotency-key",
        "if-match",
        "if-none-match",
        "prefer",
        "user-agent",
    ],
)
def test_what_a_service_needs_is_forwarded(name: str) -> None:
    assert [(key.lower(), value) for key, value in forwarded_headers([(name.encode(), b"some value")])] == [
        (name, "some value")
    ]


@pytest.mark.parametrize(
    "name",
    [
        "authorization",
        "connection",
        "content-length",
        "cookie",
        "expect",
        "forwarded",
        "host",
        "keep-alive",
        "proxy-authorization",
        "te",
        "traceparent",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "via",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-http-method-override",
        "x-original-url",
        "x-real-ip",
        "x-request-id",
        "x-tandem-anything",
        "x-tandem-identity",
        "x-test-user-id",
        "x-user-id",
        "x-user-role",
    ],
)
def test_everything_else_stays_outside(name: str) -> None:
    assert forwarded_headers([(name.encode(), b"1")]) == []


def test_the_order_and_the_repetition_of_headers_are_kept() -> None:
    raw = [(b"if-none-match", b'"b"'), (b"accept", b"*/*"), (b"if-none-match", b'"a"')]
    assert forwarded_headers(raw) == [("If-None-Match", '"b"'), ("Accept", "*/*"), ("If-None-Match", '"a"')]


def test_any_byte_of_a_header_can_be_forwarded() -> None:
    assert forwarded_headers([(b"user-agent", b"caf\xe9 \xff")]) == [("User-Agent", "caf\xe9 \xff")]


def test_hop_by_hop_headers_do_not_come_back() -> None:
    raw = [
        (b"Content-Type", b"application/json"),
        (b"Connection", b"close, X-Private"),
        (b"Keep-Alive", b"timeout=5"),
        (b"X-Private", b"1"),
        (b"Transfer-Encoding", b"chunked"),
        (b"Upgrade", b"h2c"),
        (b"Trailer", b"x"),
        (b"Proxy-Authenticate", b"Basic"),
        (b"TE", b"trailers"),
        (b"connection", b"x-other"),
        (b"X-Other", b"1"),
        (b"ETag", b'"v1"'),
    ]
    assert returned_headers(raw, bodiless=False) == [
        (b"content-type", b"application/json"),
        (b"etag", b'"v1"'),
    ]


def test_what_the_gateway_says_itself_does_not_come_from_a_service() -> None:
    raw = [(b"Date", b"x"), (b"Server", b"uvicorn"), (b"X-Request-ID", b"1"), (b"traceparent", b"1")]
    assert returned_headers(raw, bodiless=False) == []


def test_internal_headers_do_not_come_back() -> None:
    assert returned_headers([(b"X-Tandem-Identity", b"v1.a.b")], bodiless=False) == []


def test_a_length_without_a_body_does_not_come_back() -> None:
    raw = [(b"Content-Length", b"12"), (b"ETag", b'"v1"')]
    assert returned_headers(raw, bodiless=False) == [(b"content-length", b"12"), (b"etag", b'"v1"')]
    assert returned_headers(raw, bodiless=True) == [(b"etag", b'"v1"')]
