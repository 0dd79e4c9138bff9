"""Reading what people and programs send: every field judged at once, in words, with what was typed kept."""

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from app.kit.errors import Invalid
from app.kit.text import is_seen, storable

__all__ = ["Form", "Line", "Paragraphs", "Readable", "wrong"]


UNKEPT = "This holds a character that cannot be kept."


class Form(BaseModel):
    """One per form, shared by pages and API. Unknown fields are ignored: no field can be set that is not named."""

    model_config = ConfigDict(extra="ignore", frozen=True, str_strip_whitespace=True)

    @classmethod
    def read(cls, typed: Mapping[str, Any]) -> Self:
        """Raises `Invalid` with a sentence for every field that cannot be taken."""
        try:
            return cls.model_validate(dict(typed))
        except ValidationError as error:
            errors: dict[str, str] = {}
            for detail in error.errors():
                errors.setdefault(str(detail["loc"][0]) if detail["loc"] else "", _sentence(detail))
            raise Invalid(errors, {name: value for name, value in typed.items() if isinstance(value, str)}) from None


def wrong(sentence: str) -> PydanticCustomError:
    """What a validator raises to say its own sentence."""
    return PydanticCustomError("wrong", "{sentence}", {"sentence": sentence})


def _one_line(value: str) -> str:
    if "\n" in value or "\r" in value:
        raise wrong("Keep this on one line.")
    return _storable(value)


def _storable(value: str) -> str:
    if storable(value) != value:
        raise wrong(UNKEPT)
    return value.replace("\r\n", "\n")


def _readable(value: str) -> str:
    if not any(map(is_seen, value)):
        raise wrong("There is nothing to read in this.")
    return value


Line = Annotated[str, AfterValidator(_one_line)]
Paragraphs = Annotated[str, AfterValidator(_storable)]
Readable = AfterValidator(_readable)  # for what people find something by

SENTENCES = {
    "missing": "This is needed.",
    "literal_error": "Choose one of: {expected}.",
    "string_type": "This must be text.",
    "string_unicode": UNKEPT,
    "bool_parsing": "Say yes or no.",
    "bool_type": "Say yes or no.",
    "uuid_parsing": "This is no id.",
    "uuid_type": "This is no id.",
    "greater_than_equal": "This must be {ge} or more.",
    "less_than_equal": "This must be {le} or less.",
    "int_parsing": "This must be a whole number.",
    "int_parsing_size": "This must be a whole number, and a smaller one.",
    "decimal_parsing": "This must be a number.",
    "decimal_type": "This must be a number.",
    "finite_number": "This must be a number.",
    "multiple_of": "Ratings go in halves.",
}


def _sentence(detail: ErrorDetails) -> str:
    context = detail.get("ctx", {})
    kind = detail["type"]
    if kind == "wrong":
        return str(context["sentence"])
    if kind in ("string_too_short", "too_short"):  # the second of text that a validator has looked at
        least = context["min_length"]
        return "This is needed." if least == 1 else f"Use {least} characters or more."
    if kind in ("string_too_long", "too_long"):
        most = context["max_length"]
        return f"Use {most:,} characters or fewer (this has {len(str(detail['input'])):,})."
    return SENTENCES.get(kind, detail["msg"].rstrip(".") + ".").format(**context)
