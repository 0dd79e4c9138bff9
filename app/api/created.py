"""Answers to what makes something."""

from datetime import datetime
from typing import TypeVar

from litestar import Response

T = TypeVar("T")


def created(shape: T, location: str) -> Response[T]:
    return Response(shape, status_code=201, headers={"Location": location})


def created_or_found(shape: T, location: str, *, made_at: datetime, asked_at: datetime) -> Response[T]:
    """201 if it was made since it was asked for, 200 if it was there."""
    return created(shape, location) if made_at >= asked_at else Response(shape, status_code=200)
