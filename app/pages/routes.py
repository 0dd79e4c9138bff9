"""The pages' door: every router, behind the check that a request is our own."""

from litestar import Router

from app.pages import (
    about,
    accounts,
    activity,
    assets,
    audit,
    course_items,
    courses,
    covers,
    entries,
    home,
    identities,
    instance_settings,
    items,
    library,
    menus,
    metrics,
    ops,
    probes,
    passkey_challenges,
    passkey_logins,
    passkeys,
    provider_logins,
    publications,
    recovery_codes,
    searching,
    second_factor,
    second_proofs,
    security,
    source_circuits,
    source_keys,
    source_tests,
    tokens,
    verdicts,
)
from app.web.forgery import refuse_forgery
from app.web.limits import OF_PAGES
from app.web.once import watch

BODY_MAX = (
    256 * 1024
)  # bytes of a form; the longest notes in four-byte letters are 40,000, and three times that encoded

ROUTES = Router(
    "/",
    route_handlers=[
        module.router
        for module in (
            about,
            accounts,
            activity,
            assets,
            audit,
            course_items,
            courses,
            covers,
            entries,
            home,
            identities,
            instance_settings,
            items,
            library,
            menus,
            metrics,
            ops,
            probes,
            passkey_challenges,
            passkey_logins,
            passkeys,
            provider_logins,
            publications,
            recovery_codes,
            searching,
            second_factor,
            second_proofs,
            security,
            source_circuits,
            source_keys,
            source_tests,
            tokens,
            verdicts,
        )
    ],
    before_request=refuse_forgery,
    opt=OF_PAGES,
    after_request=watch,
    include_in_schema=False,
    request_max_body_size=BODY_MAX,
)
