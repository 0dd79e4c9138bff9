"""What people type to prove who they are a second time."""

from typing import Annotated

from pydantic import Field

from app.accounts.forms import PASSWORD_MAX, AsTyped
from app.accounts.models import NAME_MAX
from app.kit.forms import Form, Line

CODE_MAX = 100  # characters; a recovery code has 29


class CodeForm(Form):
    """`code`: of the app, or a recovery code."""

    code: Annotated[Line, Field(min_length=1, max_length=CODE_MAX)]


class PasskeyNameForm(Form):
    name: Annotated[Line, Field(min_length=1, max_length=NAME_MAX)]


class BothForm(CodeForm):
    password: Annotated[str, AsTyped, Field(min_length=1, max_length=PASSWORD_MAX)]
