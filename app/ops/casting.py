"""The personas and what is theirs, as rows."""

from collections.abc import Sequence

import msgspec

from app.accounts.hosting import HostProfile
from app.accounts.house_rules import InstanceSetting
from app.accounts.models import User
from app.accounts.preferences import UserPreferences
from app.accounts.registering import anybody
from app.kit.db import AsyncSession
from app.kit.ids import UUID, new_id
from app.library.log_models import Goal
from app.library.models import MediaItemTag, Tag, UserItemLog, UserItemState
from app.library.shelf_models import SavedView
from app.menus.lineage_models import MenuFollow, MenuLineage
from app.menus.models import Course, CourseItem, Menu, Pairing
from app.ops import casting_menus, casting_shelves
from app.ops.casting_menus import Works
from app.ops.planting import Row, Rows
from app.ops.sample import personas

TABLES = (
    *(User, InstanceSetting, UserPreferences, HostProfile),
    *(UserItemState, UserItemLog, Goal, SavedView, Tag, MediaItemTag),
    *(Menu, Course, CourseItem, Pairing, MenuLineage, MenuFollow),
)


async def rows_of(
    session: AsyncSession,
    cast: personas.Cast,
    people: Sequence[personas.Persona],
    password_hash: str,
    works: Works,
) -> Rows:
    """Where others live already, nothing is planted that is everybody's: rules, shared tags,
    public profiles."""
    rows: Rows = {table: [] for table in TABLES}
    is_ours = bool(people) and not await anybody(session)
    ids = {persona.name: new_id() for persona in people}
    for persona in people:
        id_ = ids[persona.name]
        rows[User].append(_user(id_, persona, password_hash, is_first=is_ours and persona is people[0]))
        if wanted := persona.preferences:
            rows[UserPreferences].append({"user_id": id_, **msgspec.structs.asdict(wanted)})
        if is_ours and (profile := persona.profile):
            rows[HostProfile].append({"user_id": id_, "is_public": True, **msgspec.structs.asdict(profile)})
        casting_shelves.add(rows, id_, persona, works.ids)
    if is_ours:
        rows[InstanceSetting].append({"name": "discover", "value": True, "changed_by": ids[people[0].name]})
    await casting_shelves.add_tags(session, rows, cast.shared_tags if is_ours else (), people, ids, works.ids)
    await casting_menus.add(session, rows, people, ids, works)
    return rows


def _user(id_: UUID, persona: personas.Persona, password_hash: str, *, is_first: bool) -> Row:
    return {
        "id": id_,
        "name": persona.name,
        "email": persona.email,
        "password_hash": password_hash,
        "is_first": is_first,
        "is_operator": is_first,
    }
