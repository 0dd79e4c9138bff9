"""What ties two course items together."""

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo

from app.kit.forms import Form, Line, wrong
from app.kit.ids import UUID
from app.menus.models import SENTENCE_MAX


def _chosen(value: Any) -> Any:
    """The first line of a select chooses nothing."""
    if value in ("", None):
        raise wrong("Choose an item of this menu.")
    return value


def _another(value: UUID, info: ValidationInfo) -> UUID:
    if value == info.data.get("first"):
        raise wrong("Choose two items: nothing goes with itself.")
    return value


CourseItemId = Annotated[UUID, BeforeValidator(_chosen)]
Sentence = Annotated[Line, Field(min_length=1, max_length=SENTENCE_MAX)]


class SentenceForm(Form):
    sentence: Sentence


class PairingForm(Form):
    """`first` and `second` are course items of one menu, in either order."""

    first: CourseItemId
    second: Annotated[CourseItemId, AfterValidator(_another)]
    sentence: Sentence
