"""A house lived in: what Wanda has of everything a page can show, and what the operator decided beside her."""

import re

from playwright.sync_api import BrowserContext

from e2e.making import UUID, Sender, a_menu

TOLD = "A cookbook found in the attic"


def live_in(hers: BrowserContext, odiles: BrowserContext) -> dict[str, str]:
    """What stands in the addresses of `places` for all of it."""
    page = hers.new_page()
    a_menu(page, "Sand", "Dune Messiah", "Solaris", "Children of Dune")
    edit = page.url
    page.close()
    wanda, odile = Sender(hers), Sender(odiles)
    return _a_menu(wanda, edit) | _kept(wanda) | _ruled(odile)


def _a_menu(wanda: Sender, edit: str) -> dict[str, str]:
    """Published, with a pairing, a guest link, one taken off; and another that is a fork."""
    menu, course = wanda.finds(edit, f"/menus/{UUID}"), wanda.finds(edit, f"/courses/{UUID}")
    first, second, third = wanda.all(edit, f'data-item="{UUID}"')
    at = f"/menus/{menu}"
    wanda.post(f"{at}/pairings", first=first, second=second, sentence="Sand first, then the sea.")
    wanda.post(f"{at}/publication")
    link = wanda.post(f"{at}/guest-links", whom="Bob", days="never").text()
    removed = wanda.send(f"{at}/removals", item=third)
    fork = wanda.send("/menus/desert-power/forks")
    return {
        "menu": menu,
        "course": course,
        "served": first,
        "removal": removed.rpartition("removed=")[2],
        "slug": wanda.finds(f"{at}/share", r"/menus/([a-z0-9-]+)/embed"),
        "guest": re.findall(r"/g/([\w-]+)", link)[0],
        "fork": fork.split("/")[2],
    }


def _kept(wanda: Sender) -> dict[str, str]:
    """A book read, one made by hand, a tag, a view, a public profile, and an export brought back."""
    made = wanda.send("/items/by-hand", type="book", title=TOLD, creators="Ada", anyway="1").rpartition("/")[2]
    read = wanda.item("Dune Messiah")
    for kind, day in (("started", "2026-01-02"), ("finished", "2026-01-09")):
        wanda.send(f"/items/{read}/logs", kind=kind, day=day)
    wanda.send("/tags", name="For the train", colour="red")
    wanda.send(f"/items/{read}/tags", name="For the train")
    wanda.send("/library/views", name="Read", query="status=done")
    handle = f"wanda-{made[-8:]}"
    wanda.send("/settings/public?_method=PUT", handle=handle, bio="Sand, mostly.", is_public="on", version="0")
    wanda.send("/settings/preferences?_method=PUT", rating_scale="stars", has_quick_keys="on", shares_taste="on")
    archive = wanda.post("/settings/data/exports").body()
    imported = wanda.upload("/settings/data/imports", "export.zip", archive).rpartition("/")[2]
    return {
        "read": read,
        "made": made,
        "series": wanda.item("The Wire"),
        "line": wanda.finds("/log", f"/log/{UUID}/edit"),
        "tag": wanda.finds("/tags", f"/tags/{UUID}/edit"),
        "handle": handle,
        "imported": imported,
    }


def _ruled(odile: Sender) -> dict[str, str]:
    """Anybody may look through the menus; a tag for everybody; links to a new account and to another password."""
    odile.send("/ops/settings?_method=PUT", registration="open", discover="on")
    odile.post("/ops/tags", name="House classics", colour="blue")
    user = odile.finds("/ops/users?q=bob@tastebuds.example", f"/ops/users/{UUID}")
    invitation = odile.post("/ops/invitations", note="Nora", days="7", uses="1").text()
    reset = odile.post(f"/ops/users/{user}/reset-link").text()
    return {
        "shared_tag": odile.finds("/ops/tags", f"/ops/tags/{UUID}/edit"),
        "user": user,
        "invitation": re.findall(r"/register\?invitation=([\w.-]+)", invitation)[0],
        "reset": re.findall(r"/reset/password\?token=([\w.-]+)", reset)[0],
        "listed": odile.finds("/ops/menus", f"/ops/menus/{UUID}/slug"),
    }
