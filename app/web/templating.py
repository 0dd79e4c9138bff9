"""The templates' environment: autoescape always, nothing undefined passes, macros and words reach every block."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from app.kit.markdown import markdown
from app.kit.meeting import fingerprint
from app.kit.settings import Settings
from app.sources.covers import cover_place
from app.web import log_words, ratings, shelf_words, whereabouts, words
from app.web.assets import Assets
from app.web.compiled import Compiled
from app.web.drawn import Drawn, Rows
from app.web.edition import FOLDER


def environment(settings: Settings, assets: Assets) -> Environment:
    """Globals, not context, hold what macros need: a macro sees no context, nor does a block rendered alone."""
    env = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=Compiled(),
    )
    env.filters.update(  # cheaper to call than what hangs on `words`: for what stands on every row
        plural=words.plural,
        begun=words.begun,
        day=words.day,
        released=words.released,
        credit=words.credit,
        fingerprint=fingerprint,
        source=words.source,
        medium=words.medium,
        markdown=markdown,
        query=query,
        ago=words.ago,
        device=whereabouts.device,
        place=whereabouts.place,
    )
    env.globals.update(asset=assets.url, words=words, log_words=log_words, ratings=ratings, shelf_words=shelf_words)
    env.globals["site"] = settings.address
    env.globals["provider"] = settings.oidc_name if settings.oidc_issuer else ""
    env.globals["drawn"] = Rows(env.get_template("ui/drawn.html").module, _covers(settings))
    env.globals["ui"] = env.get_template("ui/index.html").module
    shelf: Any = env.get_template("library/_drawn.html").module
    env.globals["shelf"] = {name: Drawn(getattr(shelf, name)) for name in ("card", "line")} | {
        name: Drawn(getattr(shelf, name), kept_max=128) for name in ("above", "actions", "head")
    }
    editor: Any = env.get_template("menus/_drawn.html").module
    parts = ("course", "course_words", "item", "item_words")
    env.globals["editor"] = {name: Drawn(getattr(editor, name), kept_max=1_024) for name in parts}
    return env


def letters(settings: Settings) -> Callable[[str, Mapping[str, Any]], str]:
    """Writes those of `templates/mail`: plain text, whose first line is the subject."""
    env = Environment(  # noqa: S701 - no markup, nothing to escape
        loader=FileSystemLoader(FOLDER),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    env.globals["site"] = settings.address
    return lambda name, context: env.get_template(f"mail/{name}.txt").render(context)


def query(params: Mapping[str, object]) -> Markup:
    """A query string without its empty parameters. Nothing in it is left to escape."""
    said = urlencode({name: value for name, value in params.items() if value})
    return Markup(f"?{said}" if said else "")  # noqa: S704 - percent-encoded


def _covers(settings: Settings) -> Any:
    def of_row(row: Any) -> str | None:
        return cover_place(settings, row.cover_provider, row.cover_key, row.type) if row.cover_provider else None

    return of_row
