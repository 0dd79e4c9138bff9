"""How the lines of an export become rows again: what stands beside each list in `exports.py`."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Table, UniqueConstraint

from app.kit.db import Base

ITEMS = "items"  # the list of works, which belong to the instance and not to a person
PUBLIC = "public menus"  # of anybody, for what refers to those of others


@dataclass(frozen=True, slots=True)
class Back:
    """A field of a line is the column of that name in the table; what is no column is for people only.

    `owner`: the column that says whose it is; "" where `part_of` does, the column that names what it is a part of.
    `refers`: columns that name what stands in another list, by that list. `same_by`: columns that make two rows one
    whatever their ids. `changed`: the column that says when it changed; the later one counts. `most`: so many are part
    of one, in the order of their lines, which makes their `position`.
    """

    name: str
    owner: str = "user_id"
    part_of: str = ""
    refers: Mapping[str, str] = field(default_factory=dict)
    same_by: tuple[str, ...] = ()
    changed: str = "updated_at"
    most: int = 0

    @property
    def table(self) -> Table:
        return Base.metadata.tables[self.name]

    @property
    def key(self) -> str:
        """Its primary key, which is one column in all of them."""
        (column,) = self.table.primary_key.columns
        return column.key

    @property
    def says_when(self) -> bool:
        return self.changed in self.table.columns

    @property
    def nothing_is_a_value(self) -> bool:
        """Whether two rows that both say nothing in a column of `same_by` are one."""
        return any(
            constraint.dialect_options["postgresql"].get("nulls_not_distinct")
            and {column.key for column in constraint.columns} == set(self.same_by)
            for constraint in self.table.constraints
            if isinstance(constraint, UniqueConstraint)
        )
