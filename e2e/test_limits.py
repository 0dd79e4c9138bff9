"""Asked too often: it is said, nothing that was typed is lost, and a moment later it works (RL-5)."""

import re

from playwright.sync_api import expect

from e2e.conftest import Visit
from e2e.hands import settled
from e2e.making import open_work
from e2e.patience import sooner_or_later
from e2e.people import new_email, register
from e2e.planting import use_up_writes
from e2e.witness import Witness


def test_a_note_written_too_soon_stays_and_is_saved_a_moment_later(
    visit: Visit, address: str, witness: Witness
) -> None:
    witness.expect("429")
    email, context = new_email(), visit()
    register(context, "Nora", email)
    nora = context.new_page()
    open_work(nora)
    nora.get_by_label("Notes").fill("A long thought, nearly finished.")
    alert, said = nora.locator("#alerts .toast"), nora.locator("#entry-said", has_text="Saved.")

    def is_refused() -> bool:
        nora.locator("#entry-save").click()
        settled(nora)
        expect(alert.or_(said).first).to_be_visible()
        return alert.count() == 1

    def saves_too_soon() -> bool:
        """Unless the machine lets those seconds pass before, or the store that counts answers late."""
        use_up_writes(address, email, seconds=2)
        return is_refused()

    sooner_or_later(nora, saves_too_soon)
    expect(alert).to_contain_text(
        re.compile(r"That was a lot at once\. Nothing is lost: try again in (a second|\d+ seconds)\.")
    )
    expect(nora.get_by_label("Notes")).to_have_value("A long thought, nearly finished.")
    sooner_or_later(nora, lambda: not is_refused(), every=1000)
    expect(said).to_be_visible()
    nora.reload()
    expect(nora.get_by_label("Notes")).to_have_value("A long thought, nearly finished.")
