"""A Meilisearch of our own, in memory and in its documented shapes, that can be told to fail.

It finds words and their beginnings, filters, counts and orders by popularity: enough to see that what is sent arrives.
How well Meilisearch finds is tried on the real one.
"""

import asyncio
import json
import re
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any, Literal

import httpx2
from meilisearch_python_sdk import AsyncClient

from tests.search.openapi import Published

Json = Any
Fault = Literal["", "gone", "slow", "html", "garbage", "other shape", "locked", "refusing", "overloaded"]
KEY = "a-key-nobody-should-read"
NOW = "2026-01-01T00:00:00Z"
SLOW = 1.0


class FakeMeilisearch:
    def __init__(self, published: Published | None = None) -> None:
        self.published = published
        self.fault: Fault = ""
        self.indexes: dict[str, dict[str, Json]] = {}  # documents by id
        self.settings: dict[str, Json] = {}
        self.tasks: list[Json] = []
        self.seen: list[str] = []  # every request, as "POST /swap-indexes"
        self.searched: list[Json] = []  # every multi-search
        self.refuses: Callable[[Json], bool] = lambda _: False  # documents
        self.ends_as: str = "succeeded"
        self.before_task: Callable[[], Awaitable[None]] | None = None

    def client(self) -> AsyncClient:
        client = AsyncClient("http://meilisearch", KEY, timeout=2)
        transport = httpx2.MockTransport(self._answer)
        client.http_client = httpx2.AsyncClient(
            transport=transport, base_url="http://meilisearch", headers=client.http_client.headers, timeout=2
        )
        client._http_requests.http_client = client.http_client
        return client

    def titles(self, uid: str = "tastebuds_items") -> list[str]:
        return sorted(document["title"] for document in self.indexes.get(uid, {}).values())

    async def _answer(self, request: httpx2.Request) -> httpx2.Response:
        path = request.url.path
        body = json.loads(request.content) if request.content else None
        self.seen.append(f"{request.method} {path}")
        assert request.headers["authorization"] == f"Bearer {KEY}"
        if self.published:
            self.published.check_request(request.method, path, dict(request.url.params), body)
        if self.fault:
            return await self._failing()
        status, answer = await self._dispatch(request.method, path, body)
        if self.published and status < 300:
            self.published.check_answer(request.method, path, status, answer)
        return httpx2.Response(status, json=answer)

    async def _failing(self) -> httpx2.Response:
        match self.fault:
            case "gone":
                raise httpx2.ConnectError("connection refused")
            case "slow":
                await asyncio.sleep(SLOW)
                return httpx2.Response(503, text="")
            case "html":
                return httpx2.Response(502, text="<h1>Bad Gateway</h1>", headers={"content-type": "text/html"})
            case "garbage":
                return httpx2.Response(200, text='{"results": [', headers={"content-type": "application/json"})
            case "other shape":
                return httpx2.Response(200, json={"hello": ["world"]})
            case "locked":
                return _error(403, "invalid_api_key", "auth", f"The provided API key {KEY} is invalid.")
            case "overloaded":
                return _error(503, "too_many_search_requests", "system")
            case _:
                return _error(400, "invalid_search_filter", "invalid_request")

    async def _dispatch(self, method: str, path: str, body: Json) -> tuple[int, Json]:
        match [method, *path.strip("/").split("/")]:
            case ["POST", "multi-search"]:
                return self._search(body)
            case ["GET", "tasks", uid]:
                if self.before_task:
                    await self.before_task()
                return 200, self.tasks[int(uid)]
            case ["POST", "indexes"]:
                self.indexes.setdefault(body["uid"], {})
                return self._task("indexCreation")
            case ["POST", "swap-indexes"]:
                return self._swap(body)
            case ["PATCH", "indexes", uid, "settings"]:
                self.indexes.setdefault(uid, {})
                self.settings[uid] = {**self.settings.get(uid, {}), **body}
                return self._task("settingsUpdate")
            case ["POST", "indexes", uid, "documents"]:
                return self._add(uid, body)
            case [_, "indexes", uid, *rest] if uid in self.indexes:
                return self._of_index(uid, method, rest, body)
            case [_, "indexes", uid, *_]:
                return 404, _wrong("index_not_found", "invalid_request", f"Index `{uid}` not found.")
        raise AssertionError(f"nobody should ask {method} {path}")

    def _of_index(self, uid: str, method: str, rest: list[str], body: Json) -> tuple[int, Json]:
        match [method, *rest]:
            case ["GET"]:
                return 200, {"uid": uid, "createdAt": NOW, "updatedAt": NOW, "primaryKey": "id"}
            case ["GET", "stats"]:
                return 200, _stats(len(self.indexes[uid]))
            case ["DELETE"]:
                self.settings.pop(uid, None)
                del self.indexes[uid]
                return self._task("indexDeletion")
            case ["POST", "documents", "delete-batch"]:
                for item_id in body:
                    self.indexes[uid].pop(item_id, None)
                return self._task("documentDeletion")
        raise AssertionError(f"nobody should ask {method} {rest} of an index")

    def _swap(self, swaps: Json) -> tuple[int, Json]:
        for swap in swaps:
            one, other = swap["indexes"]
            for of in (self.indexes, self.settings):
                of[one], of[other] = of[other], of[one]
        return self._task("indexSwap")

    def _add(self, uid: str, documents: Json) -> tuple[int, Json]:
        if any(self.refuses(document) for document in documents):
            return self._task("documentAdditionOrUpdate", _wrong("invalid_document_id", "invalid_request"))
        if self.ends_as == "succeeded":
            self.indexes.setdefault(uid, {}).update({document["id"]: document for document in documents})
        return self._task("documentAdditionOrUpdate")

    def _task(self, kind: str, error: Json = None) -> tuple[int, Json]:
        uid, status = len(self.tasks), "failed" if error else self.ends_as
        if status == "failed" and not error:
            error = _wrong("no_space_left_on_device", "system")
        self.tasks.append({"uid": uid, "status": status, "type": kind, "enqueuedAt": NOW, "error": error})
        return 202, {"taskUid": uid, "indexUid": None, "status": "enqueued", "type": kind, "enqueuedAt": NOW}

    def _search(self, body: Json) -> tuple[int, Json]:
        self.searched.append(body)
        for query in body["queries"]:
            if query["indexUid"] not in self.indexes:
                return 404, _wrong("index_not_found", "invalid_request", "Index not found.")
        hits = [self._hits(query) for query in body["queries"]]
        if federation := body["federation"]:
            merged = list({each["id"]: each for found in hits for each in found}.values())
            page = _page(merged, federation["offset"], federation["limit"])
            return 200, {**page, "facetDistribution": _facets(merged, next(iter(federation["facetsByIndex"].values())))}
        return 200, {"results": [self._result(*each) for each in zip(body["queries"], hits, strict=True)]}

    def _hits(self, query: Json) -> list[Json]:
        *words, last = query["q"].split(" ")
        found = []
        for document in self.indexes[query["indexUid"]].values():
            text = " ".join(str(document.get(part, "")) for part in query["attributesToSearchOn"]).split()
            begun = not last or any(word.startswith(last) for word in text)
            if begun and all(word in text for word in words) and all(_fits(document, each) for each in query["filter"]):
                found.append(document)
        return sorted(found, key=lambda each: (-each["popularity"], each["sort_title"], each["id"]))

    def _result(self, query: Json, hits: list[Json]) -> Json:
        result = {"query": query["q"], "indexUid": query["indexUid"], "processingTimeMs": 0}
        result["facetDistribution"] = _facets(hits, query["facets"] or [])
        if query["hitsPerPage"] is None:
            return result | _page(hits, query["offset"], query["limit"])
        per_page, page = query["hitsPerPage"], query["page"]
        counted = {"totalHits": len(hits), "totalPages": -(-len(hits) // per_page), "page": page}
        shown = _shown(hits[(page - 1) * per_page : page * per_page])
        return result | counted | {"hitsPerPage": per_page, "hits": shown}


def _page(hits: list[Json], offset: int, limit: int) -> Json:
    shown = _shown(hits[offset : offset + limit])
    found = {"hits": shown, "offset": offset, "limit": limit, "estimatedTotalHits": len(hits)}
    return {**found, "processingTimeMs": 0}


def _shown(hits: list[Json]) -> list[Json]:
    return [{"id": each["id"]} for each in hits]


def _facets(hits: list[Json], names: list[str]) -> Json:
    return {
        name: Counter(
            str(value)
            for each in hits
            for value in (each.get(name, []) if isinstance(each.get(name, []), list) else [each[name]])
        )
        for name in names
    }


def _fits(document: Json, condition: str) -> bool:
    """Understands what we send and nothing else."""
    read = re.fullmatch(r'(\w+) (=|>=|<=|STARTS WITH) (?:"([^"\\]*)"|(-?\w+))', condition)
    assert read, f"no filter: {condition}"
    name, operator, quoted, bare = read.groups()
    had, value = document.get(name), bare if quoted is None else quoted
    if operator in (">=", "<="):
        return had is not None and (had >= int(value) if operator == ">=" else had <= int(value))
    values = had if isinstance(had, list) else [had]
    return any(str(each).startswith(value) if operator == "STARTS WITH" else each == value for each in values)


def _stats(documents: int) -> Json:
    sizes = dict.fromkeys(("indexSize", "usedIndexSize", "rawDocumentDbSize", "avgDocumentSize"), 0)
    return {**sizes, "numberOfDocuments": documents, "isIndexing": False, "fieldDistribution": {}}


def _wrong(code: str, kind: str, message: str = "It was wrong.") -> Json:
    return {"message": message, "code": code, "type": kind, "link": ""}


def _error(status: int, code: str, kind: str, message: str = "It was wrong.") -> httpx2.Response:
    return httpx2.Response(status, json=_wrong(code, kind, message))
