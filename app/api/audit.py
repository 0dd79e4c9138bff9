"""`/api/ops/audit`: what happened to all accounts, for the operator's programs."""

from litestar import Router, get

from app.accounts import trail
from app.accounts.trail import AuditForm
from app.api import shapes
from app.api.describing import needs, problems, takes
from app.web.signed_in import only_the_operator
from app.web.wiring import Asked, Session, SignedIn


@get(
    "/",
    summary="What happened to all accounts.",
    operation_class=takes(query=AuditForm),
    responses=problems(401, 404, 422),
    **needs("ops:read"),
)
async def index(session: Session, viewer: SignedIn, asked: Asked) -> shapes.Audit:
    events, before = await trail.of_all(session, AuditForm.read(asked))
    names = shapes.AuditEvent.__struct_fields__
    return shapes.Audit([shapes.AuditEvent(**{name: getattr(each, name) for name in names}) for each in events], before)


router = Router("/ops/audit", route_handlers=[index], guards=[only_the_operator], tags=["ops"])
