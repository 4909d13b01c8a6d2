"""Which URLs a webhook may have: everything that leads, or might lead, to an address that is not public is refused."""

from ipaddress import ip_address, ip_network

import pytest

from kit.errors import Refusal
from session_service.webhooks import errors
from session_service.webhooks.addresses import Allowance, is_public, read_url

PRODUCTION = Allowance()
DEVELOPMENT = Allowance(http=True)

NOT_PUBLIC = {
    "loopback": "127.0.0.1",
    "the rest of loopback": "127.255.255.254",
    "unspecified": "0.0.0.0",
    "this network": "0.1.2.3",
    "private, class A": "10.1.2.3",
    "private, class B": "172.16.0.1",
    "private, class B, the end": "172.31.255.255",
    "private, class C": "192.168.1.1",
    "link-local": "169.254.0.1",
    "metadata": "169.254.169.254",
    "carrier-grade NAT": "100.64.0.1",
    "carrier-grade NAT, the end": "100.127.255.255",
    "IETF assignments": "192.0.0.192",
    "documentation 1": "192.0.2.1",
    "documentation 2": "198.51.100.1",
    "documentation 3": "203.0.113.1",
    "6to4 relays": "192.88.99.1",
    "benchmarking": "198.19.255.255",
    "multicast": "224.0.0.1",
    "multicast, the end": "239.255.255.255",
    "reserved": "240.0.0.1",
    "broadcast": "255.255.255.255",
    "the host of an Azure machine": "168.63.129.16",
    "loopback 6": "::1",
    "unspecified 6": "::",
    "unique local": "fd00:ec2::254",
    "unique local, the beginning": "fc00::1",
    "link-local 6": "fe80::1",
    "site-local": "fec0::1",
    "multicast 6": "ff02::1",
    "documentation 6": "2001:db8::1",
    "documentation 6, the new one": "3fff::1",
    "benchmarking 6": "2001:2::1",
    "ORCHID": "2001:10::1",
    "ORCHID 2": "2001:20::1",
    "segment routing": "5f00::1",
    "discard": "100::1",
    "mapped": "::ffff:127.0.0.1",
    "mapped, and public": "::ffff:8.8.8.8",
    "translated": "::ffff:0:127.0.0.1",
    "compatible": "::127.0.0.1",
    "compatible, and public": "::8.8.8.8",
    "NAT64": "64:ff9b::7f00:1",
    "NAT64, private": "64:ff9b::a9fe:a9fe",
    "NAT64, and public": "64:ff9b::808:808",
    "local NAT64": "64:ff9b:1::7f00:1",
    "6to4": "2002:7f00:1::1",
    "6to4, and public": "2002:808:808::1",
    "Teredo": "2001:0:4136:e378:8000:63bf:80ff:fffe",
    "outside of global unicast": "4000::1",
}

PUBLIC = [
    "8.8.8.8",
    "1.1.1.1",
    "100.63.255.255",
    "100.128.0.0",
    "172.15.0.1",
    "172.32.0.1",
    "192.0.1.1",
    "198.20.0.1",
]
PUBLIC_6 = ["2606:4700:4700::1111", "2001:4860:4860::8888", "2a00:1450::1", "2003::1"]


@pytest.mark.parametrize("address", NOT_PUBLIC.values(), ids=NOT_PUBLIC.keys())
def test_what_is_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", PUBLIC + PUBLIC_6)
def test_what_is_public(address: str) -> None:
    assert is_public(ip_address(address))


def test_a_zone_makes_no_address_public() -> None:
    assert not is_public(ip_address("2606:4700:4700::1111%eth0"))


def test_allowed_networks_are_taken_at_their_word_and_no_further() -> None:
    allowed = (ip_network("127.0.0.0/8"),)
    assert is_public(ip_address("127.0.0.1"), allowed)
    assert not is_public(ip_address("10.0.0.1"), allowed)
    assert not is_public(ip_address("::ffff:127.0.0.1"), allowed)
    assert not is_public(ip_address("::1"), allowed)


def _literals() -> list[str]:
    return [f"[{address}]" if ":" in address else address for address in NOT_PUBLIC.values()]


