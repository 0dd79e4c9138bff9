"""Where something is to stand: one select over the courses of all my menus, on the shelf and on the page of an item."""

from app.kit.errors import Invalid, NotFound
from app.kit.ids import UUID, parse_id
from app.web.wiring import Typed

GONE = "That course is not there any more: choose another."


def place_of(form: Typed) -> tuple[UUID, UUID]:
    """`course` is the menu's id and the course's, with a colon between them. Raises `NotFound`."""
    menu, _, course = form.get("course", "").partition(":")
    return parse_id(menu), parse_id(course)


def wrong_place(form: Typed, error: Invalid | NotFound) -> dict[str, str]:
    """What stands beside the select: why that course takes it not, or that there is none such."""
    if isinstance(error, Invalid):
        return {"course": next(iter(error.errors.values()))}
    return {"course": GONE if form.get("course") else "Choose a course."}
