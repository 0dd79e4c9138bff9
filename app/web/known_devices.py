"""The cookie that says a browser logged in to an account before (`accounts/devices`)."""

from typing import Any

from litestar import Request
from litestar.datastructures import Cookie

from app.accounts import auditing, devices, notices
from app.accounts.models import User
from app.kit.db import AsyncSession
from app.kit.ids import UUID
from app.web.cookies import proof

COOKIE = "__Host-device"
NEW = "Somebody logged in to your account with a browser that was not used for it before."


def device_of(request: Request[Any, Any, Any]) -> str:
    return request.cookies.get(COOKIE, "")


async def remember(session: AsyncSession, request: Request[Any, Any, Any], user: User, session_id: UUID) -> Cookie:
    """After a login. Tells the owner of a browser that is new to an account that has others."""
    token, is_new = await devices.remember(session, user.id, session_id, device_of(request))
    if is_new:
        auditing.record(session, "device.new", user.id)
        await notices.tell(session, user, "A new browser logged in", NEW)
    return proof(COOKIE, token, devices.LIFETIME, "strict")
