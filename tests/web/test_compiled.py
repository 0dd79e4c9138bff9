"""A template is compiled once, and again when anything it was made of is another."""

from pathlib import Path
from typing import Any

from jinja2 import DictLoader, Environment

from app.web.compiled import Compiled
from app.web.edition import drawn

WORDS = {"menu.html": "{{ title }} is served."}


class Reader(Environment):
    """Has to find each compiled."""

    def _generate(self, *_: Any, **__: Any) -> str:
        raise AssertionError("compiled again")


def served(kind: type[Environment], kept: Path) -> str:
    env = kind(loader=DictLoader(WORDS), bytecode_cache=Compiled(kept), autoescape=True)
    return env.get_template("menu.html").render(title="Dune")


def test_what_one_process_compiled_the_next_has(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    assert served(Environment, kept) == served(Reader, kept) == "Dune is served."


def test_what_other_code_compiled_goes(tmp_path: Path) -> None:
    (tmp_path / "older").mkdir()
    served(Environment, tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == [drawn()]


def test_where_nothing_can_be_kept_it_is_compiled_each_time() -> None:
    nowhere = Path("/proc/no folder can be made here")
    assert served(Environment, nowhere) == served(Environment, nowhere) == "Dune is served."
