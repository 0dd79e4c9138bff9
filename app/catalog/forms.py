"""What people decide about an item of the catalog."""

from typing import Annotated

from pydantic import Field

from app.kit.forms import Form, Line
from app.kit.ids import UUID

TELLER_MAX = 1_100  # characters; names are Last.fm's ids

Teller = Annotated[Line, Field(max_length=TELLER_MAX)]


class ItemChoiceForm(Form):
    field: Annotated[
        Line, Field(min_length=1, max_length=40, description="As `/sources` names it: `title`, `cover`, …")
    ]
    word: Teller = Field("", description="Whose word to see, by its `key` in `/sources`; empty for the catalog’s.")


class MergeForm(Form):
    other: UUID = Field(description="The item that becomes one with this one.")


class RenewalForm(Form):
    source: Teller = Field("", description="Which source to ask, by its `key` in `/sources`; empty for all.")


class SplitForm(Form):
    source: Annotated[Teller, Field(min_length=1, description="Which source to take out, by its `key` in `/sources`.")]
