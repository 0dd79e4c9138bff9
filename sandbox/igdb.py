"""IGDB v4: tables asked in Apicalypse by POST (api-docs.igdb.com). 200 is always an array, save for counts."""

from functools import cache, partial

from sandbox.apicalypse import Query, QueryError, parse, parse_many
from sandbox.igdb_tables import FIELDS, LINKS, image_id, row_of, tables
from sandbox.web import Answer, Json, Request, as_json
from sandbox.works import Game, find, ranked, works_of

__all__ = ["answer", "game_of_image", "trouble"]

LIMIT_MAX = 500
Mask = dict[str, "Mask"]

AUTHORIZATION_FAILURE = {
    "message": "Authorization Failure. Have you tried:",
    "Tip 1": "Ensure you are sending Authorization and Client-ID as headers.",
    "Tip 2": "Ensure Authorization value starts with 'Bearer ', including the space",
    "Tip 3": "Ensure Authorization value ends with the App Access Token you generated, NOT your Client Secret.",
    "Docs": "https://api-docs.igdb.com/#authentication",
    "Discord": "https://discord.gg/FrvfwQg",
}
NOT_FOUND = {
    "title": "Not Found",
    "status": 404,
    "type": "https://javalin.io/documentation#notfoundresponse",
    "details": {},
}


def answer(request: Request) -> Answer:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme != "Bearer" or token in ("", "wrong") or request.headers.get("client-id", "") in ("", "wrong"):
        return trouble(401)
    endpoint = request.path.strip("/")
    if request.method != "POST" or endpoint.removesuffix("/count") not in (*FIELDS, "multiquery"):
        return as_json(NOT_FOUND, 404)
    text = request.body.decode(errors="replace")
    try:
        if endpoint == "multiquery":
            return as_json([_named(*named) for named in parse_many(text)])
        return as_json(_asked(endpoint, parse(text)))
    except QueryError as error:
        return as_json([{"title": error.title, "status": 400, "cause": error.cause}], 400)
    except LimitError as error:
        return as_json([_forbidden(error.limit)], 403)


def game_of_image(key: str) -> Game | None:
    return _games_by_image().get(key)


@cache
def _games_by_image() -> dict[str, Game]:
    return {image_id(game): game for game in works_of(Game)}


class LimitError(Exception):
    def __init__(self, limit: int) -> None:
        self.limit = limit


def _forbidden(limit: int) -> Json:
    details = f"You typed in {limit} but your maximum is {LIMIT_MAX}"
    return {"title": "Forbidden", "status": 403, "cause": "Reqest limit too high", "details": details}


def _named(endpoint: str, name: str, query: Query) -> Json:
    if endpoint.removesuffix("/count") not in FIELDS:
        raise QueryError(f"Unknown endpoint '{endpoint}'")
    asked = _asked(endpoint, query)
    return {"name": name, "count": asked["count"]} if endpoint.endswith("/count") else {"name": name, "result": asked}


def _asked(endpoint: str, query: Query) -> Json:
    if query.limit > LIMIT_MAX:
        raise LimitError(query.limit)
    table = endpoint.removesuffix("/count")
    rows = [row for row in _searched(table, query.search) if query.where(partial(_values, row))]
    if endpoint.endswith("/count"):
        return {"count": len(rows)}
    if query.sort:
        path, descending = query.sort
        rows.sort(key=lambda row: _sort_key(_values(row, path)), reverse=descending)
    wanted, unwanted = _mask(table, query.fields), _mask(table, query.exclude)
    return [_shown(row, wanted, unwanted) for row in rows[query.offset : query.offset + query.limit]]


def _searched(table: str, text: str | None) -> list[Json]:
    rows = tables().get(table, {})
    if text is None:
        return [rows[number] for number in sorted(rows)]
    if table == "games":
        return [row_of(game) for game in find(works_of(Game), text)]
    return ranked(rows.values(), text, lambda row: (row.get("name", ""),), lambda row: ())


def _values(row: Json, path: str) -> list[Json]:
    """All values at a dotted path; none where a key is absent."""
    name, _, rest = path.partition(".")
    values = row.get(name, [])
    values = values if isinstance(values, list) else [values]
    if not rest:
        return values
    linked = tables().get(LINKS.get(name, ""), {})
    return [value for number in values for value in _values(linked.get(number, {}), rest)]


def _sort_key(values: list[Json]) -> tuple[bool, Json]:
    return (bool(values), values[0] if values else 0)


def _mask(table: str, paths: list[str]) -> Mask:
    mask: Mask = {}
    for path in paths:
        below, at = mask, table
        for name in path.split("."):
            if at and name != "*" and name not in FIELDS[at]:
                raise QueryError(f"Invalid field name: '{name}'", title="Invalid Field")
            below = below.setdefault(name, {})
            at = LINKS.get(name, "") if at else ""
    return mask


def _shown(row: Json, wanted: Mask, unwanted: Mask) -> Json:
    """The wanted fields and always the id; what a link leads to only where a field of it is wanted."""
    shown = {"id": row["id"]}
    for name, value in row.items():
        if name in unwanted and not unwanted[name]:
            continue
        if (below := wanted.get(name)) and name in LINKS:
            linked, less = tables()[LINKS[name]], unwanted.get(name, {})
            if isinstance(value, list):
                shown[name] = [_shown(linked[number], below, less) for number in value]
            elif value in linked:
                shown[name] = _shown(linked[value], below, less)
        elif name in wanted or "*" in wanted:
            shown[name] = value
    return shown


def trouble(status: int) -> Answer:
    if status == 401:
        return as_json(AUTHORIZATION_FAILURE, 401)
    return as_json(
        {"message": {429: "Too Many Requests", 503: "Service Unavailable"}.get(status, "Internal server error")}, status
    )
