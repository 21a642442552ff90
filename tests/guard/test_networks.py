"""Which network an address is of; what is no address is of none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.guard.networks import network_of


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.0/24"),
        ("203.0.113.255", "203.0.113.0/24"),
        (" 203.0.114.1 ", "203.0.114.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
        ("2001:db8:1:ffff::", "2001:db8:1::/48"),
        ("::ffff:203.0.113.9", "203.0.113.0/24"),
        ("fe80::1%eth0", "fe80::/48"),
        ("", ""),
        ("203.0.113.9:443", ""),
        ("<script>", ""),
        ("1" * 5000, ""),
    ],
)
def test_the_network_of_an_address(address, network):
    assert network_of(address) == network


@given(st.ip_addresses())
def test_every_address_has_a_network_and_its_neighbour_the_same(address):
    network = network_of(str(address))
    assert network
    assert network_of(str(type(address)(int(address) ^ 1))) == network


@given(st.text())
def test_whatever_is_said_to_be_an_address_breaks_nothing(text):
    network_of(text)
