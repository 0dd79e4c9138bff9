"""What programs send to come in, and people type to make a token for one."""

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from app.accounts.forms import PASSWORD_MAX, AsTyped
from app.accounts.models import EMAIL_MAX, NAME_MAX
from app.accounts.scopes import SCOPES
from app.kit.forms import Form, Line, wrong

CODE_MAX = 100  # characters, of an app's six digits or a recovery code with its dashes
TOKEN_MAX = 200
DAYS_MAX = 365


def _known(scopes: list[str]) -> list[str]:
    """In the order of the table, each once."""
    if unknown := [scope for scope in scopes if scope not in SCOPES]:
        raise wrong(f"There is no scope {unknown[0]}. Choose of: {', '.join(SCOPES)}.")
    if not scopes:
        raise wrong("Choose one thing or more that the token may do.")
    return [scope for scope in SCOPES if scope in scopes]


def _days(typed: object) -> object:
    """A form has no null."""
    return None if typed in ("", "never") else typed


class ProgramLoginForm(Form):
    """`code`: of the account's second factor, or one of its recovery codes, where it has one."""

    email: Annotated[Line, Field(min_length=1, max_length=EMAIL_MAX), AfterValidator(str.lower)]
    password: Annotated[str, AsTyped, Field(min_length=1, max_length=PASSWORD_MAX)]
    code: Annotated[Line, Field(max_length=CODE_MAX)] = ""


class RefreshForm(Form):
    refresh_token: Annotated[str, StringConstraints(min_length=1, max_length=TOKEN_MAX)]


class PersonalTokenForm(Form):
    """`days` until it ends; null is never."""

    name: Annotated[Line, Field(min_length=1, max_length=NAME_MAX)]
    scopes: Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=40), AfterValidator(_known)]
    days: Annotated[Annotated[int, Field(ge=1, le=DAYS_MAX)] | None, BeforeValidator(_days)] = 90
