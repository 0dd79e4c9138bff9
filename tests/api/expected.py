"""What is expected of every call; a test knows if one is missing here.

Paths and ids name what is Alice's: `{menu}` and the rest are fields of `Evening`.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

LONG = "x" * 2001
TOO_LONG = "Use 2,000 characters or fewer (this has 2,001)."
NEEDED = "This is needed."


@dataclass(frozen=True, kw_only=True)
class Call:
    """`again` is what asking twice is told, `wrong` the sentence for each field of what is `bad`.

    `stranger`: whether Charlie finds nothing, does it for himself, is refused, or reads what anyone may. `kept`: for
    how long caches may keep the answer.
    """

    route: str  # method and path as OpenAPI has them
    path: str
    status: int = 200
    again: int = 200
    sent: dict[str, Any] | None = None
    bad: dict[str, Any] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)
    stranger: Literal["not found", "for himself", "forbidden", "as anyone"] = "not found"
    kept: str = "no-store"

    @property
    def method(self) -> str:
        return self.route.partition(" ")[0]

    def __str__(self) -> str:
        return self.route


MENU = "/api/menus/{menu}"
COURSE = "/api/menus/{menu}/courses/{starters}"
SERVED = "/api/menus/{menu}/courses/{starters}/items/{served_dune}"
TITLE = {"title": "Another evening", "intent": "Cool."}
UNTITLED = {"title": " ", "intent": LONG}
UNTITLED_WRONG = {"title": NEEDED, "intent": TOO_LONG}

CALLS = (
    Call(route="GET /api/export", path="/api/export", stranger="for himself"),
    Call(route="POST /api/imports", path="/api/imports", status=415, again=415, stranger="for himself"),
    Call(route="GET /api/imports/{import_id}", path="/api/imports/{imported}"),
    Call(route="GET /api/ops/sources", path="/api/ops/sources", status=404, again=404),  # Alice operates nothing
    Call(route="GET /api/ops/search", path="/api/ops/search", status=404, again=404),
    Call(
        route="GET /api/auth/activity",
        path="/api/auth/activity",
        bad={"before": "yesterday"},
        wrong={"before": "This is no id."},
        stranger="for himself",
    ),
    Call(route="GET /api/ops/menus", path="/api/ops/menus", status=404, again=404),
    Call(route="PUT /api/ops/menus/{menu_id}/slug", path="/api/ops/menus/{menu}/slug", status=404, again=404),
    Call(route="GET /api/me/profile", path="/api/me/profile", stranger="for himself"),
    Call(
        route="PUT /api/me/profile",
        path="/api/me/profile",
        again=428,
        sent={"handle": "sandworm", "bio": "Slow reader.", "is_public": True},
        bad={"handle": "no spaces", "bio": "x" * 501},
        wrong={
            "handle": "Use 3 to 30 letters from a to z, digits and hyphens.",
            "bio": "Use 500 characters or fewer (this has 501).",
        },
        stranger="for himself",
    ),
    Call(route="GET /api/ops/audit", path="/api/ops/audit", status=404, again=404),
    Call(route="GET /api/ops/users", path="/api/ops/users", status=404, again=404),
    Call(route="GET /api/ops/users/{user_id}", path="/api/ops/users/{menu}", status=404, again=404),
    Call(
        route="POST /api/ops/users/{user_id}/suspension",
        path="/api/ops/users/{menu}/suspension",
        status=404,
        again=404,
    ),
    Call(
        route="DELETE /api/ops/users/{user_id}/suspension",
        path="/api/ops/users/{menu}/suspension",
        status=404,
        again=404,
    ),
    Call(
        route="DELETE /api/ops/users/{user_id}/sessions",
        path="/api/ops/users/{menu}/sessions",
        status=404,
        again=404,
    ),
    Call(route="GET /api/ops/settings", path="/api/ops/settings", status=404, again=404),
    Call(route="PUT /api/ops/settings", path="/api/ops/settings", status=404, again=404),
    Call(
        route="POST /api/auth/register",
        path="/api/auth/register",
        status=201,
        again=422,
        sent={"name": "Dora", "email": "dora@example.org", "password": "long enough to be one", "invitation": ""},
        bad={"name": "", "email": "dora", "password": "short"},
        wrong={"name": NEEDED, "email": "This is no e-mail address.", "password": "Use 10 characters or more."},
        stranger="as anyone",
    ),
    Call(
        route="POST /api/auth/login",
        path="/api/auth/login",
        sent={"email": "Alice@example.org", "password": "an apple a day is plenty"},
        bad={"email": 7, "code": "1" * 101},
        wrong={
            "email": "This must be text.",
            "password": NEEDED,
            "code": "Use 100 characters or fewer (this has 101).",
        },
        stranger="as anyone",
    ),
    Call(
        route="POST /api/auth/refresh",
        path="/api/auth/refresh",
        status=400,  # none of ours; tests/api/test_tokens.py has the others
        again=400,
        sent={"refresh_token": "a token"},
        bad={"refresh_token": ""},
        wrong={"refresh_token": NEEDED},
        stranger="as anyone",
    ),
    Call(route="POST /api/auth/logout", path="/api/auth/logout", status=204, again=401, stranger="for himself"),
    Call(
        route="GET /api/taste",
        path="/api/taste",
        bad={"type": "opera"},
        wrong={"type": "Choose one of: 'book', 'movie', 'game' or 'music'."},
        stranger="for himself",
    ),
    Call(route="GET /api/tags", path="/api/tags", stranger="for himself"),
    Call(
        route="POST /api/tags",
        path="/api/tags",
        status=201,
        again=422,
        sent={"name": "For the train", "colour": "red"},
        bad={"name": ""},
        wrong={"name": NEEDED},
        stranger="for himself",
    ),
    Call(route="GET /api/tags/{tag_id}", path="/api/tags/{tag}"),
    Call(
        route="PUT /api/tags/{tag_id}",
        path="/api/tags/{tag}",
        sent={"name": "Snug", "colour": "blue"},
        bad={"name": "x" * 61},
        wrong={"name": "Use 60 characters or fewer (this has 61)."},
    ),
    Call(route="DELETE /api/tags/{tag_id}", path="/api/tags/{tag}", status=204, again=404),
    Call(
        route="POST /api/tags/{tag_id}/merges",
        path="/api/tags/{tag}/merges",
        again=404,
        sent={"into": "{warm}"},
        bad={"into": "warm"},
        wrong={"into": "This is no id."},
    ),
    Call(route="GET /api/items/{item_id}/tags", path="/api/items/{dune}/tags", stranger="for himself"),
    Call(
        route="POST /api/items/{item_id}/tags",
        path="/api/items/{dune}/tags",
        sent={"name": "Lent to Bob"},
        bad={"name": ""},
        wrong={"name": NEEDED},
        stranger="for himself",
    ),
    Call(
        route="DELETE /api/items/{item_id}/tags/{tag_id}",
        path="/api/items/{dune}/tags/{tag}",
        status=204,
        again=204,
    ),
    Call(route="GET /api/me", path="/api/me", stranger="for himself"),
    Call(route="GET /api/auth/sessions", path="/api/auth/sessions", stranger="for himself"),
    Call(route="DELETE /api/auth/sessions", path="/api/auth/sessions", status=204, again=204, stranger="for himself"),
    Call(
        route="PUT /api/auth/sessions/{session_id}",
        path="/api/auth/sessions/{session}",
        status=204,
        again=204,
        sent={"name": "The kitchen"},
        bad={"name": "x" * 61},
        wrong={"name": "Use 60 characters or fewer (this has 61)."},
    ),
    Call(route="DELETE /api/auth/sessions/{session_id}", path="/api/auth/sessions/{session}", status=204, again=401),
    Call(route="GET /api/auth/tokens", path="/api/auth/tokens", stranger="for himself"),
    Call(
        route="POST /api/auth/tokens",
        path="/api/auth/tokens",
        status=201,
        again=422,
        sent={"name": "Nightly", "scopes": ["library:read"], "days": 30},
        bad={"name": "", "scopes": ["everything"], "days": 366},
        wrong={
            "name": NEEDED,
            "scopes": "There is no scope everything. Choose of: search, library:read, library:write, menus:read, "
            "menus:write, catalog:write, account:read, ops:read.",
            "days": "This must be 365 or less.",
        },
        stranger="for himself",
    ),
    Call(route="GET /api/auth/tokens/{token_id}", path="/api/auth/tokens/{token}"),
    Call(route="DELETE /api/auth/tokens/{token_id}", path="/api/auth/tokens/{token}", status=204, again=404),
    Call(
        route="GET /api/search",
        path="/api/search?q=dune&outside=true",
        bad={"q": "x" * 201, "type": "opera", "page": "none", "outside": "perhaps"},
        wrong={
            "q": "Use 200 characters or fewer (this has 201).",
            "type": "Choose one of: 'book', 'movie', 'game' or 'music'.",
            "page": "This must be a whole number.",
            "outside": "Say yes or no.",
        },
        stranger="for himself",
    ),
    Call(
        route="POST /api/ingest/{source}",
        path="/api/ingest/books",
        status=201,
        sent={"external_id": "hyperion"},
        bad={"external_id": ""},
        wrong={"external_id": NEEDED},
        stranger="for himself",
    ),
    Call(
        route="POST /api/items",
        path="/api/items",
        status=201,
        sent={"preview": "{preview}", "keep": True},
        bad={"preview": "hyperion", "keep": "perhaps"},
        wrong={"preview": "This is no id.", "keep": "Say yes or no."},
        stranger="for himself",
    ),
    Call(
        route="POST /api/items/by-hand",
        path="/api/items/by-hand",
        status=201,
        again=201,
        sent={"type": "book", "title": "Letters from home", "creators": ["Ada"], "pages": 12},
        bad={"type": "book", "title": "", "isbn13": "978"},
        wrong={"title": NEEDED, "isbn13": "This is no ISBN: a digit is wrong or missing."},
        stranger="for himself",
    ),
    Call(
        route="PUT /api/items/{item_id}",
        path="/api/items/{made}",
        sent={"title": "Notes of a wanderer"},
        bad={"title": ""},
        wrong={"title": NEEDED},
    ),
    Call(route="PUT /api/items/{item_id}/cover", path="/api/items/{made}/cover", status=415, again=415),
    Call(route="DELETE /api/items/{item_id}/cover", path="/api/items/{made}/cover"),
    Call(route="GET /api/items/{item_id}/sources", path="/api/items/{made}/sources", stranger="for himself"),
    Call(route="GET /api/items/{item_id}/choices", path="/api/items/{made}/choices", stranger="for himself"),
    Call(
        route="PUT /api/items/{item_id}/choices",
        path="/api/items/{made}/choices",
        sent={"field": "title", "word": "sample:notes"},
        bad={"field": "", "word": "x" * 1101},
        wrong={"field": NEEDED, "word": "Use 1,100 characters or fewer (this has 1,101)."},
        stranger="for himself",
    ),
    Call(
        route="POST /api/items/{item_id}/renewal",
        path="/api/items/{made}/renewal",
        sent={"source": "sample:notes"},
        bad={"source": "x" * 1101},
        wrong={"source": "Use 1,100 characters or fewer (this has 1,101)."},
        stranger="for himself",
    ),
    Call(route="GET /api/items/{item_id}/merges", path="/api/items/{made}/merges", stranger="for himself"),
    Call(
        route="POST /api/items/{item_id}/merges",
        path="/api/items/{made}/merges",
        status=201,
        again=404,
        sent={"other": "{spare}"},
        bad={"other": "Dune"},
        wrong={"other": "This is no id."},
        stranger="forbidden",
    ),
    Call(route="GET /api/items/{item_id}/merges/{merge_id}", path="/api/items/{dune}/merges/{taken}"),
    Call(
        route="DELETE /api/items/{item_id}/merges/{merge_id}",
        path="/api/items/{dune}/merges/{taken}",
        again=409,
    ),
    Call(
        route="POST /api/items/{item_id}/splits",
        path="/api/items/{made}/splits",
        status=201,
        again=404,
        sent={"source": "sample:notes"},
        bad={"source": ""},
        wrong={"source": NEEDED},
        stranger="forbidden",
    ),
    Call(route="GET /api/items/{item_id}", path="/api/items/{dune}", stranger="for himself"),
    Call(
        route="GET /api/library",
        path="/api/library?type=book&status=done",
        bad={"type": "opera", "status": "lost", "tag": "cosy", "year_from": "long ago", "sort": "mood"},
        wrong={
            "type": "Choose one of: 'book', 'movie', 'game' or 'music'.",
            "status": "Choose one of: 'wanted', 'active', 'paused', 'done' or 'dropped'.",
            "tag": "This is no id.",
            "year_from": "This must be a whole number.",
            "sort": "Choose one of: 'added', 'changed', 'title', 'year', 'rating', 'creator' or 'length'.",
        },
        stranger="for himself",
    ),
    Call(
        route="PUT /api/library",
        path="/api/library",
        sent={"items": "{dune}", "status": "paused"},
        bad={"items": "dune", "status": "lost"},
        wrong={
            "items": "This is no id.",
            "status": "Choose one of: 'wanted', 'active', 'paused', 'done' or 'dropped'.",
        },
        stranger="for himself",
    ),
    Call(route="DELETE /api/library/changes/{change_id}", path="/api/library/changes/{change}"),
    Call(route="GET /api/library/views", path="/api/library/views", stranger="for himself"),
    Call(
        route="POST /api/library/views",
        path="/api/library/views",
        status=201,
        again=422,
        sent={"name": "To finish", "query": "status=active&sort=title"},
        bad={"name": ""},
        wrong={"name": "This is needed."},
        stranger="for himself",
    ),
    Call(route="GET /api/library/views/{view_id}", path="/api/library/views/{view}"),
    Call(
        route="PUT /api/library/views/{view_id}",
        path="/api/library/views/{view}",
        sent={"name": "Read, and liked"},
        bad={"name": "x" * 61},
        wrong={"name": "Use 60 characters or fewer (this has 61)."},
    ),
    Call(route="DELETE /api/library/views/{view_id}", path="/api/library/views/{view}", status=204, again=404),
    Call(route="GET /api/library/{item_id}", path="/api/library/{dune}"),
    Call(
        route="PUT /api/library/{item_id}",
        path="/api/library/{arrival}",
        status=201,
        again=428,
        sent={"status": "done", "rating": 8.5, "favourite": True, "notes": "Twice."},
        bad={"status": "lost", "rating": 8.3, "favourite": "perhaps", "notes": "x" * 10_001},
        wrong={
            "status": "Choose one of: 'wanted', 'active', 'paused', 'done' or 'dropped'.",
            "rating": "Ratings go in halves, from 0 to 10.",
            "favourite": "Say yes or no.",
            "notes": "Use 10,000 characters or fewer (this has 10,001).",
        },
        stranger="for himself",
    ),
    Call(
        route="DELETE /api/library/{item_id}",
        path="/api/library/{dune}",
        status=204,
        again=204,
        stranger="for himself",
    ),
    Call(
        route="GET /api/logs",
        path="/api/logs?type=book&year=2026",
        bad={"type": "opera", "year": "soon", "item": "dune"},
        wrong={
            "type": "Choose one of: 'book', 'movie', 'game' or 'music'.",
            "year": "This must be a whole number.",
            "item": "This is no id.",
        },
        stranger="for himself",
    ),
    Call(
        route="POST /api/logs",
        path="/api/logs",
        status=201,
        again=201,
        sent={"item": "{arrival}", "amount": 40, "unit": "minutes", "day": "2026-02-03"},
        bad={"item": "arrival", "kind": "eaten", "amount": -1, "unit": "bites", "day": "soon", "note": LONG},
        wrong={
            "item": "This is no id.",
            "kind": "Choose one of: 'started', 'progress', 'finished' or 'dropped'.",
            "amount": "This must be 0 or more.",
            "unit": "Choose one of: 'page', 'percent', 'episode', 'minutes' or 'hours'.",
            "day": "Write the day as year-month-day, 2026-05-17.",
            "note": TOO_LONG,
        },
        stranger="for himself",
    ),
    Call(route="GET /api/logs/{log_id}", path="/api/logs/{line}"),
    Call(
        route="PUT /api/logs/{log_id}",
        path="/api/logs/{line}",
        sent={"kind": "finished", "day": "2026-05-18", "note": "At last."},
        bad={"day": "soon", "note": LONG},
        wrong={"day": "Write the day as year-month-day, 2026-05-17.", "note": TOO_LONG},
    ),
    Call(route="DELETE /api/logs/{log_id}", path="/api/logs/{line}", status=204, again=404),
    Call(
        route="GET /api/items/{item_id}/episodes",
        path="/api/items/{series}/episodes",
        bad={"season": "last"},
        wrong={"season": "This must be a whole number."},
        stranger="for himself",
    ),
    Call(
        route="PUT /api/items/{item_id}/episodes",
        path="/api/items/{series}/episodes",
        sent={"season": 1, "episode": 2, "up_to": True},
        bad={"season": 0, "episode": "all", "seen": "perhaps"},
        wrong={
            "season": "This must be 1 or more.",
            "episode": "This must be a whole number.",
            "seen": "Say yes or no.",
        },
        stranger="for himself",
    ),
    Call(
        route="GET /api/goals",
        path="/api/goals?year=2026",
        bad={"year": "soon"},
        wrong={"year": "This must be a whole number."},
        stranger="for himself",
    ),
    Call(
        route="PUT /api/goals",
        path="/api/goals",
        again=428,
        sent={"year": 2026, "type": "book", "target": 12},
        bad={"year": 1066, "type": "opera", "target": -1},
        wrong={
            "year": "This must be 1900 or more.",
            "type": "Choose one of: 'book', 'movie', 'game' or 'music'.",
            "target": "This must be 0 or more.",
        },
        stranger="for himself",
    ),
    Call(route="GET /api/preferences", path="/api/preferences", stranger="for himself"),
    Call(
        route="PUT /api/preferences",
        path="/api/preferences",
        sent={"rating_scale": "ten", "has_quick_keys": True, "time_zone": "Pacific/Auckland"},
        bad={"rating_scale": "thumbs", "shares_taste": "perhaps", "time_zone": "Middle-earth/Shire"},
        wrong={
            "rating_scale": "Choose one of: 'stars', 'ten' or 'hundred'.",
            "shares_taste": "Say yes or no.",
            "time_zone": "Choose one that is on the list.",
        },
        stranger="for himself",
    ),
    Call(route="GET /api/menus", path="/api/menus", stranger="for himself"),
    Call(
        route="POST /api/menus",
        path="/api/menus",
        status=201,
        again=201,
        sent=TITLE,
        bad=UNTITLED,
        wrong=UNTITLED_WRONG,
        stranger="for himself",
    ),
    Call(route="GET /api/menus/{menu_id}", path=MENU),
    Call(route="PUT /api/menus/{menu_id}", path=MENU, sent=TITLE, bad=UNTITLED, wrong=UNTITLED_WRONG),
    Call(route="DELETE /api/menus/{menu_id}", path=MENU, status=204, again=404),
    Call(
        route="PUT /api/menus/{menu_id}/order",
        path=MENU + "/order",
        sent={"course": "{mains}", "move": "up"},
        bad={"course": "mains", "item": "dune", "move": "away"},
        wrong={"course": "This is no id.", "item": "This is no id.", "move": "Choose one of: 'up' or 'down'."},
    ),
    Call(
        route="POST /api/menus/{menu_id}/courses/copies",
        path=MENU + "/courses/copies",
        status=201,
        again=201,
        sent={"course": "{starters}"},
        bad={"course": "starters"},
        wrong={"course": "This is no id."},
    ),
    Call(route="GET /api/menus/{menu_id}/removals", path=MENU + "/removals"),
    Call(route="DELETE /api/menus/{menu_id}/removals/{removal_id}", path=MENU + "/removals/{removal}"),
    Call(route="GET /api/menus/{menu_id}/pairings", path=MENU + "/pairings"),
    Call(
        route="POST /api/menus/{menu_id}/pairings",
        path=MENU + "/pairings",
        sent={"first": "{served_dune}", "second": "{served_arrival}", "sentence": "Sand, then rain."},
        bad={"first": "dune", "second": "", "sentence": "x" * 501},
        wrong={
            "first": "This is no id.",
            "second": "Choose an item of this menu.",
            "sentence": "Use 500 characters or fewer (this has 501).",
        },
    ),
    Call(route="GET /api/menus/{menu_id}/pairings/{pairing_id}", path=MENU + "/pairings/{pairing}"),
    Call(
        route="PUT /api/menus/{menu_id}/pairings/{pairing_id}",
        path=MENU + "/pairings/{pairing}",
        sent={"sentence": "Rain after sand."},
        bad={"sentence": ""},
        wrong={"sentence": NEEDED},
    ),
    Call(
        route="DELETE /api/menus/{menu_id}/pairings/{pairing_id}",
        path=MENU + "/pairings/{pairing}",
        status=204,
        again=404,
    ),
    Call(route="POST /api/menus/{slug}/forks", path="/api/menus/{slug}/forks", status=201, again=201),
    Call(route="GET /api/menus/{menu_id}/lineage", path=MENU + "/lineage"),
    Call(route="GET /api/menus/{menu_id}/upstream", path=MENU + "/upstream", status=404, again=404),  # no fork
    Call(
        route="PUT /api/menus/{menu_id}/upstream",
        path=MENU + "/upstream",
        status=404,
        again=404,
        sent={"piece": "all", "choice": "take"},
        bad={"piece": 7, "choice": "eat"},
        wrong={"piece": "This must be text.", "choice": "Choose one of: 'take' or 'leave'."},
    ),
    Call(route="GET /api/menus/cooking", path="/api/menus/cooking", stranger="for himself"),
    Call(route="POST /api/menus/{slug}/cooking", path="/api/menus/{slug}/cooking"),
    Call(route="PUT /api/menus/{slug}/cooking", path="/api/menus/{slug}/cooking", status=404, again=404),
    Call(route="DELETE /api/menus/{slug}/cooking", path="/api/menus/{slug}/cooking", status=204, again=204),
    Call(route="POST /api/menus/{menu_id}/publication", path=MENU + "/publication", status=201),
    Call(route="DELETE /api/menus/{menu_id}/publication", path=MENU + "/publication", status=204, again=204),
    Call(route="GET /api/menus/{menu_id}/slug", path=MENU + "/slug"),
    Call(
        route="PUT /api/menus/{menu_id}/slug",
        path=MENU + "/slug",
        sent={"slug": "sand-and-stars"},
        bad={"slug": "Sand & stars"},
        wrong={"slug": "Use letters a to z, digits and single hyphens, as in a-night-on-arrakis."},
    ),
    Call(route="GET /api/menus/{menu_id}/guest-links", path=MENU + "/guest-links"),
    Call(
        route="POST /api/menus/{menu_id}/guest-links",
        path=MENU + "/guest-links",
        status=201,
        again=201,
        sent={"whom": "Bob", "days": 30},
        bad={"whom": "x" * 81, "days": 400},
        wrong={
            "whom": "Use 80 characters or fewer (this has 81).",
            "days": "Choose one of: '1', '7', '30' or 'never'.",
        },
    ),
    Call(route="GET /api/menus/{menu_id}/guest-links/{link_id}", path=MENU + "/guest-links/{guest_link}"),
    Call(
        route="DELETE /api/menus/{menu_id}/guest-links/{link_id}",
        path=MENU + "/guest-links/{guest_link}",
        status=204,
        again=204,
    ),
    Call(
        route="POST /api/menus/{menu_id}/courses",
        path=MENU + "/courses",
        status=201,
        again=201,
        sent=TITLE,
        bad=UNTITLED,
        wrong=UNTITLED_WRONG,
    ),
    Call(route="GET /api/menus/{menu_id}/courses/{course_id}", path=COURSE),
    Call(
        route="PUT /api/menus/{menu_id}/courses/{course_id}",
        path=COURSE,
        sent=TITLE,
        bad=UNTITLED,
        wrong=UNTITLED_WRONG,
    ),
    Call(route="DELETE /api/menus/{menu_id}/courses/{course_id}", path=COURSE, status=204, again=404),
    Call(
        route="POST /api/menus/{menu_id}/courses/{course_id}/items",
        path=COURSE + "/items",
        status=201,
        sent={"item": "{disco}"},
        bad={"item": "disco", "preview": []},
        wrong={"item": "This is no id.", "preview": "This is no id."},
    ),
    Call(route="GET /api/menus/{menu_id}/courses/{course_id}/items/{course_item_id}", path=SERVED),
    Call(
        route="PUT /api/menus/{menu_id}/courses/{course_id}/items/{course_item_id}",
        path=SERVED,
        sent={"note": "Read it last."},
        bad={"note": LONG},
        wrong={"note": TOO_LONG},
    ),
    Call(
        route="DELETE /api/menus/{menu_id}/courses/{course_id}/items/{course_item_id}",
        path=SERVED,
        status=204,
        again=404,
    ),
    Call(
        route="GET /api/public/menus",  # the operator has not allowed it
        path="/api/public/menus?q=sand",
        status=404,
        again=404,
        stranger="as anyone",
    ),
    Call(
        route="GET /api/public/hosts/{handle}",
        path="/api/public/hosts/alice",
        status=404,
        again=404,
        stranger="as anyone",
    ),
    Call(
        route="GET /api/public/menus/{slug}",
        path="/api/public/menus/{slug}",
        stranger="as anyone",
        kept="max-age=0, public, must-revalidate",
    ),
    Call(route="GET /api/health", path="/api/health", stranger="as anyone"),
)
