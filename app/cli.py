"""`tastebuds …`: run, migrate, seed, reindex, doctor, create-user, second-factor-off, sessions,
rotate-secrets, export, import.

What needs the web stack is imported where it is used: while Postgres starts, or not at all.
"""

import argparse
import asyncio
import gc
import getpass
import logging
import os
import socket
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING

from app.kit import embedded, strength
from app.kit.settings import Settings, SettingsError, read_settings

if TYPE_CHECKING:
    from app.kit.db import AsyncSession, Database
    from app.kit.ids import UUID

log = logging.getLogger(__name__)


def main(arguments: list[str] | None = None) -> None:
    """Ends with 0, or with 1 after one sentence on stderr."""
    parser = argparse.ArgumentParser(prog="tastebuds", description="The home for what you read, watch, play and hear.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    running = commands.add_parser(
        "run", help="start it: web, worker, schedule and, unless DATABASE_URL is set, Postgres"
    )
    running.add_argument(
        "--sample", action="store_true", help="plant the sample catalog and people on an empty instance"
    )
    commands.add_parser("migrate", help="bring the database up to this version")
    commands.add_parser("seed", help="plant the sample catalog and people")
    commands.add_parser("reindex", help="build the search index anew beside the old one, and put it in its place")
    commands.add_parser("doctor", help="check every dependency and key, and say what to do")
    resetting = commands.add_parser("reset-link", help="make a link by which somebody sets another password, once")
    resetting.add_argument("email")
    turning_off = commands.add_parser("second-factor-off", help="let the password alone log somebody in again")
    turning_off.add_argument("email")
    creating = commands.add_parser("create-user", help="make an account")
    creating.add_argument("email")
    creating.add_argument("name")
    for name, said in (("export", "write everything of an account to a ZIP file"), ("import", "read such a file back")):
        moving = commands.add_parser(name, help=said)
        moving.add_argument("file")
        moving.add_argument("--for", dest="email", required=True, help="the address of the account")
    flushing = commands.add_parser("sessions", help="log everybody out, or one account: sessions flush [EMAIL]")
    flushing.add_argument("what", choices=["flush"])
    flushing.add_argument("email", nargs="?", default="")
    rotating = commands.add_parser("rotate-secrets", help="put a new secret in place of the old one, while it runs")
    rotating.add_argument("--retire", action="store_true", help="drop the old one, once nothing needs it")
    rotating.add_argument("--now", action="store_true", help="with --retire: without waiting a quarter of an hour")
    wanted = parser.parse_args(arguments)
    try:
        sys.exit(COMMANDS[wanted.command](read_settings(), wanted) or 0)
    except OSError as error:
        sys.exit(f"tastebuds: {error.filename}: {error.strerror}." if error.filename else f"tastebuds: {error}")
    except (SettingsError, embedded.AlreadyRunning, RuntimeError) as error:
        sys.exit(f"tastebuds: {error}")


def run(settings: Settings, wanted: argparse.Namespace) -> None:
    gc.disable()  # until it listens (app/serving.py): little is garbage, and looking for it takes a tenth of the start
    strength.refuse_weak(settings)
    redis_url = settings.given_redis()
    listener = _listener(settings)
    cluster = None if settings.database_url else embedded.start(settings.tastebuds_data)
    try:
        from app.accounts import setting_up
        from app.accounts.registering import anybody
        from app.kit import logs
        from app.kit.db import Database
        from app.kit.keys import ring_of
        from app.ops import migrating, rotating
        from app.ops.greeting import greeting
        from app.ops.seeding import has_sample, seed
        from app.serving import run_loop, serve
        from app.sources.keyring import Keyring

        logs.set_up(settings.log_level)
        if cluster:
            cluster.ready()
        url = cluster.url if cluster else settings.given_database()

        async def running() -> None:
            database = Database(url)
            try:
                await database.check()
                if redis_url:
                    from app.kit import redis

                    await redis.check(redis_url)
                await migrating.migrate(database)
                if wanted.sample:
                    await seed(database)
                keyring = Keyring(settings)
                async with database.reading() as session:
                    await keyring.read(session)
                    lost = await rotating.unopenable(session, ring_of(settings))
                    setup = "" if await anybody(session) else setting_up.link(ring_of(settings))
                if lost:
                    log.warning("%s cannot be opened with this SECRET_KEY; nothing is erased", rotating.said(lost))
                words = greeting(keyring.settings, has_sample=await has_sample(database), setup=setup)
                keeping = asyncio.create_task(cluster.kept_up(), name="postgres") if cluster else None
                await serve(settings, database, listener, lambda: print(words, flush=True))
                if keeping:
                    keeping.cancel()
            finally:
                await database.close()

        run_loop(running)
    except KeyboardInterrupt:
        pass
    finally:
        listener.close()
        if cluster:
            cluster.stop()


