"""What people type to register and to log in."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints, ValidationInfo, field_validator

from app.accounts.models import EMAIL_MAX, NAME_MAX, NOTE_MAX
from app.kit import common_passwords
from app.kit.forms import Form, Line, wrong

PASSWORD_MIN = 10
PASSWORD_MAX = 1_000
PLACE = ("tastebuds", "taste", "buds", "spotify", "youtube")


def _address(value: str) -> str:
    """Enough of RFC 5321 to catch a slip of the finger; whether it is yours, only a letter could tell."""
    local, at, domain = value.rpartition("@")
    if not (local and at and domain) or any(part.isspace() for part in value) or domain.strip(".") != domain:
        raise wrong("This is no e-mail address.")
    return value.lower()


Email = Annotated[Line, Field(min_length=1, max_length=EMAIL_MAX), AfterValidator(_address)]
AsTyped = StringConstraints(strip_whitespace=False)  # spaces at the ends of a password are part of it
NewPassword = Annotated[str, AsTyped, Field(min_length=PASSWORD_MIN, max_length=PASSWORD_MAX)]


def why_guessed(password: str, *known: str) -> str | None:
    """The sentence for a password that is guessed first. `known`: name and e-mail address of whose it will be."""
    return common_passwords.why_guessed(password, *PLACE, *known)


class RegisterForm(Form):
    name: Annotated[Line, Field(min_length=1, max_length=NAME_MAX)]
    email: Email
    password: NewPassword

    @field_validator("password")
    @classmethod
    def _not_guessed(cls, password: str, other: ValidationInfo) -> str:
        if reason := why_guessed(password, *(other.data.get(name, "") for name in ("name", "email"))):
            raise wrong(reason)
        return password


class InvitedForm(RegisterForm):
    """As programs send it."""

    invitation: Annotated[Line, Field(max_length=100)] = ""


class NewPasswordForm(Form):
    """Whoever takes it asks `why_guessed` with what is known of the person."""

    password: NewPassword


class ConfirmForm(Form):
    password: Annotated[str, AsTyped, Field(min_length=1, max_length=PASSWORD_MAX)]


class InvitationForm(Form):
    note: Annotated[Line, Field(max_length=NOTE_MAX)] = ""
    uses: Annotated[int, Field(ge=1, le=1_000)] = 1
    days: Annotated[int, Field(ge=1, le=90)] = 7


class ResetForm(Form):
    email: Email


class LoginForm(Form):
    email: Annotated[Line, Field(min_length=1, max_length=EMAIL_MAX), AfterValidator(str.lower)]
    password: Annotated[str, AsTyped, Field(min_length=1, max_length=PASSWORD_MAX)]
    remember: bool = False
