"""Each act on an account is told exactly once, and one that fails is told as refused or not at all (AU-1)."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from litestar.types import ASGIApp
from sqlalchemy import text

from app.accounts import sessions
from app.accounts.auditing import ACTIONS
from app.jobs.erasing import erase
from app.kit.db import Database
from app.kit.ids import UUID
from app.menus import composing
from app.menus.forms import TitleForm
from tests.api.program import Program
from tests.cast import PASSWORD, Browser, Person, open_house
from tests.markup import read

HOUSE = Path(__file__).parents[2]
TOLD = text("SELECT action, user_id, actor_id, refused, details, request_id FROM audit_events ORDER BY id")


class Scene:
    """Alice and Odile are logged in; `nobody` is at another browser."""

    def __init__(self, app: ASGIApp, alice: Person, odile: Person, nobody: Browser, database: Database) -> None:
        self.app, self.alice, self.odile, self.nobody, self.database = app, alice, odile, nobody, database

    async def log_in(self, password: str = PASSWORD) -> None:
        self.nobody.forget_token()
        await self.nobody.post("/login", {"email": self.alice.email, "password": password})
        self.nobody.forget_token()

    async def by_operator(self, method: str, noun: str) -> None:
        await self.odile.send(method, f"/ops/users/{self.alice.id}/{noun}")

    async def close(self) -> None:
        await self.alice.post("/settings/closure", {"email": self.alice.email})

    async def closed_again(self) -> None:
        await self.close()
        await self.log_in()
        self.nobody._token = (await self.nobody.see("/settings/closure")).value("_csrf_token")

    async def erase(self) -> None:
        async with self.database.session() as session:
            await session.execute(text("UPDATE users SET closes_at = now() WHERE closes_at IS NOT NULL"))
        await erase({"database": self.database})  # type: ignore[typeddict-unknown-key,typeddict-item]

    async def forge(self) -> None:
        self.nobody.client.cookies = self.alice.client.cookies
        await self.nobody.client.post("/menus", headers={"sec-fetch-site": "cross-site"})

    async def menu(self) -> UUID:
        async with self.database.session() as session:
            return (await composing.create(session, self.alice.id, TitleForm(title="An evening"))).id

    async def share(self, *methods: str) -> None:
        place = f"/menus/{await self.menu()}/publication"
        for method in methods:
            await self.alice.send(method, place)

    async def unshare(self) -> None:
        await self.alice.delete(f"/menus/{await self._menu_id()}/publication")

    async def _menu_id(self) -> UUID:
        async with self.database.session() as session:
            (id_,) = await session.scalars(text("SELECT id FROM menus"))
        return UUID(str(id_))

    async def move(self) -> None:
        await self.alice.put(f"/menus/{await self._menu_id()}/slug", {"slug": "elsewhere"})

    async def invite_guests(self) -> None:
        await self.alice.post(f"/menus/{await self._menu_id()}/guest-links", {"whom": "Bob", "days": "7"})

    async def menu_with_guests(self) -> None:
        await self.menu()
        await self.invite_guests()

    async def end_guests(self) -> None:
        async with self.database.session() as session:
            (id_,) = await session.scalars(text("SELECT id FROM menu_share_tokens"))
        await self.alice.delete(f"/menus/{await self._menu_id()}/guest-links/{id_}")

    async def host(self, *shown: str) -> None:
        for is_public in shown:
            await self.alice.put("/settings/public", {"handle": "alice"} | ({"is_public": "1"} if is_public else {}))

    async def change_password(self) -> None:
        form = {"current_password": PASSWORD, "password": "quite another table 77"}
        await self.alice.put("/settings/password", form)

    async def change_profile(self, **fields: str) -> None:
        form = {"name": "Alice", "email": self.alice.email, "current_password": PASSWORD}
        await self.alice.put("/settings", form | fields)

    async def end_another(self) -> None:
        async with self.database.session() as session:
            mine = {"id": self.alice.id, "own": self.alice.session_id}
            other = await session.scalar(text("SELECT id FROM sessions WHERE user_id = :id AND id <> :own"), mine)
        await self.alice.delete(f"/settings/sessions/{other}")

    async def make_token(self) -> None:
        await self.alice.post("/settings/tokens", {"name": "Reader", "scope-library:read": "on", "days": "30"})

    async def withdraw_token(self) -> None:
        async with self.database.session() as session:
            (id_,) = await session.scalars(text("SELECT id FROM api_tokens"))
        await self.alice.delete(f"/settings/tokens/{id_}")

    async def prove(self, password: str) -> None:
        await self.alice.post("/proof", {"password": password})

    async def invite(self) -> str:
        answer = await self.odile.post("/ops/invitations", {"note": "", "uses": "1", "days": "7"})
        return read(answer.text).one("code", id="link").text.partition("invitation=")[2]

    async def uninvite(self) -> None:
        async with self.database.session() as session:
            (id_,) = await session.scalars(text("SELECT id FROM invitations"))
        await self.odile.delete(f"/ops/invitations/{id_}")

    async def register(self, invitation: str = "") -> None:
        form = {"name": "Nora", "email": "nora@example.org", "password": "quite another table 77"}
        await self.nobody.post("/register", form | {"invitation": invitation})

    async def register_invited(self) -> None:
        await self.register(await self.invite())

    async def flush(self) -> None:
        async with self.database.session() as session:
            await sessions.flush(session, self.alice.email)

    async def token(self) -> None:
        sent = {"email": self.alice.email, "password": PASSWORD}
        await Program(self.app).post("/api/auth/login", sent)


Act = Callable[[Scene], Awaitable[Any]]


async def _nothing(scene: Scene) -> None:
    pass


# action, by whom (None: nobody known), what is done before, and the act
ACTS: tuple[tuple[str, str | None, Act, Act], ...] = (
    ("session.started", "alice", _nothing, lambda scene: scene.log_in()),
    ("session.started", "alice", _nothing, lambda scene: scene.token()),
    ("session.refused", None, _nothing, lambda scene: scene.log_in("not her password at all")),
    ("session.ended", "alice", _nothing, lambda scene: scene.alice.post("/logout")),
    ("data.exported", "alice", _nothing, lambda scene: scene.alice.post("/settings/data/exports")),
    ("menu.published", "alice", _nothing, lambda scene: scene.share("POST", "POST")),
    (
        "menu.unpublished",
        "alice",
        lambda scene: scene.share("POST"),
        lambda scene: scene.unshare(),
    ),
    ("menu.moved", "alice", lambda scene: scene.share("POST"), lambda scene: scene.move()),
    ("guest_link.made", "alice", lambda scene: scene.menu(), lambda scene: scene.invite_guests()),
    ("guest_link.revoked", "alice", lambda scene: scene.menu_with_guests(), lambda scene: scene.end_guests()),
    ("password.changed", "alice", _nothing, lambda scene: scene.change_password()),
    ("profile.changed", "alice", _nothing, lambda scene: scene.change_profile(name="Alicia")),
    ("profile.published", "alice", _nothing, lambda scene: scene.host("1", "1")),
    ("profile.unpublished", "alice", lambda scene: scene.host("1"), lambda scene: scene.host("", "")),
    ("email.changed", "alice", _nothing, lambda scene: scene.change_profile(email="alicia@example.org")),
    ("session.revoked", "alice", lambda scene: scene.log_in(), lambda scene: scene.end_another()),
    (
        "sessions.revoked",
        "alice",
        lambda scene: scene.log_in(),
        lambda scene: scene.alice.delete("/settings/other-sessions"),
    ),
    ("session.proved", "alice", _nothing, lambda scene: scene.prove(PASSWORD)),
    ("proof.refused", None, _nothing, lambda scene: scene.prove("not her password at all")),
    ("token.made", "alice", _nothing, lambda scene: scene.make_token()),
    ("token.withdrawn", "alice", lambda scene: scene.make_token(), lambda scene: scene.withdraw_token()),
    ("account.closed", "alice", _nothing, lambda scene: scene.close()),
    (
        "account.kept",
        "alice",
        lambda scene: scene.closed_again(),
        lambda scene: scene.nobody.delete("/settings/closure"),
    ),
    ("account.erased", "alice", lambda scene: scene.close(), lambda scene: scene.erase()),
    ("account.disabled", "odile", _nothing, lambda scene: scene.by_operator("POST", "suspension")),
    (
        "account.enabled",
        "odile",
        lambda scene: scene.by_operator("POST", "suspension"),
        lambda scene: scene.by_operator("DELETE", "suspension"),
    ),
    ("account.promoted", "odile", _nothing, lambda scene: scene.by_operator("POST", "operator")),
    (
        "account.demoted",
        "odile",
        lambda scene: scene.by_operator("POST", "operator"),
        lambda scene: scene.by_operator("DELETE", "operator"),
    ),
    ("account.signed_out", "odile", _nothing, lambda scene: scene.by_operator("DELETE", "sessions")),
    ("reset.asked", "odile", _nothing, lambda scene: scene.by_operator("POST", "reset-link")),
    ("access.refused", "alice", _nothing, lambda scene: scene.alice.get("/ops/users")),
    ("request.forged", "alice", _nothing, lambda scene: scene.forge()),
)


@pytest.mark.parametrize(
    ("action", "by", "before", "act"), ACTS, ids=[f"{at}-{each[0]}" for at, each in enumerate(ACTS)]
)
async def test_an_act_is_told_once(
    app: ASGIApp,
    alice: Person,
    odile: Person,
    nobody: Browser,
    database: Database,
    action: str,
    by: str | None,
    before: Act,
    act: Act,
) -> None:
    scene = Scene(app, alice, odile, nobody, database)
    await before(scene)
    already = len(await told(database))
    await act(scene)
    news = (await told(database))[already:]
    assert [row.action for row in news if row.action != "device.new"] == [action]
    row = next(row for row in news if row.action == action)
    assert row.user_id == alice.id
    assert row.actor_id == {"alice": alice.id, "odile": odile.id, None: None}[by]
    assert row.refused == (action.endswith((".refused", ".forged")))
    assert bool(row.request_id) == (action != "account.erased")  # that one a job does


# what is not only Alice's, or done by nobody who is logged in: told once among whatever else is
AMONG_OTHERS: tuple[tuple[str, Act, Act], ...] = (
    ("account.registered", lambda scene: open_house(scene.database), lambda scene: scene.register()),
    ("invitation.made", _nothing, lambda scene: scene.invite()),
    ("invitation.used", _nothing, lambda scene: scene.register_invited()),
    ("invitation.withdrawn", lambda scene: scene.invite(), lambda scene: scene.uninvite()),
    ("rules.changed", _nothing, lambda scene: scene.odile.put("/ops/settings", {"registration": "open"})),
    ("sessions.flushed", _nothing, lambda scene: scene.flush()),
)

# what takes a device, a provider or a letter: told once there
ELSEWHERE = {
    "data.imported": "tests/ops/test_importing.py::test_an_import_is_told_once_for_each_file",
    "device.new": "tests/web/test_throttled.py::test_a_new_browser_is_told_of_and_the_first_is_not",
    "identity.linked": "tests/pages/test_provider.py::test_who_linked_an_account_elsewhere_gets_in_by_it",
    "identity.unlinked": "tests/pages/test_ways_in.py::test_after_a_change_they_are_shown_and_all_go_with_one_press",
    "passkey.added": "tests/pages/test_passkeys.py::test_they_are_renamed_and_removed",
    "passkey.refused": "tests/pages/test_passkeys.py::test_refusals_of_a_stranger_s_keys_are_told_once_a_minute",
    "passkey.removed": "tests/pages/test_passkeys.py::test_they_are_renamed_and_removed",
    "passkey.renamed": "tests/pages/test_passkeys.py::test_they_are_renamed_and_removed",
    "recovery_code.used": "tests/pages/test_second_factor.py::test_new_codes_end_the_ones_before",
    "recovery_codes.made": "tests/pages/test_second_factor.py::test_new_codes_end_the_ones_before",
    "refresh_token.reused": "tests/accounts/test_refreshing.py::test_of_twenty_copies_at_once_one_ends_the_family",
    "reset.used": "tests/web/test_resetting.py::test_a_letter_brings_a_link_and_the_link_another_password",
    "second_factor.refused": "tests/pages/test_second_factor.py::test_new_codes_end_the_ones_before",
    "second_factor.turned_off": "tests/pages/test_second_factor.py::test_removing_it_takes_the_password_and_a_code",
    "second_factor.turned_on": "tests/pages/test_second_factor.py::test_new_codes_end_the_ones_before",
    "session.half_started": "tests/web/test_second_step.py::test_a_login_in_two_steps_is_told_as_such",
}


def test_every_action_is_done_here_or_said_where() -> None:
    here = {each[0] for each in ACTS} | {each[0] for each in AMONG_OTHERS}
    assert here | ELSEWHERE.keys() == ACTIONS.keys()
    assert not here & ELSEWHERE.keys()
    for action, place in ELSEWHERE.items():
        path, _, test = place.partition("::")
        body = (HOUSE / path).read_text("utf-8").partition(f"def {test}(")[2].partition("\nasync def ")[0]
        assert f'"{action}"' in body, place


@pytest.mark.parametrize(("action", "before", "act"), AMONG_OTHERS, ids=[each[0] for each in AMONG_OTHERS])
async def test_it_is_told_once_among_others(
    app: ASGIApp,
    alice: Person,
    odile: Person,
    nobody: Browser,
    database: Database,
    action: str,
    before: Act,
    act: Act,
) -> None:
    scene = Scene(app, alice, odile, nobody, database)
    await before(scene)
    already = len(await told(database))
    await act(scene)
    news = (await told(database))[already:]
    assert [(row.action, row.refused) for row in news].count((action, False)) == 1


async def told(database: Database) -> list[Any]:
    async with database.session() as session:
        return list((await session.execute(TOLD)).all())
