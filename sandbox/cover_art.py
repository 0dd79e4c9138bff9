"""The Cover Art Archive: what pictures a release has, and its front, which lies elsewhere (coverartarchive.org)."""

import re
from functools import cache

from sandbox.covers import cover
from sandbox.musicbrainz_records import Group, Release, groups, releases
from sandbox.web import Answer, Json, Request, as_json, as_text, moved
from sandbox.works import made_number

__all__ = ["answer", "trouble"]

WIDTHS = {"": 1500, "-250": 250, "-500": 500, "-1200": 1200}
MBID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def answer(request: Request) -> Answer:
    if match := re.fullmatch(rf"/release/({MBID})/\d+(-250|-500|-1200|)\.jpg", request.path):
        return _picture(match[1], WIDTHS[match[2]])
    match = re.fullmatch(r"/(release|release-group)/([^/]+)(?:/(front|back)(-250|-500|-1200)?)?/?", request.path)
    if not match:
        return trouble(404)
    kind, mbid, side, size = match.groups()
    if not re.fullmatch(MBID, mbid):
        return _page(400, "Bad Request", "invalid MBID specified")
    found = _by_mbid(kind).get(mbid)
    if found is None or not found.covered or side == "back":
        return _page(404, "Not Found", "No cover art found for release")
    if side is None:
        return as_json(_index(_release(found)), content_type="application/json")
    return moved(f"{request.prefix}{_place(_release(found), size or '')}", 307)


def _picture(mbid: str, width: int) -> Answer:
    release = _by_mbid("release").get(mbid)
    return cover(release.work, width, width) if isinstance(release, Release) and release.covered else trouble(404)


def _place(release: Release, size: str) -> str:
    """Its path; the size as in -250."""
    return f"/release/{release.mbid}/{_number(release)}{size}.jpg"


def _number(release: Release) -> int:
    return made_number(f"cover/{release.mbid}")


@cache
def _by_mbid(kind: str) -> dict[str, Group | Release]:
    return {each.mbid: each for each in (groups() if kind == "release-group" else releases())}


def _release(found: Group | Release) -> Release:
    return found.releases[0] if isinstance(found, Group) else found


def _index(release: Release) -> Json:
    """Every address begins with http."""
    host = "http://coverartarchive.org"
    sizes = {"250": "-250", "500": "-500", "1200": "-1200", "small": "-250", "large": "-500"}
    image = {
        "approved": True,
        "back": False,
        "comment": "",
        "edit": _number(release) // 10,
        "front": True,
        "id": _number(release),
        "image": f"{host}{_place(release, '')}",
        "thumbnails": {name: f"{host}{_place(release, size)}" for name, size in sizes.items()},
        "types": ["Front"],
    }
    return {"images": [image], "release": f"http://musicbrainz.org/release/{release.mbid}"}


def _page(status: int, title: str, text: str) -> Answer:
    top = '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">'
    return as_text(f"{top}\n<title>{status} {title}</title>\n<h1>{title}</h1>\n<p>{text}</p>\n", status, "text/html")


def trouble(status: int) -> Answer:
    """Its errors are pages; a limit is a 503."""
    names = {403: "Forbidden", 404: "Not Found", 500: "Internal Server Error", 503: "Service Unavailable"}
    status = {401: 403, 429: 503}.get(status, status)
    return _page(status, names[status], "")
