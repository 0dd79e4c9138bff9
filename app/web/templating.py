"""The templates' environment: autoescape always, nothing undefined passes, macros and words reach every block."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.kit.settings import Settings
from app.sources.covers import cover_place
from app.web import words
from app.web.assets import Assets

FOLDER = Path(__file__).resolve().parents[2] / "templates"


def environment(settings: Settings, assets: Assets) -> Environment:
    """Globals, not context, hold what macros need: a macro sees no context, nor does a block rendered alone."""
    env = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    env.filters.update(
        plural=words.plural, day=words.day, released=words.released, credit=words.credit, digest=words.digest
    )
    env.globals.update(asset=assets.url, words=words, cover_place=_covers(settings), site=settings.address)
    env.globals["ui"] = env.get_template("ui/index.html").module
    return env


def _covers(settings: Settings) -> Any:
    def of_row(row: Any) -> str | None:
        return cover_place(settings, row.cover_provider, row.cover_key, row.type) if row.cover_provider else None

    return of_row
