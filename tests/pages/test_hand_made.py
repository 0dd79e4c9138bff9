"""A work that somebody wrote down is theirs to rewrite as long as nobody else relies on it."""

from tests.cast import Person
from tests.pages.conftest import Evening


async def test_a_work_others_keep_is_rewritten_by_an_operator_only(
    alice: Person, bob: Person, odile: Person, evening: Evening
) -> None:
    place = f"/items/{evening.made}"
    form = {"title": "Notes, again", "version": "9"}
    assert (await alice.put(place, form)).status_code == 303
    await bob.post(f"{place}/entry")
    refused = await alice.put(place, {"title": "BUY PILLS", "version": "9"})
    assert refused.status_code == 403
    assert "only an operator" in refused.text
    assert (await alice.get(f"{place}/edit")).status_code == 403
    assert "Notes, again" in (await bob.see(place)).text
    assert (await odile.put(place, {"title": "Notes", "version": "9"})).status_code == 303
