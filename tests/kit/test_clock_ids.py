"""Keys say when they were made; an id that is no id names nothing; a day is one of somebody's calendar."""

import datetime as dt

import pytest

from app.kit import clock
from app.kit.errors import NotFound
from app.kit.ids import UUID, new_id, parse_id


def test_the_time_is_utc_and_knows_it() -> None:
    assert clock.now().tzinfo is dt.UTC


def test_keys_are_version_7_and_come_in_order() -> None:
    keys = [new_id() for _ in range(10_000)]
    assert {key.version for key in keys} == {7}
    assert keys == sorted(set(keys))
    made = dt.datetime.fromtimestamp((keys[0].int >> 80) / 1000, dt.UTC)
    assert abs((clock.now() - made).total_seconds()) < 5


def test_an_id_is_read_in_any_of_its_spellings() -> None:
    key = new_id()
    assert parse_id(str(key)) == parse_id(key.hex) == parse_id(str(key).upper()) == key
    assert isinstance(key, UUID)


@pytest.mark.parametrize("text", ["", "x", "1", "../../etc/passwd", "0" * 31, "0" * 33, "\x00", "🎉" * 32, "g" * 32])
def test_what_is_no_id_is_not_found(text: str) -> None:
    with pytest.raises(NotFound):
        parse_id(text)


def test_it_is_never_the_same_day_25_hours_apart() -> None:
    clock.go_by("Pacific/Kiritimati")
    ahead = clock.today()
    clock.go_by("Pacific/Pago_Pago")
    assert ahead - clock.today() in (dt.timedelta(days=1), dt.timedelta(days=2))


def test_a_zone_that_is_nowhere_is_utc_s() -> None:
    clock.go_by("Pacific/Kiritimati")
    for name in ("Middle-earth/Shire", "../../etc/passwd", "\0", ""):
        clock.go_by(name)
        assert clock.now().date() <= clock.today() <= clock.now().date()