def migrate(settings: Settings, _: argparse.Namespace) -> None:
    from app.ops import migrating

    async def migrating_(database: "Database") -> None:
        await database.check()
        await migrating.migrate(database)
        print(f"The database is at revision {await migrating.revision(database)}.")

    _with_database(settings, migrating_)


def seed(settings: Settings, _: argparse.Namespace) -> None:
    from app.ops import migrating, seeding

    async def planting(database: "Database") -> None:
        await migrating.migrate(database)
        done = await seeding.seed(database, asked=True)
        print(f"Planted: {done}." if done else "Everything of the sample is there already.")

    _with_database(settings, planting)


def reindex(settings: Settings, _: argparse.Namespace) -> None:
    from app.jobs.indexing import TOPIC
    from app.kit import events
    from app.ops import migrating
    from app.search.engines import engine_of

    async def rebuilding(database: "Database") -> None:
        await database.check()
        await migrating.migrate(database)
        engine = engine_of(settings, database)
        try:
            rebuilt = await engine.rebuild()
            async with database.session() as session:
                await events.forget_parked(session, TOPIC)
            print(f"The index has {rebuilt} items.")
        finally:
            await engine.close()

    _with_database(settings, rebuilding)


def create_user(settings: Settings, wanted: argparse.Namespace) -> None:
    """The password is asked for, or read from standard input where nobody is at a terminal."""
    from app.accounts.forms import RegisterForm
    from app.accounts.registering import register
    from app.kit.errors import Invalid
    from app.ops import migrating

    password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")

    async def creating(database: "Database") -> None:
        await migrating.migrate(database)
        try:
            form = RegisterForm.read({"email": wanted.email, "name": wanted.name, "password": password})
            async with database.session() as session:
                user = await register(session, form)
        except Invalid as error:
            raise RuntimeError(" ".join(f"{field}: {said}" for field, said in error.errors.items())) from None
        print(f"{user.email} may log in{', as the operator' if user.is_operator else ''}.")

    _with_database(settings, creating)


def second_factor_off(settings: Settings, wanted: argparse.Namespace) -> None:
    """For who has lost phone and recovery codes, and has proved to the host who they are."""
    from app.accounts import second_factor
    from app.accounts.models import User
    from app.accounts.signing_in import BY_EMAIL
    from app.ops import migrating

    async def turning_off(database: "Database") -> None:
        await migrating.migrate(database)
        async with database.session() as session:
            user = await session.scalar(BY_EMAIL.where(User.email == wanted.email.strip().lower()))
            if user is None:
                raise RuntimeError(f"Nobody has an account with the address {wanted.email}.")
            if not await second_factor.turn_off(session, user.id, by_host=True):
                raise RuntimeError(f"{user.email} has no second factor.")
        print(f"The second factor of {user.email} is off, and they are told. Their recovery codes are gone with it.")

    _with_database(settings, turning_off)


def sessions(settings: Settings, wanted: argparse.Namespace) -> None:
    """After a leak: browsers and programs have to log in again, and no browser is known any more."""
    from app.accounts import sessions
    from app.kit.errors import NotFound
    from app.ops import migrating

    async def flushing(database: "Database") -> None:
        await migrating.migrate(database)
        try:
            async with database.session() as session:
                ended = await sessions.flush(session, wanted.email)
        except NotFound as error:
            raise RuntimeError(str(error)) from None
        print(f"Sessions ended: {ended}.")

    _with_database(settings, flushing)


def reset_link(settings: Settings, wanted: argparse.Namespace) -> None:
    from sqlalchemy import select

    from app.accounts import resetting
    from app.accounts.models import User

    async def making(database: "Database") -> None:
        async with database.session() as session:
            user = await session.scalar(select(User).where(User.email == wanted.email.strip().lower()))
            if user is None:
                raise RuntimeError(f"Nobody has an account with the address {wanted.email}.")
            path = await resetting.link_for(session, user)
        print(f"{settings.address}{path}\nIt works once, within an hour, and until they log in.")

    _with_database(settings, making)


