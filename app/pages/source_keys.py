"""`/ops/sources/keys`: the keys of the sources that need one, for the operator. No key is ever shown again."""

from typing import Any

from litestar import Request, Response, Router, delete, get, put
from litestar.params import FromPath

from app.kit.db import AsyncSession
from app.kit.errors import Invalid, NotFound
from app.ops.overseeing import oversee
from app.sources.forms import KeysForm
from app.sources.keyring import Keyring
from app.sources.registry import contact_advice
from app.sources.source import Source
from app.web.forms import FormState
from app.web.page import Page, changed, refused
from app.web.signed_in import only_the_operator, only_the_sure
from app.web.wiring import Keys, Session, SignedIn, Sources, Typed

WHOLE, PARTIAL = "ops/keys.html", "ops/_key.html"


@get("/")
async def index(session: Session, viewer: SignedIn, sources: Sources, keyring: Keys) -> Page:
    return Page(WHOLE, form=None, **await shown(session, sources, keyring))


@put("/{source:str}", guards=[only_the_sure])
async def update(
    session: Session,
    request: Request[Any, Any, Any],
    viewer: SignedIn,
    sources: Sources,
    keyring: Keys,
    source: FromPath[str],
    form: Typed,
) -> Response[Any]:
    one = keyed(sources, source)
    try:
        await keyring.paste(session, one, KeysForm.read(form))
        await ask_again(session, one)
    except Invalid as error:
        page = await shown(session, sources, keyring, one)
        return refused(request, PARTIAL, whole=WHOLE, form=_retyped(one, form, error), **page)
    said = f"The key of {one.label} is kept." if len(one.keys) == 1 else f"The keys of {one.label} are kept."
    page = await shown(session, sources, keyring, one)
    return changed(request, PARTIAL, then=place_of(one), said=said, form=None, **page)


@delete("/{source:str}", status_code=200, guards=[only_the_sure])
async def destroy(
    session: Session,
    request: Request[Any, Any, Any],
    viewer: SignedIn,
    sources: Sources,
    keyring: Keys,
    source: FromPath[str],
) -> Response[Any]:
    one = keyed(sources, source)
    await keyring.remove(session, one.keys)
    page = await shown(session, sources, keyring, one)
    return changed(request, PARTIAL, then=place_of(one), said="Removed.", form=None, **page)


def keyed(sources: dict[str, Source], name: str) -> Source:
    """Raises `NotFound` for a source that needs no key."""
    source = sources.get(name)
    if source is None or not source.keys:
        raise NotFound
    return source


async def ask_again(session: AsyncSession, source: Source) -> None:
    """What kept it from being asked was with other keys; only what the operator switched off stays off."""
    (state,) = await oversee(session, [source])
    if state.state != "off":
        await source.circuits.close(session, source.name)


def place_of(source: Source) -> str:
    return f"/ops/sources/keys#keys-{source.name}"


async def shown(
    session: AsyncSession, sources: dict[str, Source], keyring: Keyring, one: Source | None = None
) -> dict[str, Any]:
    """What the page shows of all sources, and the partial of `one`."""
    needing = [source for source in sources.values() if source.keys]
    return {
        "source": one,
        "chosen": one,
        "sources": needing,
        "overseen": {each.name: each for each in await oversee(session, needing)},
        "keys": await keyring.read(session),
        "contact_advice": contact_advice(keyring.given),
        "proof": None,
    }


def _retyped(source: Source, form: dict[str, str], error: Invalid) -> FormState:
    """Of what was pasted only the ids: a key is not sent back, not even to whoever sent it."""
    ids = {name.lower() for name in source.keys if name.endswith("_ID")}
    return FormState({name: value for name, value in form.items() if name in ids}, error.errors, source.name)


router = Router("/ops/sources/keys", route_handlers=[index, update, destroy], guards=[only_the_operator])
