"""How each source is asked: the fewest words that get an answer."""

import json
from typing import Any

import httpx

IGDB_HEADERS = {"Client-ID": "sandbox", "Authorization": "Bearer sandbox"}


async def google(box: httpx.AsyncClient, path: str = "/volumes", **params: Any) -> httpx.Response:
    return await box.get(f"/google-books/v1{path}", params={"key": "sandbox", **params})


async def tmdb(box: httpx.AsyncClient, path: str, **params: Any) -> httpx.Response:
    return await box.get(f"/tmdb/3{path}", params=params, headers={"Authorization": "Bearer sandbox"})


async def igdb(box: httpx.AsyncClient, endpoint: str, query: str) -> httpx.Response:
    return await box.post(f"/igdb/v4/{endpoint}", content=query.encode(), headers=IGDB_HEADERS)


async def lastfm(box: httpx.AsyncClient, method: str, **params: Any) -> httpx.Response:
    common = {"method": method, "api_key": "sandbox", "format": "json"}
    return await box.get("/lastfm/2.0/", params=common | params)


async def open_library(box: httpx.AsyncClient, path: str = "/search.json", **params: Any) -> httpx.Response:
    return await box.get(f"/open-library{path}", params=params or None)


async def tvmaze(box: httpx.AsyncClient, path: str, **params: Any) -> httpx.Response:
    return await box.get(f"/tvmaze{path}", params=params)


async def wikidata(box: httpx.AsyncClient, action: str, **params: Any) -> httpx.Response:
    return await box.get("/wikidata/w/api.php", params={"action": action, "format": "json", **params})


async def wikidata_item(box: httpx.AsyncClient, path: str) -> httpx.Response:
    return await box.get(f"/wikidata/w/rest.php/wikibase/v1/entities/items/{path}")


async def steam(box: httpx.AsyncClient, path: str, **params: Any) -> httpx.Response:
    return await box.get(f"/steam/api/{path}", params={"cc": "us", "l": "english", **params})


async def musicbrainz(box: httpx.AsyncClient, path: str, **params: Any) -> httpx.Response:
    return await box.get(f"/musicbrainz/ws/2/{path}", params={"fmt": "json", **params})


async def itunes(box: httpx.AsyncClient, path: str, **params: Any) -> Any:
    """What it says, whatever it calls it."""
    return json.loads((await box.get(f"/itunes/{path}", params=params)).text)
