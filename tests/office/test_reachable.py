"""Which addresses something may be sent to: the open network only, or this machine where it is written so."""

import pytest

from office.reachable import is_inside, is_loopback, may_send_to

OUTSIDE = ["8.8.8.8", "203.0.112.1", "2606:4700::1111", "2a00:1450:4009::200e", "64:ff9b::808:808"]
INSIDE = [
    "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254", "0.0.0.0", "192.0.2.1", "198.18.0.1",
    "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255",
    "::", "fe80::1", "fe80::1%eth0", "fd00::1", "fec0::1", "ff02::1", "2001:db8::1", "::ffff:8.8.8.8", "::ffff:10.0.0.1",
    "::8.8.8.8", "2002:a00:1::1", "2002:808:808::1", "2001:0:1::1", "64:ff9b::a00:1", "64:ff9b::7f00:1", "64:ff9b:1::1",
]  # fmt: skip
HERE = ["127.0.0.1", "127.1.2.3", "::1"]


@pytest.mark.parametrize("address", OUTSIDE)
def test_address_of_the_open_network_may_be_sent_to_unless_this_machine_was_meant(address: str) -> None:
    assert may_send_to(address, loopback=False)
    assert not may_send_to(address, loopback=True)
    assert not is_inside(address)


@pytest.mark.parametrize("address", INSIDE)
def test_address_inside_a_network_is_never_sent_to(address: str) -> None:
    assert not may_send_to(address, loopback=False)
    assert not may_send_to(address, loopback=True)
    assert is_inside(address)


@pytest.mark.parametrize("address", HERE)
def test_this_machine_may_be_sent_to_only_where_it_is_meant(address: str) -> None:
    assert may_send_to(address, loopback=True)
    assert not may_send_to(address, loopback=False)


@pytest.mark.parametrize("host", [*HERE, "[::1]", "localhost", "LocalHost"])
def test_host_that_is_written_as_this_machine_is_known(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", ["localhost.example", "localhost.", "127.1", "2130706433", "crm.example", "10.0.0.1", ""]
)
def test_host_that_is_written_otherwise_is_not_this_machine(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize("name", ["crm.example", "localhost", "2130706433", ""])
def test_name_is_no_address_before_it_is_looked_up(name: str) -> None:
    assert not is_inside(name)
    assert not may_send_to(name, loopback=True)
