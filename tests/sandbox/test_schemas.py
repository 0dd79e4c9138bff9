"""The answers against the providers' own schemas, where there is one."""

from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from tests.sandbox.asking import google, igdb, tmdb
from tests.sandbox.conftest import recorded

Json = Any


def check(answer: Json, schema: Json) -> None:
    errors = [f"{error.json_path}: {error.message}" for error in Draft202012Validator(schema).iter_errors(answer)]
    assert not errors, "\n".join(errors[:10])


def google_schema(name: str) -> Json:
    """A discovery document as JSON Schema: names are references, and nothing undocumented may be said."""

    def translated(schema: Json) -> Json:
        if "$ref" in schema:
            return {"$ref": f"#/$defs/{schema['$ref']}"}
        kept = {"type": schema["type"]} if schema.get("type", "any") != "any" else {}
        if "items" in schema:
            kept["items"] = translated(schema["items"])
        if "properties" in schema:
            kept["properties"] = {key: translated(value) for key, value in schema["properties"].items()}
            kept["additionalProperties"] = False
        return kept

    document = recorded("schemas/books.v1.json")["schemas"]
    return {"$ref": f"#/$defs/{name}", "$defs": {key: translated(value) for key, value in document.items()}}


NULL_AT_TMDB = ("belongs_to_collection", "last_episode_to_air", "tvdb_id", "tvrage_id")  # and any string


def tmdb_schema(name: str, *, more: bool = False) -> Json:
    """TMDB's document never says null where the service does; `more` allows what is not in it."""

    def translated(schema: Json, key: str = "") -> Json:
        kept = {"type": schema["type"]} if "type" in schema else {}
        if kept.get("type") == "string" or key in NULL_AT_TMDB:
            kept["type"] = [kept["type"], "null"]
        if "items" in schema:
            kept["items"] = translated(schema["items"])
        if "properties" in schema:
            kept["properties"] = {key: translated(value, key) for key, value in schema["properties"].items()}
            kept["additionalProperties"] = more
        return kept

    return translated(recorded("schemas/tmdb-openapi-catalog-subset.json")["components"]["schemas"][name])


def igdb_schema(name: str) -> Json:
    components = recorded("schemas/igdb-openapi-community.json")["components"]
    return {"type": "array", "minItems": 1, "items": {"$ref": f"#/components/schemas/{name}"}, "components": components}


@pytest.mark.parametrize("query", ["dune", "subject:fiction", "qqqqq", "isbn:9780441013593"])
async def test_google_volumes_are_as_documented(box: httpx.AsyncClient, query: str) -> None:
    check((await google(box, q=query, maxResults=40)).json(), google_schema("Volumes"))


async def test_google_details_are_as_documented(box: httpx.AsyncClient) -> None:
    schema = google_schema("Volume")
    for start in (0, 40):
        found = (await google(box, q="subject:fiction", maxResults=40, startIndex=start)).json()
        for item in found["items"]:
            check((await google(box, f"/volumes/{item['id']}")).json(), schema)


@pytest.mark.parametrize(
    ("kind", "name"), [("movie", "SearchMovieResponse"), ("tv", "SearchTvResponse"), ("person", "SearchPersonResponse")]
)
async def test_tmdb_searches_are_as_documented(box: httpx.AsyncClient, kind: str, name: str) -> None:
    schema = tmdb_schema(name, more=kind == "person")
    for query in ("dune", "the", "a", "qqqqq"):
        check((await tmdb(box, f"/search/{kind}", query=query)).json(), schema)


async def test_rows_of_multi_are_those_of_the_other_searches(box: httpx.AsyncClient) -> None:
    """The document describes films only there."""
    names = {"movie": "SearchMovieResponse", "tv": "SearchTvResponse", "person": "SearchPersonResponse"}
    answers = {kind: tmdb_schema(name, more=kind == "person") for kind, name in names.items()}
    seen = set()
    for query in ("dune", "the", "a"):
        for row in (await tmdb(box, "/search/multi", query=query)).json()["results"]:
            kind = row.pop("media_type")
            seen.add(kind)
            check(row, answers[kind]["properties"]["results"]["items"])
    assert seen == set(names)


@pytest.mark.parametrize(("kind", "name"), [("movie", "MovieDetailsResponse"), ("tv", "TvSeriesDetailsResponse")])
async def test_tmdb_details_are_as_documented(box: httpx.AsyncClient, kind: str, name: str) -> None:
    schema = tmdb_schema(name)
    created_by = schema["properties"].get("created_by", {"items": {}})
    created_by["items"]["additionalProperties"] = True  # original_name, in every recorded one
    for page in (1, 2, 3):
        for row in (await tmdb(box, f"/search/{kind}", query="e", page=page)).json()["results"]:
            check((await tmdb(box, f"/{kind}/{row['id']}")).json(), schema)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/authentication", "AuthenticationValidateKeyResponse"),
        ("/configuration", "ConfigurationDetailsResponse"),
        ("/find/tt1160419?external_source=imdb_id", "FindByIdResponse"),
        ("/genre/movie/list", "GenreMovieListResponse"),
        ("/genre/tv/list", "GenreTvListResponse"),
        ("/movie/438631/alternative_titles", "MovieAlternativeTitlesResponse"),
        ("/movie/438631/credits", "MovieCreditsResponse"),
        ("/movie/438631/external_ids", "MovieExternalIdsResponse"),
        ("/movie/438631/keywords", "MovieKeywordsResponse"),
        ("/movie/438631/release_dates", "MovieReleaseDatesResponse"),
        ("/tv/94605/alternative_titles", "TvSeriesAlternativeTitlesResponse"),
        ("/tv/94605/content_ratings", "TvSeriesContentRatingsResponse"),
        ("/tv/94605/credits", "TvSeriesCreditsResponse"),
        ("/tv/94605/external_ids", "TvSeriesExternalIdsResponse"),
        ("/movie/0", "ErrorResponse"),
    ],
)
async def test_tmdb_parts_are_as_documented(box: httpx.AsyncClient, path: str, name: str) -> None:
    answer = await box.get(f"/tmdb/3{path}", headers={"Authorization": "Bearer sandbox"})
    check(answer.json(), tmdb_schema(name, more=name == "FindByIdResponse"))


@pytest.mark.parametrize(
    ("endpoint", "name"),
    [
        ("games", "Games"),
        ("covers", "Cover"),
        ("genres", "Genre"),
        ("platforms", "Platform"),
        ("companies", "Company"),
        ("involved_companies", "InvolvedCompany"),
        ("alternative_names", "AlternativeNames"),
        ("external_games", "ExternalGame"),
        ("websites", "Website"),
    ],
)
async def test_igdb_tables_are_as_documented(box: httpx.AsyncClient, endpoint: str, name: str) -> None:
    check((await igdb(box, endpoint, "fields *; limit 500;")).json(), igdb_schema(name))
