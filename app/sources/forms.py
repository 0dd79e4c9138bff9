"""What the operator pastes as keys."""

import re
from collections.abc import Sequence
from typing import Annotated

from pydantic import AfterValidator, Field

from app.kit.forms import Form, wrong

__all__ = ["KeysForm"]

KEY_MAX = 2_000  # characters; TMDB's tokens have about 250
AROUND = " \t\"'“”‘’"


def _pasted(value: str) -> str:
    """Without what is copied along: the setting's name, quotes, `Bearer`."""
    name, _, rest = value.removeprefix("export ").partition("=")
    key = rest if name.strip().lower() in KeysForm.model_fields else value
    key = key.strip(AROUND).removeprefix("Bearer ").strip()
    if not re.fullmatch(r"[!-~]*", key):
        raise wrong("A key is one word of letters, digits and signs. Paste it again, without anything around it.")
    return key


Pasted = Annotated[str, Field(max_length=KEY_MAX), AfterValidator(_pasted)]


class KeysForm(Form):
    """One field for each key there is; those of one source are sent at a time. "" leaves a key as it is."""

    google_books_key: Pasted = ""
    tmdb_key: Pasted = ""
    igdb_client_id: Pasted = ""
    igdb_client_secret: Pasted = ""
    lastfm_key: Pasted = ""

    def of(self, names: Sequence[str]) -> dict[str, str]:
        return {name: value for name in names if (value := getattr(self, name.lower()))}
