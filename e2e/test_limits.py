"""Asked too often: it is said, nothing that was typed is lost, and a moment later it works (RL-5)."""

import re

from playwright.sync_api import Page, expect

from e2e.patience import sooner_or_later
from e2e.people import FROM_OUR_PAGE
from e2e.witness import Witness

WRITES = 300


def use_up_writes(page: Page) -> None:
    """Of this account: by requests that change nothing."""
    token = page.locator("[name=_csrf_token]").first.input_value()
    for _ in range(10 * WRITES):  # some come back meanwhile, and a store that stalls does not count for some seconds
        form: dict[str, str | float | bool] = {"_csrf_token": token, "title": ""}
        answer = page.context.request.post("/menus", form=form, headers=FROM_OUR_PAGE, max_redirects=0)
        if answer.status == 429:
            return
    raise AssertionError("nobody was refused")


def test_a_note_written_too_soon_stays_and_is_saved_a_moment_later(nora: Page, witness: Witness) -> None:
    witness.expect("429")
    nora.goto("/search?q=solaris")
    nora.locator("#hits > li h3 a").first.click()
    nora.get_by_label("Notes").fill("A long thought, nearly finished.")
    alert = nora.locator("#alerts .toast")

    def saves_too_soon() -> int:
        """Unless the machine let one come back between the two."""
        use_up_writes(nora)
        nora.locator("#entry-save").click()
        expect(alert.or_(nora.locator("#entry-said", has_text="Saved.")).first).to_be_visible()
        return alert.count()

    sooner_or_later(nora, saves_too_soon)
    expect(alert).to_contain_text(
        re.compile(r"That was a lot at once\. Nothing is lost: try again in (a second|\d+ seconds)\.")
    )
    expect(nora.get_by_label("Notes")).to_have_value("A long thought, nearly finished.")
    nora.wait_for_timeout(2_100)
    nora.locator("#entry-save").click()
    expect(nora.locator("#entry-said")).to_have_text("Saved.")
    expect(alert).to_have_count(0)
    nora.reload()
    expect(nora.get_by_label("Notes")).to_have_value("A long thought, nearly finished.")
