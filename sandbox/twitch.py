"""Twitch's app tokens: the client credentials grant (dev.twitch.tv/docs/authentication)."""

import secrets

from sandbox.web import Answer, Request, as_json

__all__ = ["answer", "trouble"]

LIFE = 5_327_537  # seconds, as measured at the real one


def answer(request: Request) -> Answer:
    if request.path != "/token":
        return error(404, "Not Found")
    if request.method != "POST":
        return error(405, "method not allowed")
    form = request.form
    for name in ("client_id", "client_secret", "grant_type"):
        if not form.get(name):
            return error(400, f"missing {name.replace('_', ' ')}")
    if form["client_id"] == "wrong":
        return error(400, "invalid client")
    if form["client_secret"] == "wrong":
        return trouble(401)
    if form["grant_type"] != "client_credentials":
        return error(400, "invalid grant type")
    return as_json({"access_token": secrets.token_hex(15), "expires_in": LIFE, "token_type": "bearer"})


def error(status: int, message: str) -> Answer:
    return as_json({"status": status, "message": message}, status)


def trouble(status: int) -> Answer:
    """A refused secret is a 403 at Twitch."""
    if status == 401:
        return error(403, "invalid client secret")
    return error(status, {429: "too many requests", 503: "service unavailable"}.get(status, "internal server error"))
