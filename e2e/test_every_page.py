"""Every page there is: nothing axe finds fault with, and nothing to scroll sideways for at 320 px and at 200 %."""

import pytest
from playwright.sync_api import Browser, expect

from e2e.accessibility import ONCE, violations
from e2e.conftest import Visit
from e2e.living_in import live_in
from e2e.people import log_in, new_address, new_email, register
from e2e.places import PLACES
from e2e.planting import a_registration, let_a_proof_grow_old
from e2e.reflow import too_wide, too_wide_enlarged

House = tuple[dict[str, str], dict[str, object]]

OPENED = [pytest.param(who, path, id=f"{who} {path}") for who, paths in PLACES.items() for path in paths]


@pytest.fixture(scope="module")
def house(browser: Browser, address: str) -> House:
    """What stands in the addresses; and who is signed in, as a browser keeps it."""
    contexts = {
        who: browser.new_context(base_url=address, extra_http_headers={"X-Forwarded-For": new_address()})
        for who in PLACES
    }
    register(contexts["wanda"], "Wanda")
    email = new_email()
    register(contexts["yuri"], "Yuri", email)
    let_a_proof_grow_old(address, email)
    log_in(contexts["odile"], "odile")
    found = live_in(contexts["wanda"], contexts["odile"]) | {"registration": a_registration(address)}
    states: dict[str, object] = {who: context.storage_state() for who, context in contexts.items()}
    for context in contexts.values():
        context.close()
    return found, states


@pytest.mark.parametrize(("who", "path"), OPENED)
def test_a_page(visit: Visit, house: House, who: str, path: str) -> None:
    found, states = house
    page = visit(storage_state=states[who]).new_page()
    answer = page.goto(path.format(**found))
    assert answer
    assert answer.status == 200
    expect(page.get_by_role("heading", level=1)).to_be_attached()
    assert violations(page, ONCE) == []
    assert too_wide(page) == []
    assert too_wide_enlarged(page) == []


def test_the_file_of_a_menu(visit: Visit, house: House) -> None:
    """As it is opened from a disk, without a server."""
    context = visit()
    page = context.new_page()
    page.set_content(context.request.get(f"/menus/{house[0]['slug']}/offline").text())
    expect(page.get_by_role("heading", level=1)).to_have_text("A week on Arrakis")
    assert violations(page) == []
    assert too_wide(page) == []