FORBIDDEN_HOSTS = [
    *_literals(),
    # One number, decimal, octal and hexadecimal.
    *(
        "2130706433",
        "017700000001",
        "0x7f000001",
        "0X7F000001",
        "2852039166",
        "0",
        "4294967295",
        "0xa9fea9fe",
    ),
    "00000000000017700000001",
    # Parts in octal, hexadecimal, or mixed; with leading zeros.
    *("0177.0.0.1", "0x7f.0.0.1", "0x7f.0x0.0x0.0x1", "0177.0x0.0.1", "127.0.0.01", "127.000.000.001"),
    *("0251.0376.0251.0376", "0xa9.0xfe.0xa9.0xfe", "010.0.0.1", "0x0.0.0.0"),
    # Short forms.
    *("127.1", "127.0.1", "10.1", "192.168.257", "0x7f.1", "169.254.43518", "127.65535"),
    # Too large or too many parts, which some readers take modulo 256 or cut off.
    *("256.256.256.256", "383.0.0.1", "127.0.0.257", "127.0.0.1.1", "1.2.3.4.5", "4294967296", "0x17f000001"),
    # A public address in a form that is not the one that everybody reads alike.
    *("8.8.2056", "134744072", "010.010.010.010"),
    # Trailing dots.
    *("127.0.0.1.", "2130706433.", "0x7f.1.", "169.254.169.254."),
    # Digits that are no ASCII: full-width, circled, mathematical, Arabic; dots that are none.
    *(
        "１２７.0.0.1",
        "①②⑦.⓪.⓪.①",
        "𝟏𝟐𝟕.𝟎.𝟎.𝟏",
        "127。0。0。1",
        "127．0．0．1",
        "127｡0｡0｡1",
        "２１３０７０６４３３",
    ),
    *("０ｘ７ｆ.1", "1²7.0.0.1", "169。254。169。254", "⑯⑨.254.169.254", "８.8.8.8"),
    # Names of this machine, and of networks that are nobody's but one's own.
    *("localhost", "LOCALHOST", "LocalHost", "a.localhost", "foo.bar.localhost", "localhost.localdomain"),
    *("printer.local", "vault.internal", "metadata.google.internal", "db.corp", "nas.lan", "router.home"),
    *(
        "box.home.arpa",
        "1.0.0.127.in-addr.arpa",
        "wiki.intranet",
        "x.private",
        "x.test",
        "x.invalid",
        "x.onion",
    ),
    *("ⓛocalhost", "ｌｏｃａｌｈｏｓｔ", "l\u00adocalhost", "loc\u200balhost", "a。localhost"),
    # Names without a dot: containers and machines of the same network.
    *("redis", "postgres", "session-service", "host"),
]

INVALID_AUTHORITIES = [
    # Userinfo, and what somebody might take for the host.
    *(
        "user@example.com",
        "user:pass@example.com",
        "example.com@127.0.0.1",
        "127.0.0.1@example.com",
        "@example.com",
    ),
    *("example.com:80@127.0.0.1", "user%40example.com@127.0.0.1", "a:b@c:d@e"),
    # Percent-encoding in the host.
    *("%31%32%37.0.0.1", "127%2e0.0.1", "local%68ost", "%6c%6f%63%61%6c%68%6f%73%74", "example.com%00.local"),
    "%E2%93%9Bocalhost",
    # Empty labels and trailing dots.
    *("example..com", ".example.com", "example.com.", "localhost.", ".", "..", ""),
    # Ports.
    *(
        "example.com:0",
        "example.com:22",
        "example.com:25",
        "example.com:6379",
        "example.com:5432",
        "example.com:65536",
    ),
    *(
        "example.com:443a",
        "example.com:-1",
        "example.com:0443",
        "example.com:",
        "example.com:99999",
        "example.com:80:80",
    ),
    *(
        "example.com:４４３",
        "[::1",
        "::1",
        "[]",
        "[::1]x",
        "[127.0.0.1]",
        "[::1]]",
        "[v1.fe80::a+en1]",
        "x[::1]",
    ),
    # Characters that no host has.
    *(
        "exa_mple.com",
        "-example.com",
        "example-.com",
        "exam ple.com",
        "example.com,127.0.0.1",
        "a!b.com",
        "a*.com",
    ),
    *("xn--.com", f"{'a' * 64}.com", ".".join(["a" * 60] * 5)),
]

INVALID_URLS = [
    # Another scheme, or none.
    *(
        "ftp://example.com/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:6379/_x",
        "javascript:alert(1)",
        "//example.com/",
    ),
    *(
        "example.com",
        "https:example.com",
        "https:/example.com",
        "https:///example.com",
        "http+unix://x/",
        "",
        "https://",
    ),
    # Backslashes, tabs, newlines, other controls and spaces, which other readers drop or turn.
    *("https://example.com\\@127.0.0.1/", "https:\\\\127.0.0.1/", "https://example.com\\.local/"),
    *(
        "https://exam\tple.com/",
        "https://127.0.0.1\n.example.com/",
        "https://example.com/\r\nHost: x",
        "\thttps://a.com/",
    ),
    *(
        " https://example.com/",
        "https://example.com/ ",
        "https://example.com/a b",
        "https://ex\x00ample.com/",
    ),
    *(
        "https://example.com/\x7f",
        "https://example.com\u3000/",
        "https://exam\u2028ple.com/",
        "https://a.com/\x85",
    ),
    # Fragments.
    *("https://example.com/#x", "https://example.com#@127.0.0.1/", "https://127.0.0.1#.example.com/"),
    # What has to be percent-encoded, and is not, or badly.
    *(
        "https://example.com/%",
        "https://example.com/%zz",
        "https://example.com/é",
        "https://example.com/?q=<x>",
    ),
    "https://example.com/" + "a" * 2048,
]

