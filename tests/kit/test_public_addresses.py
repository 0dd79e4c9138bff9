"""What counts as the public internet (SS-2): `ipaddress.is_global` says yes to most of what is refused here."""

import pytest

from app.kit.public_addresses import is_public
from tests.kit.inward import INWARD


@pytest.mark.parametrize("address", INWARD)
def test_what_leads_inward_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "1.1.1.1",
        "8.8.8.8",
        "100.63.255.255",
        "100.128.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.0.1.0",
        "223.255.255.255",
        "2001:4860:4860::8888",
        "2600::1",
        "2a00:1450::1",
        "64:ff9b::808:808",
    ],
)
def test_what_is_beside_it_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("text", ["", "localhost", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "1.1.1.1 "])
def test_what_is_no_address_is_not_public(text: str) -> None:
    assert not is_public(text)
