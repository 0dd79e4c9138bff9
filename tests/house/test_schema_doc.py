"""docs/schema.md has every table and column there is, with its type, and none that is not."""

import re
from pathlib import Path

from sqlalchemy import Column, make_url

from app.kit.db import Base
from app.tables import EVERY_MODULE

assert EVERY_MODULE  # importing it is what fills the metadata

DOC = (Path(__file__).parents[2] / "docs" / "schema.md").read_text("utf-8")
POSTGRES = make_url("postgresql+asyncpg://").get_dialect()()
TYPES = {
    "TIMESTAMP WITH TIME ZONE": "timestamptz",
    "FLOAT": "double precision",
    "NUMERIC(3, 1)": "numeric(3,1)",
    "NUMERIC(8, 1)": "numeric(8,1)",
}


def documented() -> dict[str, dict[str, tuple[str, bool]]]:
    """By table and column: the type, and whether it may be null."""
    sections = re.split(r"^### `(\w+)`$", re.sub(r"^## .*$", "", DOC, flags=re.MULTILINE), flags=re.MULTILINE)[1:]
    row = re.compile(r"^\| `(\w+)` \| ([^|]+) \| ([^|]*)\|$", re.MULTILINE)
    return {
        table: {name: (type_.strip(), said.startswith("null")) for name, type_, said in row.findall(text)}
        for table, text in zip(sections[::2], sections[1::2], strict=True)
    }


def declared() -> dict[str, dict[str, tuple[str, bool]]]:
    return {
        table.name: {column.name: (type_of(column), bool(column.nullable)) for column in table.columns}
        for table in Base.metadata.tables.values()
    }


def type_of(column: Column[object]) -> str:
    said = column.type.compile(dialect=POSTGRES)
    return TYPES.get(said, said.lower())


def test_every_table_is_described_and_no_other() -> None:
    assert documented().keys() == declared().keys()


def test_every_column_is_described_with_its_type_and_no_other() -> None:
    described = documented()
    for table, columns in declared().items():
        assert described[table] == columns, table


def test_every_table_that_refers_or_is_referred_to_is_drawn() -> None:
    drawing = DOC.partition("```mermaid")[2].partition("```")[0]
    drawn = {frozenset(pair) for pair in re.findall(r"^ +(\w+) \|\|--o[{|] (\w+) :", drawing, re.MULTILINE)}
    referring = {
        frozenset((table.name, key.column.table.name))
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
    }
    assert drawn == referring
