"""What a personal token may do: a word for each kind of thing. A login may do all of them, and more."""

SESSION = "session"  # not a scope: no token has it

# as whoever makes a token reads it; docs/api.md and the OpenAPI description have the same sentences
SCOPES: dict[str, str] = {
    "search": "Search, and look at works, with your marks on them",
    "library:read": "Read your library: entries, log, goals, tags, views, taste",
    "library:write": "Keep works in your library, mark, log and tag them, take them out",
    "menus:read": "Read your menus, drafts too, and what you cook",
    "menus:write": "Compose, publish and delete your menus",
    "catalog:write": "Take works from outside into the catalog",
    "account:read": "Read your name and address",
    "ops:read": "Read how this Tastebuds does, who is here and what happened, if you operate it",
}
OPERATING = tuple(scope for scope in SCOPES if scope.startswith("ops:"))


def offered(*, operating: bool) -> dict[str, str]:
    """What is the operator's only to who operates."""
    return {scope: said for scope, said in SCOPES.items() if operating or scope not in OPERATING}
