"""Wikidata: the Action API's searches and entities, and the REST API's items (wikidata.org/wiki/Wikidata:REST_API)."""

import html
import re
import uuid
from collections.abc import Iterable, Iterator
from functools import lru_cache
from urllib.parse import quote

from sandbox.web import Answer, Json, Request, as_json, as_text, moved, whole
from sandbox.wikidata_items import Claim, Item, items, merged_item
from sandbox.works import fold, ranked

__all__ = ["answer", "trouble"]

ENTITIES_MAX = 50
ROWS_MAX = 50
HITS_MAX = 500
CALENDAR = "http://www.wikidata.org/entity/Q1985727"
CHANGED = "2026-01-01T00:00:00Z"
WIKIPEDIAS = (
    "en", "de", "fr", "es", "it", "ru", "ja", "pt", "pl", "nl", "zh", "uk", "sv", "fi", "da", "no", "cs", "hu", "tr",
    "ko", "fa", "ar", "he", "id", "vi", "ro", "el", "bg", "sr", "hr", "sk", "sl", "ca", "eu", "gl", "et", "lv", "lt",
    "th", "hi", "bn", "ta", "ms", "eo", "la", "ka", "hy", "az", "kk", "sq", "mk", "bs", "is", "cy", "ga", "ast", "oc",
)  # fmt: skip
STATEMENT = re.compile(r'(-?)haswbstatement:("[^"]*"|\S+)')
Query = dict[str, str]


def answer(request: Request) -> Answer:
    if not request.headers.get("user-agent"):
        return as_text("Please set a user-agent and respect our robot policy.", 403)
    match request.path.strip("/").split("/"):
        case ["w", "api.php"]:
            return _action(request.form)
        case ["w", "rest.php", "wikibase", "v1", "entities", "items", number, *parts]:
            return _rest(number, parts, request)
        case ["entity", number]:
            return moved(f"{request.prefix}/wiki/{number}", 303)
    return as_text("<!DOCTYPE html><title>Not Found</title>", 404, "text/html")


def _action(query: Query) -> Answer:
    """Errors too are 200; without format=json it is a page for people."""
    if query.get("format") != "json":
        return as_text("<!DOCTYPE html><title>MediaWiki API result</title>", content_type="text/html")
    match query.get("action"), query.get("list"):
        case "wbsearchentities", _:
            return _named(query)
        case "wbgetentities", _:
            return _entities(query)
        case "query", "search":
            return _search(query)
    return error("badvalue", f'Unrecognized value for parameter "action": {query.get("action", "")}.')


# Searching


def _named(query: Query) -> Answer:
    """By the beginning of a label or another name, in one language (English where it has none)."""
    text, language = query.get("search", ""), query.get("language", "")
    if not text or not language:
        return error("missingparam", f'The "{"language" if text else "search"}" parameter must be set.')
    start, size = max(0, whole(query.get("continue", "0"))), min(ROWS_MAX, whole(query.get("limit", "7")))
    found = list({id(item): (item, match) for item, match in _matches(text, language)}.values())
    if query.get("type", "item") != "item":
        found = []
    found.sort(key=lambda hit: (fold(hit[1]["text"]) != fold(text), -hit[0].popularity, hit[0].number))
    page = found[start : start + size]
    body: Json = {"searchinfo": {"search": text}, "search": [_row(item, match) for item, match in page]}
    if start + size < len(found):
        body["search-continue"] = start + size
    return _json(body | {"success": 1})


def _matches(text: str, language: str) -> Iterator[tuple[Item, Json]]:
    """A label counts for more than another name, and comes last here."""
    asked, folded = text.casefold(), fold(text)
    for item, kind, spoken, name, lower, bare in _names(language):
        if lower.startswith(asked) or (folded and bare.startswith(folded)):
            yield item, {"type": kind, "language": spoken, "text": name}


@lru_cache(20)
def _names(language: str) -> list[tuple[Item, str, str, str, str, str]]:
    """With how each is compared: as it stands but for case, and without accents and signs."""
    rows = []
    for item in items().values():
        spoken = language if language in item.labels else "en"
        names = [("alias", "en", name) for name in reversed(item.aliases)] + [("label", spoken, item.labels[spoken])]
        rows += [(item, kind, code, name, name.casefold(), fold(name)) for kind, code, name in names]
    return rows


