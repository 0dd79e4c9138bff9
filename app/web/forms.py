"""Reading a posted form: each field once, in UTF-8, within bounds; and a query, each parameter once."""

from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import parse_qsl

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.exceptions import ClientException, InternalServerException

from app.kit.errors import Invalid, Stale
from app.web.uploads import has_a_file, read_fields, refuse_unbounded

FIELDS_MAX = 200
THEIRS = "theirs-"  # before the name of a field: what somebody else saved in it meanwhile
WAS = "was-"  # and a fingerprint of what stood in it when it was read
CHOICES = ("keep", "take")


class FormState:
    """What a template needs to show a form again: `typed`, the sentence beside each field, and which form it is.

    `theirs`: what somebody else has saved meanwhile in fields where it is not what was typed; `in_words`: how it is
    shown where that is otherwise. `chooses`: whether each of them has a button for mine and one for theirs (`decided`).
    `asks_again`: whether one was decided, and these are still to be: as they were read, whatever is there now.
    """

    def __init__(
        self,
        typed: dict[str, str] | None = None,
        errors: dict[str, str] | None = None,
        scope: str = "",
        theirs: Mapping[str, str] | None = None,
        *,
        in_words: Mapping[str, str] | None = None,
        chooses: bool = False,
        asks_again: bool = False,
    ) -> None:
        self.typed, self.errors, self.scope, self.theirs = typed or {}, errors or {}, scope, theirs or {}
        self.in_words, self.chooses, self.asks_again = in_words or {}, chooses, asks_again


class Undecided(Stale):
    """One field of several was decided. Nothing is saved before all are."""


def state_of(
    typed: dict[str, str],
    error: Invalid | Stale,
    scope: str = "",
    *,
    in_words: Mapping[str, str] | None = None,
    chooses: bool = False,
) -> FormState:
    """Of a form that was refused. Where words met others' (`Stale`), those stand beside them."""
    if isinstance(error, Invalid):
        return FormState(typed, error.errors, scope)
    theirs = {name: words for name, words in error.theirs.items() if words != typed.get(name, "")}
    typed, again = typed | error.followed, isinstance(error, Undecided)
    return FormState(typed, scope=scope, theirs=theirs, in_words=in_words, chooses=chooses, asks_again=again)


def status_of(form: FormState | None) -> int:
    """What a page with this form on it answers: 200 where nothing was refused, else 409 for others' words, or 422."""
    return 200 if form is None else 409 if form.theirs else 422


def decided(form: Mapping[str, str]) -> dict[str, str]:
    """What was typed, with theirs where its button said to `take` them. Saved without a button, all of mine is kept.

    What was taken is no field that was left alone: what is there by then is asked about too.
    """
    typed = {name: words for name, words in form.items() if not name.startswith(THEIRS) and name not in CHOICES}
    taken = form.get("take", "")
    return typed | ({taken: form[THEIRS + taken], WAS + taken: ""} if THEIRS + taken in form else {})


def must_be_decided(form: Mapping[str, str]) -> None:
    """Raises `Undecided` with theirs where one field of several was decided by its button, `keep` or `take`."""
    chosen = form.get("take") or form.get("keep")
    theirs = {name.removeprefix(THEIRS): words for name, words in form.items() if name.startswith(THEIRS)}
    others = {name: words for name, words in theirs.items() if name != chosen and words != form.get(name, "")}
    if chosen and others:
        raise Undecided(others)


def version_in(form: Mapping[str, str]) -> int | None:
    """Which version the form was made of. Pages from before there were versions say none."""
    said = form.get("version", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else None


def was_in(form: Mapping[str, str]) -> dict[str, str]:
    """The fingerprints of what the fields held when they were read. Pages from before there were any say none."""
    return {name.removeprefix(WAS): said for name, said in form.items() if name.startswith(WAS)}


async def refuse_ambiguity(connection: ASGIConnection[Any, Any, Any, Any], _handler: Any) -> None:
    """A guard: of a parameter that is there twice, two readers could each believe another. As in `read_form`."""
    names = [name for name, _ in connection.query_params.multi_items()]
    if len(names) != len(set(names)):
        raise ClientException("A parameter of this address is there twice.", status_code=400)


def read_query(request: Request[Any, Any, Any]) -> dict[str, str]:
    """An empty one says nothing."""
    return {name: value for name, value in request.query_params.items() if value}


async def body_of(request: Request[Any, Any, Any]) -> bytes:
    """All that was sent. Raises `ClientException` where who sends it left in the middle, which is no fault of ours."""
    try:
        return await request.body()
    except InternalServerException:
        raise ClientException("Not all of this arrived.", status_code=400) from None


async def read_form(request: Request[Any, Any, Any]) -> dict[str, str]:
    """Raises `ClientException` (400) for what no browser sends."""
    kept: dict[str, str] | None = cast("Mapping[str, Any]", request.scope).get("form")
    if kept is not None:
        return kept
    if has_a_file(request):
        form = await read_fields(request)
        request.scope["form"] = form  # type: ignore[typeddict-unknown-key]
        return form
    refuse_unbounded(request)
    body = await body_of(request)
    if body and request.content_type[0] != "application/x-www-form-urlencoded":
        raise ClientException("Send a form (application/x-www-form-urlencoded).", status_code=415)
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, max_num_fields=FIELDS_MAX, errors="strict", encoding="utf-8"
        )
    except ValueError:  # UnicodeDecodeError is one
        raise ClientException("This form cannot be read.", status_code=400) from None
    form = dict(pairs)
    if len(form) != len(pairs):
        raise ClientException("A field of this form is there twice.", status_code=400)
    request.scope["form"] = form  # type: ignore[typeddict-unknown-key]
    return form