FORBIDDEN_ENCODINGS = [
    *(f"https://{host}/" for host in FORBIDDEN_HOSTS),
    *(
        "https://[fe80::1%eth0]/",
        "https://[fe80::1%25eth0]/",
        "https://[::1%25]/",
        "https://127.0.0.1:8443/hook?x=1",
    ),
    *("HTTPS://127.0.0.1/", "https://[0:0:0:0:0:ffff:7f00:1]/", "https://[::FFFF:169.254.169.254]/"),
]
INVALID_ENCODINGS = [*(f"https://{authority}/" for authority in INVALID_AUTHORITIES), *INVALID_URLS]


def test_there_are_more_than_a_hundred_encodings() -> None:
    assert len(set(FORBIDDEN_ENCODINGS)) > 130
    assert len({*FORBIDDEN_ENCODINGS, *INVALID_ENCODINGS}) > 210


@pytest.mark.parametrize("url", FORBIDDEN_ENCODINGS)
@pytest.mark.parametrize("allowance", [PRODUCTION, DEVELOPMENT], ids=["production", "development"])
def test_an_address_that_is_not_public_is_refused_however_it_is_written(
    url: str, allowance: Allowance
) -> None:
    with pytest.raises(Refusal) as refused:
        read_url(url, allowance)
    # A zone is refused as an address where it can be read as one.
    assert type(refused.value) in (errors.ForbiddenAddress, errors.InvalidUrl)
    assert refused.value.status == 422


@pytest.mark.parametrize(
    "url", [url for url in FORBIDDEN_ENCODINGS if "%25]" not in url and "\u200b" not in url]
)
def test_it_is_called_by_its_name(url: str) -> None:
    if url.rstrip("/").endswith("."):
        return  # refused for the dot, or for the number before it
    with pytest.raises(errors.ForbiddenAddress):
        read_url(url, PRODUCTION)


@pytest.mark.parametrize("url", INVALID_ENCODINGS)
@pytest.mark.parametrize("allowance", [PRODUCTION, DEVELOPMENT], ids=["production", "development"])
def test_what_could_be_read_in_two_ways_is_refused(url: str, allowance: Allowance) -> None:
    with pytest.raises((errors.InvalidUrl, errors.ForbiddenAddress)):
        read_url(url, allowance)


@pytest.mark.parametrize(
    ("raw", "url", "host", "port"),
    [
        ("https://example.com", "https://example.com/", "example.com", 443),
        ("https://Example.COM/Hook?a=B%20c", "https://example.com/Hook?a=B%20c", "example.com", 443),
        ("HTTPS://example.com:443/", "https://example.com/", "example.com", 443),
        ("https://example.com:8443/x", "https://example.com:8443/x", "example.com", 8443),
        (
            "https://bücher.example.com/",
            "https://xn--bcher-kva.example.com/",
            "xn--bcher-kva.example.com",
            443,
        ),
        ("https://8.8.8.8/", "https://8.8.8.8/", "8.8.8.8", 443),
        (
            "https://[2606:4700:4700:0::1111]:9000/",
            "https://[2606:4700:4700::1111]:9000/",
            "2606:4700:4700::1111",
            9000,
        ),
        ("https://a-b.c1.example.com/?x", "https://a-b.c1.example.com/?x", "a-b.c1.example.com", 443),
        # Only looks like a number.
        ("https://0x7f.example.com/", "https://0x7f.example.com/", "0x7f.example.com", 443),
        ("https://127.0.0.1.nip.example/", "https://127.0.0.1.nip.example/", "127.0.0.1.nip.example", 443),
    ],
)
def test_what_is_taken_is_kept_in_one_form(raw: str, url: str, host: str, port: int) -> None:
    target = read_url(raw, PRODUCTION)
    assert (target.url, target.host, target.port) == (url, host, port)
    assert read_url(target.url, PRODUCTION) == target


def test_plain_http_will_do_in_development_only() -> None:
    assert read_url("http://example.com/", DEVELOPMENT).port == 80
    with pytest.raises(errors.InvalidUrl):
        read_url("http://example.com/", PRODUCTION)


def test_with_allowed_networks_a_name_is_judged_by_its_addresses() -> None:
    allowance = Allowance(http=True, networks=(ip_network("127.0.0.0/8"),))
    assert read_url("http://localhost:8080/", allowance).host == "localhost"
    assert read_url("http://127.0.0.1:8080/", allowance).host == "127.0.0.1"
    for url in ("http://127.1/", "http://10.0.0.1/", "http://[::1]/", "http://2130706433/"):
        with pytest.raises(errors.ForbiddenAddress):
            read_url(url, allowance)