def _row(item: Item, match: Json) -> Json:
    """Without a description where there is none, with other names where one of them was meant."""
    row = {
        "id": item.number,
        "title": item.number,
        "pageid": int(item.number[1:]) + 1000,
        "repository": "wikidata",
        "url": f"//www.wikidata.org/wiki/{item.number}",
        "concepturi": f"http://www.wikidata.org/entity/{item.number}",
        "label": item.labels.get(match["language"]) or item.labels["en"],
        "description": item.description,
        "match": match,
        "aliases": [match["text"]] if match["type"] == "alias" else [],
    }
    return {name: value for name, value in row.items() if value}


def _search(query: Query) -> Answer:
    """Words anywhere in names and descriptions, narrowed by haswbstatement:P31=Q11424 and its like."""
    text = query.get("srsearch", "")
    if not text.strip():
        return error("missingparam", 'The "srsearch" parameter must be set.')
    wanted = [(minus, value.strip('"')) for minus, value in STATEMENT.findall(text)]
    words = STATEMENT.sub("", text).replace('"', "").strip()
    known: Iterable[Item] = items().values()
    if words:
        known = ranked(known, words, lambda item: item.names, lambda item: (item.description,))
    else:
        known = sorted(known, key=lambda item: -item.popularity)
    found = [item for item in known if all(_has(item, value) != bool(minus) for minus, value in wanted)]
    start, size = max(0, whole(query.get("sroffset", "0"))), min(HITS_MAX, max(1, whole(query.get("srlimit", "10"))))
    modern = query.get("formatversion") == "2"
    body: Json = {"batchcomplete": True if modern else ""}
    if start + size < len(found):
        body["continue"] = {"sroffset": start + size, "continue": "-||"}
    hits = [_hit(item) for item in found[start : start + size]]
    return _json(body | {"query": {"searchinfo": {"totalhits": len(found)}, "search": hits}})


def _has(item: Item, wanted: str) -> bool:
    """P31=Q11424, P345=tt1160419, P345 alone for any value, and several with | between."""
    return any(
        claim.property == name and (not value or claim.value == value)
        for name, _, value in (each.partition("=") for each in wanted.split("|"))
        for claim in item.claims
    )


def _hit(item: Item) -> Json:
    return {
        "ns": 0,
        "title": item.number,
        "pageid": int(item.number[1:]) + 1000,
        "size": 1000 * len(item.claims),
        "wordcount": 0,
        "snippet": html.escape(item.description),
        "timestamp": CHANGED,
    }


# Entities of the Action API


def _entities(query: Query) -> Answer:
    numbers = [number for number in query.get("ids", "").split("|") if number]
    if not numbers:
        return error("param-missing", 'Either provide the Item "ids" or pairs of "sites" and "titles".')
    if len(numbers) > ENTITIES_MAX:
        return error("toomanyvalues", f'Too many values supplied for parameter "ids". The limit is {ENTITIES_MAX}.')
    for number in numbers:
        if not re.fullmatch(r"[QP]\d+", number):
            return error("no-such-entity", f'Could not find an entity with the ID "{number}".')
    return _json({"entities": {number: _entity(number, query) for number in numbers}, "success": 1})


def _entity(number: str, query: Query) -> Json:
    """A merged item answers under the number asked for and says which it is now."""
    item = items().get(number) or merged_item(number)
    if item is None:
        return {"id": number, "missing": ""}
    props = query.get("props", "info|sitelinks|aliases|labels|descriptions|claims|datatype").split("|")
    asked = [code for code in query.get("languages", "").split("|") if code]
    entity: Json = {"type": "item", "id": item.number}
    if "info" in props:
        entity |= {"pageid": int(item.number[1:]) + 1000, "ns": 0, "title": item.number, "modified": CHANGED}
    if item.number != number:
        entity["redirects"] = {"from": number, "to": item.number}
    parts = {
        "labels": {code: _spoken(code, text) for code, text in item.labels.items()},
        "descriptions": {"en": _spoken("en", item.description)} if item.description else {},
        "aliases": {"en": [_spoken("en", name) for name in item.aliases]} if item.aliases else {},
    }
    for name, texts in parts.items():
        if name in props:
            entity[name] = {code: text for code, text in texts.items() if not asked or code in asked}
    if "claims" in props:
        entity["claims"] = _by_property((claim, _claim(item, claim)) for claim in item.claims)
    if "sitelinks" in props:
        entity["sitelinks"] = {site: {"site": site, "title": item.article, "badges": []} for site in _wikipedias(item)}
    return entity


def _spoken(language: str, text: str) -> Json:
    return {"language": language, "value": text}


def _by_property(rows: Iterable[tuple[Claim, Json]]) -> dict[str, list[Json]]:
    found: dict[str, list[Json]] = {}
    for claim, row in rows:
        found.setdefault(claim.property, []).append(row)
    return found


