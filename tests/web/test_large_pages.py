"""A page of very many rows is drawn while others are answered."""

import asyncio
import threading
from typing import Any

from jinja2 import DictLoader, Environment
from litestar import Litestar
from litestar.testing import RequestFactory

from app.web.page import LARGE, Page, rendered


async def test_while_it_is_drawn_the_loop_goes_on() -> None:
    answered = threading.Event()
    app = Litestar()
    app.state.templates = Environment(loader=DictLoader({"page": "{{ others_are_answered() }}"}), autoescape=True)
    request = RequestFactory(app).get("/")
    context: dict[str, Any] = {"others_are_answered": lambda: answered.wait(timeout=60)}
    asyncio.get_running_loop().call_later(0.01, answered.set)
    assert await rendered(request, "page", context, LARGE + 1) == b"True"
    answered.clear()
    asyncio.get_running_loop().call_later(0.01, answered.set)
    assert (await Page("page", part=True, **context).drawn(request, LARGE + 1)).content == b"True"
