"""What is owed to the sources stands where anybody finds it."""

from app.sources.registry import SOURCES
from tests.cast import Browser


async def test_every_source_is_credited_and_linked_to(nobody: Browser) -> None:
    page = await nobody.see("/about")
    for source in SOURCES:
        assert source.credit in page.text
        assert page.has("a", href=source.home)
        assert page.has("a", href=source.terms)


async def test_every_page_leads_there(nobody: Browser) -> None:
    assert (await nobody.see("/login")).has("a", href="/about")