def _statement_id(item: Item, claim: Claim) -> str:
    return f"{item.number}${str(uuid.uuid5(uuid.NAMESPACE_URL, f'{item.number}{claim}')).upper()}"


def _claim(item: Item, claim: Claim) -> Json:
    snak = {"snaktype": "somevalue" if claim.value is None else "value", "property": claim.property}
    if claim.value is not None:
        snak |= {"datavalue": _datavalue(claim)}
    snak |= {"datatype": claim.kind}
    return {"mainsnak": snak, "type": "statement", "id": _statement_id(item, claim), "rank": "normal"}


def _datavalue(claim: Claim) -> Json:
    match claim.kind:
        case "wikibase-item":
            number = {"entity-type": "item", "numeric-id": int(claim.value[1:]), "id": claim.value}
            return {"value": number, "type": "wikibase-entityid"}
        case "time":
            rest = {"timezone": 0, "before": 0, "after": 0, "calendarmodel": CALENDAR}
            return {"value": claim.value | rest, "type": "time"}
        case "quantity" | "monolingualtext":
            return {"value": claim.value, "type": claim.kind}
    return {"value": claim.value, "type": "string"}


# Items of the REST API


def _rest(number: str, parts: list[str], request: Request) -> Answer:
    if not re.fullmatch(r"Q[1-9]\d*", number):
        message = "Invalid path parameter: 'item_id'"
        return _json({"code": "invalid-path-parameter", "message": message, "context": {"parameter": "item_id"}}, 400)
    if item := merged_item(number):
        below = "".join(f"/{part}" for part in parts)
        return moved(f"{request.prefix}/w/rest.php/wikibase/v1/entities/items/{item.number}{below}", 308)
    whole_item = _rest_item(items()[number]) if number in items() else None
    if whole_item is None or len(parts) > 1 or (parts and parts[0] not in whole_item):
        context = {"resource_type": "item" if whole_item is None else "route"}
        message = "The requested resource does not exist"
        return _json({"code": "resource-not-found", "message": message, "context": context}, 404)
    body = whole_item[parts[0]] if parts else whole_item
    if parts == ["statements"] and (name := request.query.get("property")):
        body = {name: body[name]} if name in body else {}
    return _json(body).having(etag='"1"', last_modified="Thu, 01 Jan 2026 00:00:00 GMT")


def _rest_item(item: Item) -> Json:
    return {
        "type": "item",
        "labels": item.labels,
        "descriptions": {"en": item.description} if item.description else {},
        "aliases": {"en": list(item.aliases)} if item.aliases else {},
        "statements": _by_property((claim, _statement(item, claim)) for claim in item.claims),
        "sitelinks": {
            site: {"title": item.article, "badges": [], "url": _article(site, item.article)}
            for site in _wikipedias(item)
        },
        "id": item.number,
    }


def _wikipedias(item: Item) -> list[str]:
    """Made up as votes are: the popular have an article in more of them, under the same title."""
    count = 1 + item.popularity * len(WIKIPEDIAS) // 100
    return [f"{code}wiki" for code in WIKIPEDIAS[:count]] if item.article else []


def _article(site: str, title: str) -> str:
    return f"https://{site.removesuffix('wiki')}.wikipedia.org/wiki/{quote(title.replace(' ', '_'))}"


def _statement(item: Item, claim: Claim) -> Json:
    value = {"type": "somevalue"}
    if claim.value is not None:
        content = claim.value | {"calendarmodel": CALENDAR} if claim.kind == "time" else claim.value
        value = {"type": "value", "content": content}
    return {
        "id": _statement_id(item, claim),
        "rank": "normal",
        "qualifiers": [],
        "references": [],
        "property": {"id": claim.property, "data_type": claim.kind},
        "value": value,
    }


def _json(data: Json, status: int = 200) -> Answer:
    return as_json(data, status, "application/json; charset=utf-8")


def error(code: str, info: str) -> Answer:
    docref = "See https://www.wikidata.org/w/api.php for API usage."
    body = {"error": {"code": code, "info": info, "*": docref}, "servedby": "sandbox"}
    return _json(body).having(mediawiki_api_error=code)


def trouble(status: int) -> Answer:
    """The edge answers in pages: who it does not know, who asks too much, and when it is down."""
    words = {403: "Forbidden", 429: "Too many requests", 500: "Internal error", 503: "Service unavailable"}
    status = {401: 403}.get(status, status)
    return as_text(f"<!DOCTYPE html><title>Wikimedia Error</title><p>{words[status]}</p>", status, "text/html")