def export_data(settings: Settings, wanted: argparse.Namespace) -> None:
    """A file that is there is not written over."""
    from app.ops import exporting

    async def exporting_to(file: IO[bytes], database: "Database") -> None:
        async with database.session() as session:
            archive = await exporting.export(session, database, await _id_of(session, wanted.email))
        async for piece in archive.pieces():
            file.write(piece)

    path = Path(wanted.file)
    with path.open("xb") as file:
        try:
            _with_database(settings, partial(exporting_to, file))
        except BaseException:
            path.unlink()
            raise
    print(f"Everything of {wanted.email} is in {wanted.file}.")


def import_data(settings: Settings, wanted: argparse.Namespace) -> None:
    from app.kit.errors import Invalid
    from app.ops import importing

    async def importing_of(file: IO[bytes], database: "Database") -> None:
        async with database.session() as session:
            user_id = await _id_of(session, wanted.email)
            try:
                import_id = await importing.begin(session, user_id, Path(wanted.file).name, file)
            except Invalid as error:
                raise RuntimeError(f"{wanted.file}: {error}") from None
        await importing.run(database, import_id)
        async with database.session() as session:
            row = await importing.show(session, user_id, import_id)
        for name, counts in row.counts.items():
            print(f"{name}: " + (", ".join(f"{many:,} {what}" for what, many in counts.items()) or "nothing"))
        for each in row.messages:
            print(f"{each['file']}, line {each['line']}: {each['said']}")
        if row.said:
            raise RuntimeError(row.said)

    with Path(wanted.file).open("rb") as file:
        _with_database(settings, partial(importing_of, file))


async def _id_of(session: "AsyncSession", email: str) -> "UUID":
    """Raises `RuntimeError`."""
    from sqlalchemy import select

    from app.accounts.models import User
    from app.tables import EVERY_MODULE

    assert EVERY_MODULE  # noqa: S101 - lists go through every table
    user_id = await session.scalar(select(User.id).where(User.email == email.strip().lower()))
    if user_id is None:
        raise RuntimeError(f"Nobody has an account with the address {email}.")
    return user_id


def doctor(settings: Settings, _: argparse.Namespace) -> int:
    """Ends with 1 if something must be done before it can run."""
    from app.ops import doctor
    from app.search import examining
    from app.tables import EVERY_MODULE

    assert EVERY_MODULE  # noqa: S101 - importing it is what tells of every column that is sealed

    with _database_url(settings) as url:
        findings = asyncio.run(doctor.examine(settings, url, examining.examine))
    for finding in findings:
        print(finding)
    return 0 if all(finding.well or not finding.needed for finding in findings) else 1


def rotate_secrets(settings: Settings, wanted: argparse.Namespace) -> None:
    from app.ops import migrating, rotating
    from app.tables import EVERY_MODULE

    assert EVERY_MODULE  # noqa: S101 - as above

    async def retiring(database: "Database") -> None:
        await rotating.retire(database, settings, at_once=wanted.now)
        print("The old secret is gone. Back up the new one with your data.")

    async def rotating_(database: "Database") -> None:
        await migrating.migrate(database)
        for column in await rotating.rotate(database, settings):
            lost = f", {column.lost} cannot be opened and were left as they are" if column.lost else ""
            print(f"{column.column}: {column.done} sealed anew{lost}.")
        print("Everything is sealed with the new secret. `tastebuds rotate-secrets --retire` drops the old one.")

    _with_database(settings, retiring if wanted.retire else rotating_)


COMMANDS: dict[str, Callable[[Settings, argparse.Namespace], int | None]] = {
    "run": run,
    "migrate": migrate,
    "seed": seed,
    "reindex": reindex,
    "doctor": doctor,
    "create-user": create_user,
    "reset-link": reset_link,
    "second-factor-off": second_factor_off,
    "sessions": sessions,
    "rotate-secrets": rotate_secrets,
    "export": export_data,
    "import": import_data,
}


def _listener(settings: Settings) -> socket.socket:
    """Taken before anything is started, so that a port that is not to be had costs nothing. Raises `SettingsError`."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise SettingsError(
            f"HOST, PORT: cannot listen on {settings.host}:{settings.port} ({reason}). Set PORT to another number."
        ) from None


@contextmanager
def _database_url(settings: Settings) -> Iterator[str]:
    """Of the database the settings name, or of the embedded one, started for this command if no app runs it."""
    if settings.database_url:
        yield settings.given_database()
    else:
        with embedded.using(settings.tastebuds_data) as url:
            yield url


def _with_database(settings: Settings, work: "Callable[[Database], Awaitable[None]]") -> None:
    from app.kit.db import Database

    async def working(url: str) -> None:
        database = Database(url)
        try:
            await work(database)
        finally:
            await database.close()

    with _database_url(settings) as url:
        asyncio.run(working(url))


if __name__ == "__main__":
    main()
