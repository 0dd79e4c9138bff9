"""Forms: every field judged at once, in words, with what was typed kept."""

from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from app.kit.errors import Invalid
from app.kit.forms import Form, Line, Paragraphs
from app.kit.ids import UUID
from app.kit.text import storable


class Guest(Form):
    name: Annotated[Line, Field(min_length=1, max_length=5)]
    story: Annotated[Paragraphs, Field(max_length=20)] = ""
    meal: Literal["fish", "soup"] = "soup"
    hungry: bool = False
    seats: Annotated[int, Field(ge=1, le=4)] = 1
    table: UUID | None = None


def errors(**typed: object) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        Guest.read(typed)
    return refused.value.errors


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("name", "", "This is needed."),
        ("name", "  \t ", "This is needed."),
        ("name", "abcdef", "Use 5 characters or fewer (this has 6)."),
        ("name", "a\nb", "Keep this on one line."),
        ("name", "a\rb", "Keep this on one line."),
        ("name", "a\x00b", "This holds a character that cannot be kept."),
        ("name", "a\ud800", "This holds a character that cannot be kept."),
        ("name", 7, "This must be text."),
        ("name", None, "This must be text."),
        ("meal", "meat", "Choose one of: 'fish' or 'soup'."),
        ("hungry", "perhaps", "Say yes or no."),
        ("seats", "many", "This must be a whole number."),
        ("seats", "0", "This must be 1 or more."),
        ("seats", "9", "This must be 4 or less."),
        ("table", "x", "This is no id."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(field: str, typed: object, sentence: str) -> None:
    assert errors(**{"name": "Ann", field: typed}) == {field: sentence}


def test_all_fields_are_judged_at_once_and_what_was_typed_is_kept() -> None:
    typed = {"story": "x" * 21, "meal": "meat", "seats": "9", "of_no_field": "kept too"}
    with pytest.raises(Invalid) as refused:
        Guest.read(typed)
    assert set(refused.value.errors) == {"name", "story", "meal", "seats"}
    assert refused.value.typed == typed
    assert str(refused.value)


def test_spaces_around_are_not_kept_and_line_breaks_are_one_kind() -> None:
    guest = Guest.read({"name": " Ann ", "story": " a\r\nb ", "hungry": "on", "table": str(UUID(int=1))})
    assert (guest.name, guest.story, guest.hungry, guest.table) == ("Ann", "a\nb", True, UUID(int=1))


def test_a_field_that_is_not_named_cannot_be_set() -> None:
    assert not hasattr(Guest.read({"name": "Ann", "is_operator": "yes"}), "is_operator")


def test_emoji_and_right_to_left_count_as_the_characters_they_are() -> None:
    assert Guest.read({"name": "🎉" * 5}).name == "🎉" * 5
    assert Guest.read({"name": "שלום"}).name == "שלום"


@given(st.dictionaries(st.sampled_from([*Guest.model_fields, "other"]), st.text(alphabet=st.characters(), max_size=30)))
def test_any_form_is_read_or_refused_in_words(typed: dict[str, str]) -> None:
    try:
        guest = Guest.read(typed)
    except Invalid as refused:
        sentences = list(refused.errors.values())
    else:
        sentences = ["None."]
        assert storable(guest.name + guest.story) == guest.name + guest.story
    assert sentences
    assert all(sentence.endswith(".") and "{" not in sentence for sentence in sentences)
