"""Passwords: argon2id off the event loop, and never more at once than there is memory for."""

import asyncio

import pytest

from app.accounts import passwords
from app.kit.errors import TooBusy


async def test_the_right_password_matches_and_no_other() -> None:
    hashed = await passwords.hash_password("correct horse")
    assert await passwords.matches(hashed, "correct horse")
    assert not await passwords.matches(hashed, "correct horse ")
    assert not await passwords.matches(hashed, "")


async def test_two_of_one_password_are_two_hashes() -> None:
    assert await passwords.hash_password("same") != await passwords.hash_password("same")


async def test_nobodys_password_never_matches_and_what_is_no_hash_neither() -> None:
    assert not await passwords.matches(None, "anything")
    assert not await passwords.matches("not a hash", "anything")
    assert not await passwords.matches("", "")


async def test_a_password_may_hold_any_character() -> None:
    word = "пароль 🔑 \x00 é"
    assert await passwords.matches(await passwords.hash_password(word), word)


def test_a_hash_of_weaker_days_is_told_apart() -> None:
    assert passwords.is_stale("$argon2id$v=19$m=1024,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$" + "A" * 43)
    assert not passwords.is_stale(passwords.HASHER.hash("x"))


async def test_the_loop_turns_while_passwords_are_hashed() -> None:
    hashing = asyncio.create_task(passwords.hash_password("x"))
    turns = 0
    while not hashing.done():
        await asyncio.sleep(0.001)
        turns += 1
    assert turns > 3  # hashing takes some fifty milliseconds; on the loop there would be one turn


async def test_more_than_can_be_done_well_are_asked_to_come_again() -> None:
    answers = await asyncio.gather(
        *(passwords.hash_password("x") for _ in range(passwords.WAITING_MAX + 4)), return_exceptions=True
    )
    assert sum(isinstance(answer, TooBusy) for answer in answers) == 4
    assert await passwords.hash_password("x")  # and the door is open again


async def test_who_gives_up_waiting_leaves_room() -> None:
    waiting = [asyncio.create_task(passwords.hash_password("x")) for _ in range(passwords.WAITING_MAX)]
    await asyncio.sleep(0)
    for each in waiting:
        each.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await passwords.hash_password("x")
    assert await passwords.hash_password("x")


async def test_strangers_leave_places_for_who_is_known() -> None:
    waiting = [asyncio.create_task(passwords.matches(None, "x", stranger=True)) for _ in range(passwords.WAITING_MAX)]
    await asyncio.sleep(0)
    assert not await passwords.matches(None, "x")
    refused = await asyncio.gather(*waiting, return_exceptions=True)
    assert sum(isinstance(each, TooBusy) for each in refused) == passwords.FOR_KNOWN
