"""The marks one can make on an item."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from app.kit.forms import Form, Paragraphs, wrong
from app.library.models import NOTES_MAX

Status = Literal["wanted", "active", "paused", "done", "dropped"]


def _halves(value: Decimal) -> Decimal:
    if value * 2 % 1:
        raise wrong("Ratings go in halves, from 0 to 10.")
    return value


# an empty choice is no rating
Rating = Annotated[
    Annotated[Decimal, Field(ge=0, le=10, allow_inf_nan=False), AfterValidator(_halves)] | None,
    BeforeValidator(lambda typed: None if typed == "" else typed),
]


# nor is an empty box a tick
Tick = Annotated[bool, BeforeValidator(lambda typed: False if typed == "" else typed)]


class EntryForm(Form):
    status: Status = "wanted"
    rating: Rating = None
    favourite: Tick = False
    notes: Annotated[Paragraphs, Field(max_length=NOTES_MAX)] = ""


class StatusForm(Form):
    status: Status


class FavouriteForm(Form):
    favourite: bool = False
