"""What a menu, a course and a course item are given in words, and how they are moved, copied and taken off."""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from app.kit.forms import Form, Line, Paragraphs, Readable, wrong
from app.kit.ids import UUID
from app.menus.models import INTENT_MAX, NOTE_MAX, TITLE_MAX


class TitleForm(Form):
    """Of a menu, and of a course."""

    title: Annotated[Line, Field(min_length=1, max_length=TITLE_MAX), Readable]
    intent: Annotated[Paragraphs, Field(max_length=INTENT_MAX)] = ""


class NoteForm(Form):
    note: Annotated[Paragraphs, Field(max_length=NOTE_MAX)] = ""


class MoveForm(Form):
    """Of a course in its menu, or of an item: one step, or `to` a place; an item to that of another course too."""

    course: UUID | None = None
    item: UUID | None = None
    move: Literal["up", "down"] | None = None
    to: Annotated[int, Field(ge=1)] | None = None
    course_to: UUID | None = None

    @model_validator(mode="before")
    @classmethod
    def _said(cls, typed: dict[str, Any]) -> dict[str, Any]:
        """A field that is left empty says nothing."""
        return {name: value for name, value in typed.items() if value not in ("", None)}

    @model_validator(mode="after")
    def _one(self) -> "MoveForm":
        if (self.course is None) == (self.item is None):
            raise wrong("Name the course or the item to move.")
        if self.course and self.course_to:
            raise wrong("A course stays on its menu: only an item goes to another course.")
        if (self.move is None) == (self.to is None and self.course_to is None):
            raise wrong("Say one step up or down, or the place to move it to.")
        return self


class RemovalForm(Form):
    """What is taken off a menu: a course with all it serves, or an item."""

    course: UUID | None = None
    item: UUID | None = None

    @model_validator(mode="after")
    def _one(self) -> "RemovalForm":
        if (self.course is None) == (self.item is None):
            raise wrong("Name the course or the item to take off.")
        return self


class CopyForm(Form):
    course: UUID
