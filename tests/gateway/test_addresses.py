from ipaddress import ip_network

import pytest

from gateway.addresses import TrustedProxies, client_key, read_trusted_proxies

PEER = ("192.0.2.1", 4711)
LAN: TrustedProxies = (ip_network("192.0.2.0/24"), ip_network("fd00::/8"))


def key(trusted: TrustedProxies, *forwarded: str, peer: object = PEER) -> str:
    headers = [(b"accept", b"*/*"), *((b"x-forwarded-for", value.encode("latin-1")) for value in forwarded)]
    return client_key(peer, headers, trusted)


@pytest.mark.parametrize(
    ("peer", "expected"),
    [
        (("192.0.2.1", 1), "192.0.2.1"),
        (["192.0.2.1", 1], "192.0.2.1"),
        (("2001:db8:1:2:3:4:5:6", 1), "2001:db8:1:2::/64"),
        (("2001:db8:1:2::ffff", 1), "2001:db8:1:2::/64"),
        (("::ffff:192.0.2.1", 1), "192.0.2.1"),
        (("::1", 1), "::/64"),
        (("fe80::1%eth0", 1), "fe80::/64"),
        (("", 0), "unknown"),
        (None, "unknown"),
    ],
)
def test_a_peer_is_its_address_and_an_ipv6_site_is_one_client(peer: object, expected: str) -> None:
    assert key(0, peer=peer) == expected


@pytest.mark.parametrize("forwarded", [(), ("198.51.100.7",), ("198.51.100.7, 192.0.2.9",), ("x", "y")])
def test_nobody_is_believed_by_default(forwarded: tuple[str, ...]) -> None:
    assert key(0, *forwarded) == "192.0.2.1"


@pytest.mark.parametrize(
    ("trusted", "forwarded", "expected"),
    [
        # So many proxies: who the outermost was asked by.
        (1, ("198.51.100.7",), "198.51.100.7"),
        (1, ("203.0.113.5, 198.51.100.7",), "198.51.100.7"),
        (1, ("203.0.113.5", "198.51.100.7"), "198.51.100.7"),
        (2, ("203.0.113.5, 198.51.100.7",), "203.0.113.5"),
        (2, ("6.6.6.6, 203.0.113.5, 198.51.100.7",), "203.0.113.5"),
        (2, ("198.51.100.7",), "198.51.100.7"),
        (1, (), "192.0.2.1"),
        (1, ("",), "192.0.2.1"),
        (1, ("unknown",), "192.0.2.1"),
        (2, ("unknown, 198.51.100.7",), "198.51.100.7"),
        (1, ("198.51.100.7:4711",), "198.51.100.7"),
        (1, ("[2001:db8::1]:4711",), "2001:db8::/64"),
        (1, ("2001:db8::1",), "2001:db8::/64"),
        (1, ("198.51.100.7" + "0" * 100,), "192.0.2.1"),
        (1, ("ä",), "192.0.2.1"),
        # Proxies of these networks: the first from the right that is none of them.
        (LAN, ("198.51.100.7",), "198.51.100.7"),
        (LAN, ("6.6.6.6, 198.51.100.7",), "198.51.100.7"),
        (LAN, ("6.6.6.6, 198.51.100.7, 192.0.2.8",), "198.51.100.7"),
        (LAN, ("6.6.6.6, 198.51.100.7", "192.0.2.8, fd00::9"), "198.51.100.7"),
        (LAN, ("192.0.2.7, 192.0.2.8",), "192.0.2.7"),
        (LAN, ("unknown, 192.0.2.8",), "192.0.2.8"),
        (LAN, (), "192.0.2.1"),
    ],
)
def test_what_trusted_proxies_have_added_is_read_from_the_right(
    trusted: TrustedProxies, forwarded: tuple[str, ...], expected: str
) -> None:
    assert key(trusted, *forwarded) == expected


def test_whoever_is_no_trusted_proxy_may_claim_nothing() -> None:
    assert key(LAN, "198.51.100.7", peer=("203.0.113.5", 1)) == "203.0.113.5"


def test_trusted_proxies_are_a_number_or_networks() -> None:
    assert read_trusted_proxies(" 2 ") == 2
    assert read_trusted_proxies("192.0.2.0/24,fd00::/8") == LAN
    with pytest.raises(ValueError, match="everybody"):
        read_trusted_proxies("everybody")
