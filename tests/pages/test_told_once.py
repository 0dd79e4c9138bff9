"""Each act on an account is told exactly once, and one that fails is told as refused or not at all (AU-1)."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from litestar.types import ASGIApp
from sqlalchemy import text

from app.jobs.erasing import erase
from app.kit.db import Database
from app.kit.ids import UUID
from app.menus import composing
from app.menus.forms import TitleForm
from tests.api.program import Program
from tests.cast import PASSWORD, Browser, Person

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


async def told(database: Database) -> list[Any]:
    async with database.session() as session:
        return list((await session.execute(TOLD)).all())
