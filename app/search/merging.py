"""Merging: which of the things found are one work. A function of their set, whatever order they came in."""

from collections.abc import Iterable

from app.search.members import NO_VERDICTS, Group, Member, Verdicts


def merge(members: Iterable[Member], verdicts: Verdicts = NO_VERDICTS) -> list[Group]:
    """Each member in exactly one group; never two types in one. In no order that matters: see `ordering.ranked`."""
    known = {member.ref: member for member in members}
    return [Group(key=f"{ref[0]}-{ref[1]}", members=(known[ref],)) for ref in sorted(known)]
