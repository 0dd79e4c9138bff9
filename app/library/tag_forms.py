"""What a tag is given, and what is asked of one."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from app.kit.forms import Form, Line, wrong
from app.kit.ids import UUID
from app.kit.text import is_seen
from app.library.models import TAG_MAX

Colour = Literal["none", "red", "orange", "yellow", "green", "teal", "blue", "purple", "brown"]


def _worded(name: str) -> str:
    if not any(map(is_seen, name)):
        raise wrong("A tag needs something to read.")
    return " ".join(name.split())


TagName = Annotated[Line, Field(min_length=1, max_length=TAG_MAX), AfterValidator(_worded)]


class TagForm(Form):
    name: TagName
    colour: Colour = "none"


class ItemTagForm(Form):
    """A tag by its name: mine, a shared one, or one that is made now."""

    name: TagName


def _chosen(tag: object) -> object:
    if tag == "":
        raise wrong("Choose a tag.")
    return tag


class MergeForm(Form):
    into: Annotated[UUID, BeforeValidator(_chosen), Field(description="The tag that stays.")]
