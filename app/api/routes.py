"""The programs' door: every router under /api."""

from litestar import Router

BODY_MAX = 256 * 1024

ROUTES = Router("/api", route_handlers=[], request_max_body_size=BODY_MAX)
