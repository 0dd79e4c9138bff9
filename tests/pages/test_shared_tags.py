"""Tags for everybody: the operator's to make, anybody's to put on."""

from tests.cast import Person
from tests.pages.conftest import Evening


async def test_what_the_operator_offers_everybody_can_put_on_and_nobody_else_change(
    odile: Person, alice: Person, evening: Evening
) -> None:
    there = await odile.follow(await odile.post("/ops/tags", {"name": "Book club", "colour": "teal"}))
    assert "Book club is a tag for everybody." in there.text
    await alice.post(evening.at("/items/{dune}/tags"), {"name": "book club"})
    assert "Book club" in (await alice.see(evening.at("/items/{dune}"))).text
    assert "used by 1 person" in (await odile.see("/ops/tags")).text
    its = next(
        href.removesuffix("/edit")
        for link in (await odile.see("/ops/tags")).every("a")
        if (href := link.attributes["href"]).endswith("/edit")
    )
    hers = its.replace("/ops", "")
    assert "only they can change it" in (await alice.see(hers + "/edit")).text
    assert (await alice.put(hers, {"name": "Mine"})).status_code == 404
    assert (await alice.put(its, {"name": "Mine"})).status_code == 404
    assert "Book club" in (await odile.see(its + "/edit")).text
    assert "Reading group is saved." in (await odile.follow(await odile.put(its, {"name": "Reading group"}))).text
    assert (await odile.put(its, {"name": ""})).status_code == 422
    assert (await odile.post("/ops/tags", {"name": "reading-group"})).status_code == 422
    gone = await odile.follow(await odile.delete(its))
    assert "The tag Reading group is gone" in gone.text
    assert (await odile.delete(its)).status_code == 404
    assert "Reading group" not in (await alice.see(evening.at("/items/{dune}"))).text
