"""What is looked for, and which of what was found is taken in."""

from typing import Annotated

from pydantic import Field, model_validator

from app.catalog.candidates import ItemType
from app.kit.forms import Form, Line, wrong
from app.kit.ids import UUID
from app.search.contract import PAGES_MAX, TEXT_MAX

EXTERNAL_ID_MAX = 1_000  # names are Last.fm's ids


class SearchForm(Form):
    q: Annotated[
        Line,
        Field(max_length=TEXT_MAX, description="What to look for; with operators like `by:herbert`, or empty."),
    ] = ""
    type: ItemType | None = Field(None, description="Only items of this type.")
    page: int = Field(1, ge=1, le=PAGES_MAX)
    outside: bool = Field(False, description="Ask the outside sources too, and wait for them up to three seconds.")


class IngestForm(Form):
    external_id: Annotated[
        Line, Field(min_length=1, max_length=EXTERNAL_ID_MAX, description="As the source's own hits carry it.")
    ]


class TakeForm(Form):
    preview: UUID = Field(description="The id of a hit from outside; it lives for a day.")
    keep: bool = Field(False, description="Put the item into the library too.")


class ChoiceForm(Form):
    """One of the catalog's items, or a preview from outside that becomes one."""

    item: UUID | None = None
    preview: UUID | None = None

    @model_validator(mode="after")
    def _one(self) -> "ChoiceForm":
        if (self.item is None) == (self.preview is None):
            raise wrong("Name the item or the preview to add.")
        return self
