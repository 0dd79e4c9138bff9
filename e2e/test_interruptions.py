"""The connection goes, the session ends: said at once, and nothing that was typed is lost."""

from playwright.sync_api import Page, Route, expect

from e2e.making import a_menu, open_work
from e2e.witness import Witness


def keep_first_hit_open(page: Page) -> None:
    open_work(page)
    page.get_by_label("Notes").fill("A long thought, nearly finished.")


def test_without_a_connection_the_note_stays_and_an_alert_says_so(nora: Page, witness: Witness) -> None:
    witness.expect("ERR_INTERNET_DISCONNECTED", "Failed to fetch")
    keep_first_hit_open(nora)
    nora.context.set_offline(True)
    nora.locator("#entry-save").click()
    expect(nora.locator("#alerts")).to_contain_text("Nothing was lost")
    expect(nora.locator("[data-unsaved]")).to_contain_text("Offline. What you typed is kept here")
    expect(nora.get_by_label("Notes")).to_have_value("A long thought, nearly finished.")
    nora.get_by_role("button", name="Dismiss").focus()
    nora.context.set_offline(False)
    expect(nora.locator("#toasts")).to_contain_text("You are connected again.")
    expect(nora.locator("#alerts")).to_be_empty()
    expect(nora.locator("#entry-said")).to_have_text("Saved.")
    expect(nora.locator("[data-unsaved]")).to_have_count(0)
    expect(nora.locator("body")).not_to_be_focused()
    nora.goto("/library")
    expect(nora.locator("#entries li")).to_have_count(1)


def test_a_session_ended_in_another_tab_is_said_and_the_note_stays(nora: Page, witness: Witness) -> None:
    witness.expect("401", "403")
    keep_first_hit_open(nora)
    other = nora.context.new_page()
    other.goto("/")
    other.get_by_role("button", name="Log out").click()
    expect(other.get_by_text("You are logged out.")).to_be_visible()
    nora.locator("#entry-save").click()
    expect(nora.get_by_role("dialog", name="Welcome back")).to_be_visible()
    nora.keyboard.press("Escape")
    expect(nora.locator("#alerts")).to_contain_text("What you typed is still here")
    expect(nora.get_by_label("Notes")).to_have_value("A long thought, nearly finished.")
    expect(nora.locator("#entry-save")).to_be_enabled()
    nora.evaluate("dispatchEvent(new Event('online'))")
    expect(nora.locator("#alerts")).to_contain_text("What you typed is still here")


def test_the_editor_without_a_connection_stands_as_it_was(nora: Page, witness: Witness) -> None:
    witness.expect("ERR_INTERNET_DISCONNECTED", "Failed to fetch")
    a_menu(nora, "Sand", "Dune Messiah", "Solaris")
    nora.context.set_offline(True)
    nora.get_by_role("button", name="Move Solaris up").click()
    expect(nora.locator("#alerts")).to_contain_text("Nothing was lost")
    expect(nora.locator("#courses h4")).to_have_text(["Dune Messiah", "Solaris"])
    nora.get_by_role("button", name="Dismiss").click()
    expect(nora.locator("#alerts")).to_be_empty()
    nora.context.set_offline(False)
    expect(nora.locator("#courses h4")).to_have_text(["Solaris", "Dune Messiah"])


def test_an_answer_that_is_lost_on_the_way_is_asked_for_again_and_counts_once(nora: Page, witness: Witness) -> None:
    witness.expect("ERR_FAILED", "Failed to fetch")
    a_menu(nora)
    sent: list[str] = []

    def lose_the_first(route: Route) -> None:
        sent.append(route.request.headers["idempotency-key"])
        answer = route.fetch()
        if len(sent) == 1:
            route.abort()
        else:
            route.fulfill(response=answer)

    nora.route("**/courses", lose_the_first)
    nora.locator("#course-new-title").fill("Starters")
    nora.locator("#course-new-add").click()
    expect(nora.locator("[data-unsaved]")).to_contain_text("Not saved yet")
    expect(nora.locator("#alerts")).to_contain_text("Tastebuds did not answer.")
    nora.locator("#course-new-add").click()
    expect(nora.locator("#courses h3")).to_have_text(["Starters", "Another course"])
    expect(nora.locator("#alerts")).to_be_empty()
    assert sent[0] == sent[1]
    nora.reload()
    expect(nora.locator("#courses h3")).to_have_text(["Starters", "Another course"])


# in one task, before they save themselves
WRITTEN_AND_SENT = """(field, words) => {
  field.value = words;
  field.dispatchEvent(new Event("input", {bubbles: true}));
  field.form.querySelector("button:not([type=button])").click();
}"""


def test_words_that_met_others_are_shown_beside_them_and_saved_with_one_more_press(
    nora: Page, witness: Witness
) -> None:
    witness.expect("409")
    a_menu(nora, "Sand")
    other = nora.context.new_page()
    other.goto(nora.url)
    for page, words in ((other, "Dust"), (nora, "Dunes")):
        page.locator("summary", has_text="Edit course").click()
        if page is other:
            page.locator("#courses section [name=intent]").first.fill("Dry.")
        page.locator("#courses section [name=title]").first.evaluate(WRITTEN_AND_SENT, words)
        if page is other:
            expect(other.locator("#courses h3").first).to_have_text("Dust")
    notice = nora.locator("[data-conflict]")
    expect(notice).to_be_focused()
    expect(nora.locator("#courses q")).to_have_text("Dust")
    expect(nora.locator("#courses section [name=title]").first).to_have_value("Dunes")
    expect(nora.locator("#courses section [name=intent]").first).to_have_value("Dry.")
    nora.get_by_role("button", name="Keep mine").click()
    expect(nora.locator("#courses h3").first).to_have_text("Dunes")
    expect(notice).to_have_count(0)


def test_of_marks_that_met_others_each_is_kept_or_taken_with_one_press(nora: Page, witness: Witness) -> None:
    witness.expect("409")
    keep_first_hit_open(nora)
    status, notes = nora.get_by_label("Status"), nora.get_by_label("Notes")
    status.select_option("Reading")
    nora.get_by_label("Favourite").check()
    other = nora.context.new_page()
    other.goto(nora.url)
    other.get_by_label("Status").select_option("Read")
    other.get_by_label("Notes").fill("Another thought.")
    other.locator("#entry-save").click()
    expect(other.locator("#entry-said")).to_have_text("Saved.")
    nora.locator("#entry-save").click()
    notice = nora.locator("[data-conflict]")
    expect(notice).to_be_focused()
    expect(nora.locator("#entry q")).to_have_text(["Read", "Another thought."])
    nora.locator("#entry-status-take").click()
    expect(nora.locator("#entry q")).to_have_text(["Another thought."])
    expect(notice).to_be_focused()
    nora.locator("#entry-notes-keep").click()
    expect(nora.locator("#entry-said")).to_have_text("Saved.")
    expect(notes).to_be_focused()
    nora.reload()
    expect(status).to_have_value("done")
    expect(notes).to_have_value("A long thought, nearly finished.")
    expect(nora.get_by_label("Favourite")).to_be_checked()
