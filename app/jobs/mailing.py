"""Letters go out: each claimed by one process, composed and sent, and tried again for a day if it was not taken."""

import logging
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from aiosmtplib import SMTPException

from app.accounts import letters, notices
from app.accounts.door_models import OutgoingMail
from app.kit import origin
from app.kit.db import AnyRow, Database
from app.kit.ids import UUID
from app.kit.mail import Mailer, Undeliverable
from app.kit.origin import Origin

Write: TypeAlias = Callable[[str, Mapping[str, Any]], str]  # the letter of this name

log = logging.getLogger(__name__)


async def deliver(database: Database, mailer: Mailer, write: Write) -> int:
    """How many were sent, of those that were due."""
    sent = 0
    while True:
        async with database.session() as session:
            claimed = await notices.claim(session)
        if claimed is None:
            return sent
        sent += await _deliver(database, mailer, write, claimed)


async def _deliver(database: Database, mailer: Mailer, write: Write, claimed: AnyRow) -> bool:
    written = await _written(database, write, claimed.id)
    if written is not None:
        try:
            await mailer.send(*written)
        except (Undeliverable, SMTPException, OSError, TimeoutError) as error:
            await _failed(database, claimed, error)
            return False
    async with database.session() as session:
        await notices.sent(session, claimed.id)
    return written is not None


async def _written(database: Database, write: Write, id_: UUID) -> tuple[str, str, str] | None:
    """To whom, the subject, and what it says. What its link stands for is kept before it is sent."""
    async with database.session() as session:
        mail = await session.get(OutgoingMail, id_)
        if mail is None:
            return None
        asked = Origin(**mail.details.get("asked", {}))
        here = origin.enter(asked)
        try:
            letter = await letters.compose(session, mail)
        finally:
            origin.leave(here)
    if letter is None:
        return None
    context = {"path": letter.path, "asked": asked} | letter.context
    subject, _, body = write(letter.template, context).partition("\n")
    return mail.address, subject, body.strip() + "\n"


async def _failed(database: Database, claimed: AnyRow, error: Exception) -> None:
    for_good = isinstance(error, Undeliverable)
    reason = str(error) if for_good else f"the mail server could not be reached ({type(error).__name__})"
    given_up = for_good or claimed.is_last
    async with database.session() as session:
        if given_up:
            await notices.give_up(session, claimed.id, reason)
        else:
            await notices.put_off(session, claimed.id, claimed.attempts)
    log.warning("a letter %s: %s", "is given up" if given_up else "is tried again later", reason)
