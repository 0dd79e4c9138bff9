"""What sources say of a cover is shown as covers, wherever the table of sources is."""

import pytest

from app.catalog.candidates import Cover, Identifier
from app.catalog.storing import store
from app.kit.db import Database
from app.kit.ids import UUID
from tests.cast import Person
from tests.pages.works import work


@pytest.fixture
async def twice(database: Database) -> UUID:
    """A work that two sources show on different covers."""
    names = (Identifier(scheme="isbn13", value="9780441478125"),)
    said = [
        work("Left Hand", source=source, identifiers=names, cover=Cover(provider="openlibrary", key=key))
        for source, key in (("openlibrary", "71"), ("googlebooks", "72"))
    ]
    async with database.session() as session:
        ids = {await store(session, each) for each in said}
    (item,) = ids
    return item


async def test_two_covers_are_shown_where_sources_are_compared_chosen_and_asked_again(
    alice: Person, twice: UUID
) -> None:
    here = f"/items/{twice}"
    page = await alice.see(f"{here}/sources")
    assert len(list(page.every("input", name="cover"))) == 3
    for answer in (
        await alice.put(f"{here}/choices", {"cover": "googlebooks:left-hand"}, target="compared"),
        await alice.put(f"{here}/choices", {"cover": "nobody:1"}, target="compared"),
        await alice.post(f"{here}/renewal", target="compared"),
    ):
        assert answer.status_code in (200, 422)
        assert 'name="cover"' in answer.text
