"""A work no source knows: added by hand, kept, found, made one with its twin, and two again."""

import io
import re

from PIL import Image
from playwright.sync_api import Page, expect

from e2e.patience import sooner_or_later

TITLE = "Zwielicht am Kanal"


def painted() -> bytes:
    """A picture of one's own."""
    written = io.BytesIO()
    Image.new("RGB", (200, 300), (30, 90, 160)).save(written, "PNG")
    return written.getvalue()


def test_a_work_is_added_by_hand_found_joined_and_parted_again(nora: Page) -> None:
    nora.goto(f"/search?q={TITLE}&outside=1")
    nora.get_by_role("link", name="Not found? Add it by hand").click()
    expect(nora.get_by_label("Title", exact=True)).to_have_value(TITLE)
    adds(nora, "Ada Ahlers")
    nora.get_by_role("button", name="Add it").click()
    expect(nora.get_by_text(f"{TITLE} is in the catalog.")).to_be_visible()
    first = nora.url
    nora.wait_for_load_state()
    nora.get_by_label("Notes").fill("Lent by Bea.")
    nora.get_by_role("button", name="Keep", exact=True).click()
    expect(nora.locator("#entry-said")).to_have_text("Saved.")

    nora.goto(f"/items/new?title={TITLE}")
    adds(nora, "A. Ahlers")
    nora.get_by_role("button", name="Add it").click()
    expect(nora.locator("#same")).to_contain_text(f"Is it the one? {TITLE} Ada Ahlers · Book")
    nora.get_by_label("Cover").set_input_files({"name": "ours.png", "mimeType": "image/png", "buffer": painted()})
    nora.get_by_role("button", name="Add it all the same").click()
    expect(nora.get_by_text(f"{TITLE} is in the catalog.")).to_be_visible()
    expect(nora.locator("article > div:first-child .cover img")).to_have_attribute("src", re.compile("/hand/"))
    second = nora.url

    nora.get_by_role("link", name="One work, or two?").click()
    is_found(nora)
    nora.get_by_role("link", name=f"This one: {TITLE}").click()
    nora.get_by_role("button", name="Make them one").click()
    expect(nora.get_by_text("are one work now")).to_be_visible()
    nora.goto(first)
    expect(nora).to_have_url(second)
    expect(nora.get_by_label("Notes")).to_have_value("Lent by Bea.")

    nora.get_by_role("link", name="One work, or two?").click()
    nora.get_by_role("button", name=f"Undo: {TITLE}").click()
    expect(nora.get_by_text("Undone.")).to_be_visible()
    nora.goto(first)
    expect(nora).to_have_url(first)
    expect(nora.get_by_label("Notes")).to_have_value("Lent by Bea.")


def adds(page: Page, author: str) -> None:
    page.get_by_label("Authors").fill(author)
    page.get_by_label("Released").fill("1931")


def is_found(page: Page) -> None:
    """The search follows what is stored, a moment later."""
    box = page.get_by_role("main").get_by_role("searchbox")
    box.fill(TITLE)
    box.press("Enter")
    hit = page.get_by_role("link", name=f"This one: {TITLE}")
    expect(hit.or_(page.get_by_text("Nothing else of its kind is called so."))).to_be_visible()
    sooner_or_later(page, lambda: hit.count() or (page.reload() and hit.count()), every=300)
