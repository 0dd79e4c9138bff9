"""The programs' door: every router under /api, most of them behind a token."""

from litestar import Router

from app.api import (
    about,
    accounts,
    activity,
    audit,
    catalog,
    cooking,
    course_copies,
    course_items,
    courses,
    episodes,
    forks,
    goals,
    guest_links,
    hosts,
    instance_settings,
    item_covers,
    item_tags,
    items,
    library,
    library_views,
    lineage,
    logs,
    matching,
    menus,
    ops,
    pairings,
    personal_data,
    preferences,
    profile,
    publications,
    published_menus,
    removals,
    searching,
    sessions,
    shelf_changes,
    slugs,
    tag_merges,
    tags,
    taste,
    tokens,
    users,
)
from app.api.describing import NO_STORE
from app.api.sent import DEPENDENCIES
from app.web.limits import OF_PROGRAMS
from app.web.once import watch
from app.web.scoped import only_in_scope
from app.web.signed_in import only_the_signed_in

BODY_MAX = 256 * 1024

# in the order the docs show them
SIGNED_IN = Router(
    "/",
    route_handlers=[
        module.router
        for module in (
            accounts,
            personal_data,
            sessions,
            tokens,
            preferences,
            profile,
            searching,
            items,
            catalog,
            item_covers,
            library,
            library_views,
            shelf_changes,
            logs,
            goals,
            episodes,
            tags,
            tag_merges,
            item_tags,
            taste,
            menus,
            publications,
            forks,
            lineage,
            cooking,
            slugs,
            guest_links,
            courses,
            course_copies,
            course_items,
            removals,
            pairings,
            activity,
            ops,
            published_menus,
            audit,
            instance_settings,
            users,
        )
    ],
    guards=[only_the_signed_in, only_in_scope],
)
ROUTES = Router(
    "/api",
    route_handlers=[accounts.public, SIGNED_IN, publications.public, hosts.public, about.router],
    dependencies=DEPENDENCIES | matching.DEPENDENCIES,
    after_request=watch,
    cache_control=NO_STORE,
    opt=OF_PROGRAMS,
    request_max_body_size=BODY_MAX,
)
