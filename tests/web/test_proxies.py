"""Who is on the other end (NW-2): the peer, unless it is a proxy of ours, and then whom that saw."""

import httpx
import pytest
from sqlalchemy import select

from app.accounts.models import UserSession
from app.kit.db import Database
from app.kit.settings import Settings, SettingsError, read_settings
from app.web.proxies import Proxies
from tests.cast import ADDRESS, PASSWORD, MakeApp, Person

NEAR = "10.0.0.1"
TRUSTED = read_settings(_env_file=None, trusted_proxies=f"{NEAR}, 10.1.0.0/16, ::1").given_proxies()


def client(peer: str, *forwarded: str, trusted: bool = True, **more: str) -> tuple[str, str]:
    headers = [(b"x-forwarded-for", each.encode()) for each in forwarded]
    headers += [(name.replace("_", "-").encode(), value.encode()) for name, value in more.items()]
    return Proxies(TRUSTED if trusted else []).client(peer, "http", headers)


@pytest.mark.parametrize(
    ("peer", "forwarded", "who"),
    [
        (NEAR, [], NEAR),
        (NEAR, ["192.0.2.7"], "192.0.2.7"),
        (NEAR, ["9.9.9.9, 192.0.2.7"], "192.0.2.7"),
        (NEAR, ["9.9.9.9", "192.0.2.7"], "192.0.2.7"),
        (NEAR, ["9.9.9.9, 192.0.2.7, 10.1.2.3"], "192.0.2.7"),
        (NEAR, ["10.1.2.3, 10.1.2.4"], "10.1.2.3"),
        (NEAR, ["192.0.2.7:4711"], "192.0.2.7"),
        (NEAR, ["[2001:db8::7]:4711"], "2001:db8::7"),
        (NEAR, ["2001:DB8:0::7"], "2001:db8::7"),
        (NEAR, ["::ffff:192.0.2.7"], "192.0.2.7"),
        (f"::ffff:{NEAR}", ["192.0.2.7"], "192.0.2.7"),
        ("::1", ["192.0.2.7"], "192.0.2.7"),
        (NEAR, ["9.9.9.9, unknown"], NEAR),
        (NEAR, ["9.9.9.9, <script>"], NEAR),
        (NEAR, ["9.9.9.9, "], NEAR),
        (NEAR, [""], NEAR),
        (NEAR, ["1.2.3"], NEAR),
        ("192.0.2.9", ["9.9.9.9"], "192.0.2.9"),
        ("127.0.0.1", ["9.9.9.9"], "127.0.0.1"),
        ("", ["9.9.9.9"], ""),
    ],
)
def test_it_is_the_last_one_that_is_no_proxy_of_ours(peer: str, forwarded: list[str], who: str) -> None:
    assert client(peer, *forwarded)[0] == who


def test_nobody_is_believed_unless_told() -> None:
    assert client("127.0.0.1", "9.9.9.9", trusted=False, x_forwarded_proto="https") == ("127.0.0.1", "http")


@pytest.mark.parametrize(
    ("said", "scheme"),
    [("https", "https"), ("HTTPS", "https"), ("http, https", "https"), ("gopher", "http"), ("", "http")],
)
def test_a_proxy_says_whether_it_was_asked_over_tls(said: str, scheme: str) -> None:
    assert client(NEAR, x_forwarded_proto=said)[1] == scheme
    assert client("192.0.2.9", x_forwarded_proto=said)[1] == "http"


def test_what_is_no_network_stops_the_start_with_a_sentence() -> None:
    with pytest.raises(SettingsError, match="TRUSTED_PROXIES: these must be addresses or networks"):
        read_settings(_env_file=None, trusted_proxies="proxy.lan").given_proxies()


@pytest.mark.parametrize(("proxies", "seen"), [("", "127.0.0.1"), ("127.0.0.1", "192.0.2.7")])
async def test_the_session_remembers_the_client_and_no_claim(
    make_app: MakeApp, settings: Settings, alice: Person, database: Database, proxies: str, seen: str
) -> None:
    app = make_app(settings=settings.model_copy(update={"trusted_proxies": proxies}))
    transport = httpx.ASGITransport(app=app, client=("127.0.0.1", 4711))  # type: ignore[arg-type]
    said = {"x-forwarded-for": "9.9.9.9, 192.0.2.7", "sec-fetch-site": "same-origin"}
    async with httpx.AsyncClient(transport=transport, base_url=ADDRESS, headers=said) as client:
        answer = await client.post("/login", data={"email": alice.email, "password": PASSWORD})
    assert answer.status_code == 303
    async with database.session() as session:
        newest = select(UserSession.address).order_by(UserSession.id.desc()).limit(1)
        assert await session.scalar(newest) == seen
