"""A rating that half stars cannot say survives the form."""

from decimal import Decimal

from app.kit.db import Database
from app.library import keeping
from app.library.forms import EntryForm
from tests.cast import Person
from tests.rows import items


async def test_saving_a_note_does_not_round_a_rating_between_two_half_stars(alice: Person, database: Database) -> None:
    (dune,) = await items(database, "Dune")
    async with database.session() as session:
        await keeping.mark(session, alice.user.id, dune, EntryForm(status="done", rating=Decimal("8.5")))
    page = await alice.see(f"/items/{dune}")
    assert page.value("rating") == "8.5"
    assert [label.attributes["for"] for label in page.every("label", **{"data-kept": ""})][-1] == "rating-8"
    await alice.put(f"/items/{dune}/entry", {"status": "done", "rating": "8.5", "notes": "Twice."})
    assert (await alice.see(f"/items/{dune}")).value("rating") == "8.5"
