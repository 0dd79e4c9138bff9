"""What a menu, a course and a course item are given in words, and how they are moved."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from app.kit.forms import Form, Line, Paragraphs, wrong
from app.kit.ids import UUID
from app.menus.models import INTENT_MAX, NOTE_MAX, TITLE_MAX


class TitleForm(Form):
    """Of a menu, and of a course."""

    title: Annotated[Line, Field(min_length=1, max_length=TITLE_MAX)]
    intent: Annotated[Paragraphs, Field(max_length=INTENT_MAX)] = ""


class NoteForm(Form):
    note: Annotated[Paragraphs, Field(max_length=NOTE_MAX)] = ""


class MoveForm(Form):
    """One step up or down, of a course in its menu or of an item in its course."""

    course: UUID | None = None
    item: UUID | None = None
    move: Literal["up", "down"]

    @model_validator(mode="after")
    def _one(self) -> "MoveForm":
        if (self.course is None) == (self.item is None):
            raise wrong("Name the course or the item to move.")
        return self
