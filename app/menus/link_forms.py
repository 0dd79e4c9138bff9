"""What a menu's address and its guest links are given."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from app.kit.forms import Form, Line, wrong
from app.kit.ids import UUID
from app.menus.link_models import WHOM_MAX
from app.menus.models import TITLE_MAX
from app.menus.sharing import RESERVED, SLUG_MAX

READABLE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

Days = Literal["1", "7", "30", "never"]


def _readable(slug: str) -> str:
    slug = slug.lower()
    if not READABLE.fullmatch(slug):
        raise wrong("Use letters a to z, digits and single hyphens, as in a-night-on-arrakis.")
    if slug in RESERVED:
        raise wrong("A page of this house has that address. Choose another.")
    return slug


def _days(said: object) -> object:
    """Programs say a number, or null; a form says either in words."""
    return "never" if said is None else str(said)


class SlugForm(Form):
    slug: Annotated[Line, Field(min_length=1, max_length=SLUG_MAX), AfterValidator(_readable)]


class PublishedForm(Form):
    """`q`: part of a title or a slug. `before`: the last id of the page before."""

    q: Annotated[Line, Field(max_length=TITLE_MAX)] = ""
    before: UUID | None = None


class GuestLinkForm(Form):
    """`whom` it is for, in its maker's words; `days` until it ends."""

    whom: Annotated[Line, Field(max_length=WHOM_MAX)] = ""
    days: Annotated[Days, BeforeValidator(_days)] = "7"

    @property
    def lasts(self) -> int | None:
        return None if self.days == "never" else int(self.days)
