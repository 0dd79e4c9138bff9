"""How each source is asked: the fewest words that get an answer."""

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
