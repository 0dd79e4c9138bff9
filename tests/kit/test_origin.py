"""Where a request comes from, as far as it counts."""

import pytest

from app.kit.origin import Origin


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("", ""),
        ("not an address", "not an address"),
    ],
)
def test_a_network_is_an_address_or_half_of_a_longer_one(address: str, network: str) -> None:
    assert Origin(address=address).network == network
