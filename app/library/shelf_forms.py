"""How a shelf is looked at, and what is done to many entries at once."""

from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from app.catalog.candidates import ItemType
from app.kit.forms import Form, Line, wrong
from app.kit.ids import UUID
from app.kit.text import is_seen
from app.library.forms import Rating, Status
from app.library.shelf_models import VIEW_NAME_MAX

MANY = 200  # entries at once
TAGS_MAX = 20

Sort = Literal["added", "changed", "title", "year", "rating", "creator", "length"]
Order = Literal["up", "down"]
Length = Literal["short", "medium", "long", "epic"]
Layout = Literal["grid", "table"]


def _several(sent: Any) -> Any:
    """`a,b` in an address, a list in a body."""
    return tuple(each for each in sent.split(",") if each) if isinstance(sent, str) else sent


def _once(values: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(values))


def _nothing(sent: Any) -> Any:
    return None if sent == "" else sent


Statuses = Annotated[tuple[Status, ...], BeforeValidator(_several), AfterValidator(_once)]
Tags = Annotated[tuple[UUID, ...], BeforeValidator(_several), AfterValidator(_once), Field(max_length=TAGS_MAX)]
Year = Annotated[Annotated[int, Field(ge=-3000, le=3000)] | None, BeforeValidator(_nothing)]


class ShelfForm(Form):
    """Which entries, in which order. What is not asked for is not narrowed by."""

    type: ItemType | None = Field(None, description="Only items of this type.")
    status: Statuses = Field((), description="Only entries of this status; several with commas between them.")
    tag: Tags = Field((), description="Only items with all of these tags, by id, with commas between them.")
    not_tag: Tags = Field((), description="Only items with none of these tags.")
    rating_from: Rating = Field(None, description="Rated so much or more, 0 to 10.")
    rating_to: Rating = Field(None, description="Rated so much or less.")
    unrated: bool = Field(False, description="Only entries without a rating.")
    favourite: bool = Field(False, description="Only favourites.")
    year_from: Year = Field(None, description="From this year on.")
    year_to: Year = Field(None, description="Up to this year.")
    creator: Annotated[Line, Field(max_length=200)] = Field("", description="With these letters in a creator's name.")
    source: Annotated[Line, Field(max_length=60)] = Field("", description="Only items this source told of.")
    length: Length | None = Field(
        None,
        description="How long it takes: up to two hours (or 60 pages), up to six (180), up to fifteen (450), or more.",
    )
    title: Annotated[Line, Field(max_length=200)] = Field("", description="With these letters in the title.")
    sort: Sort = Field("added", description="In order of what.")
    order: Order | None = Field(None, description="`up` or `down`: smallest or largest first; each `sort` has its own.")
    after: Annotated[Line, Field(max_length=2_000)] = Field(
        "", description="Where the page before ended: follow `next` instead of making one."
    )


class LookForm(ShelfForm):
    """The same in a browser's address."""

    view: Layout = "grid"


class ViewForm(Form):
    """A view that is saved. `query` is an address of the library, or what stands in it after the question mark."""

    name: Annotated[Line, Field(min_length=1, max_length=VIEW_NAME_MAX)]
    query: Annotated[Line, Field(max_length=2_000)] = ""

    @model_validator(mode="after")
    def _worded(self) -> Self:
        if not any(map(is_seen, self.name)):
            raise wrong("A view needs a name to read.")
        return self


class ChosenForm(Form):
    items: Annotated[
        tuple[UUID, ...],
        BeforeValidator(_several),
        AfterValidator(_once),
        Field(min_length=1, max_length=MANY, description="Ids of items, 200 at most."),
    ]


class ManyForm(ChosenForm):
    """One change of many entries: exactly one of the marks."""

    status: Status | None = None
    rating: Annotated[Rating | Literal["none"], Field(description="0 to 10 in halves; `none` takes it away.")] = None
    favourite: bool | None = None
    tag: UUID | None = Field(None, description="A tag to put on them, by its id.")
    not_tag: UUID | None = Field(None, description="A tag to take off them.")

    @model_validator(mode="after")
    def _one(self) -> Self:
        said = (self.status, self.rating, self.favourite, self.tag, self.not_tag)
        if sum(each is not None for each in said) != 1:
            raise wrong("Say one thing to do with them.")
        return self

    @property
    def stars(self) -> Decimal | None:
        return None if self.rating == "none" else self.rating
