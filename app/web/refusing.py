"""A form of the door that was refused, as a whole page: what was typed is kept, but for passwords and codes."""

from collections.abc import Mapping
from typing import Any

from app.kit.errors import Invalid
from app.kit.gcra import OverLimit
from app.web.forms import FormState
from app.web.page import Page


def refused_whole(template: str, typed: Mapping[str, str], error: Invalid | OverLimit, **context: Any) -> Page:
    """422 with a sentence beside each field; 429 with one on top, and when to come back."""
    kept = {name: value for name, value in typed.items() if "password" not in name and name != "code"}
    if isinstance(error, Invalid):
        return Page(template, status=422, form=FormState(kept, error.errors), **context)
    page = Page(template, status=429, form=FormState(kept, {"": str(error)}), **context)
    page.headers.update(error.headers)
    return page


def without_referrer(page: Page) -> Page:
    """For a page whose address holds a secret: no other is to learn of it, and no cache is to keep it."""
    page.headers.update({"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"})
    return page
