"""Every quirk of outside values, handled once: each function takes whatever came and answers the value or nothing."""

import contextlib
import datetime as dt
import math
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from app.catalog.candidates import Identifier, PartialDate, Precision, SourceRating
from app.catalog.episodes import EPISODES_MAX, NUMBER_MAX, Episode
from app.catalog.models import DESCRIPTION_MAX, TITLE_MAX
from app.kit.text import one_line, paragraphs

NAME_MAX = 200
NAMES_MAX = 30
URL_MAX = 1000
INT_MAX = 2**31 - 1  # what an integer column holds
YEARS = range(1000, 2200)  # outside are typing errors: 0101, 9999
BLANKS = frozenset({"", "0000", "n/a", "null", "none"})

ISO_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?:[T ].*)?")
DAY_FIRST = re.compile(r"(\d{1,2})\.? ([a-z]{3,9})\.?,? (\d{4})\b.*")
MONTH_FIRST = re.compile(r"([a-z]{3,9})\.? (?:(\d{1,2}),? )?(\d{4})\b.*")
YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTHS = {name: number for number, name in enumerate(MONTH_NAMES, 1)}
EPOCH = dt.date(1970, 1, 1)

IMDB = re.compile(r"tt\d{7,10}")
WIKIDATA = re.compile(r"Q[1-9]\d{0,11}")
MBID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def as_dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    """One hit comes as the hit itself, no hit as None, "", a line break or an empty object."""
    if isinstance(value, list):
        return value
    return [value] if isinstance(value, dict) and value else []


def dig(value: Any, *path: str) -> Any:
    """What lies at `path` in nested objects, else None."""
    for key in path:
        value = as_dict(value).get(key)
    return value


def line(value: Any, limit: int = NAME_MAX) -> str | None:
    text = one_line(value, limit) if isinstance(value, str) else None
    return None if text is None or text.casefold() in BLANKS else text


def title(value: Any) -> str | None:
    """Works are called "N/A" and "None": only the empty is no title."""
    return one_line(value, TITLE_MAX) if isinstance(value, str) else None


def description(value: Any) -> str | None:
    text = paragraphs(value, DESCRIPTION_MAX) if isinstance(value, str) else None
    return None if text is None or text.casefold() in BLANKS else text


def names(values: Iterable[Any]) -> tuple[str, ...]:
    """In order, each once."""
    return tuple(dict.fromkeys(name for value in values if (name := line(value))))[:NAMES_MAX]


def number(value: Any) -> float | None:
    """Finite; numbers come as strings, too."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def count(value: Any) -> int | None:
    """A whole number above zero: zero pages, minutes or votes mean that nobody knows."""
    found = number(value)
    return int(found) if found is not None and 1 <= found <= INT_MAX else None


def whole_id(value: Any) -> int | None:
    """A key that is a number; expanded objects carry it as `id`."""
    return count(value.get("id") if isinstance(value, dict) else value)


def partial_date(value: Any) -> PartialDate | None:
    """2004, 2004-07, 2004-07-16, 16 Jul 2004, July 16, 2004, c1999: as precise as it is valid."""
    text = line(value)
    if text is None:
        return None
    if match := ISO_DATE.fullmatch(text):
        return _date(int(match[1]), int(match[2] or 0), int(match[3] or 0))
    text = text.casefold()
    if match := DAY_FIRST.fullmatch(text):
        return _date(int(match[3]), MONTHS.get(match[2][:3], 0), int(match[1]))
    if match := MONTH_FIRST.fullmatch(text):
        return _date(int(match[3]), MONTHS.get(match[1][:3], 0), int(match[2] or 0))
    return _date(int(match[1])) if (match := YEAR.search(text)) else None


def _date(year: int, month: int = 0, day: int = 0) -> PartialDate | None:
    """What cannot be (31 February, month 13) is left out rather than guessed."""
    if year not in YEARS:
        return None
    attempts: list[tuple[Precision, int, int]] = [("day", month, day), ("month", month, 1), ("year", 1, 1)]
    for precision, its_month, its_day in attempts:
        with contextlib.suppress(ValueError):
            return PartialDate(value=dt.date(year, its_month, its_day), precision=precision)
    return None


def unix_date(value: Any, precision: Precision = "day") -> PartialDate | None:
    """Seconds since 1970, negative before; the date is UTC's."""
    seconds = number(value)
    if seconds is None or abs(seconds) > 1e11:
        return None
    date = EPOCH + dt.timedelta(days=seconds // 86400)
    if date.year not in YEARS:
        return None
    date = date.replace(month=1 if precision == "year" else date.month, day=date.day if precision == "day" else 1)
    return PartialDate(value=date, precision=precision)


def language(value: Any) -> str | None:
    """ISO 639-1: "zh-CN" is zh; TMDB says cn for Cantonese and xx for none, Google un for unknown."""
    code = (line(value) or "").casefold().replace("_", "-").split("-")[0]
    if len(code) != 2 or not (code.isascii() and code.isalpha()) or code in ("un", "xx"):
        return None
    return "zh" if code == "cn" else code


def https_url(value: Any) -> str | None:
    """An address one may link to, upgraded from http. Anything but the web is nothing."""
    text = value.strip() if isinstance(value, str) else ""
    if not text.isprintable() or any(character in text for character in ' "<>\\^`{|}') or len(text) > URL_MAX:
        return None
    try:
        parts = urlsplit(text)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return None
    return parts._replace(scheme="https").geturl() if is_web else None


def rating(value: Any, scale: int, votes: Any) -> SourceRating | None:
    """Nothing unless somebody voted: an average of no votes is noise."""
    average, voters = number(value), count(votes)
    if average is None or voters is None or not 0 < average <= scale:
        return None
    return SourceRating(value=average, scale=scale, votes=voters)


def log_share(value: Any, full: float) -> float:
    """log(1 + value) / log(1 + full), at most 1: renown counts in orders of magnitude, and `full` is renown enough."""
    found = number(value)
    if found is None or found <= 0:
        return 0.0
    return round(min(1.0, math.log1p(found) / math.log1p(full)), 4)


def isbn13(value: Any) -> str | None:
    """ISBN-10 or 13, in any punctuation, with the check digits verified (ISO 2108)."""
    text = value.upper() if isinstance(value, str) else ""
    text = re.sub(r"[\s\u2010-\u2015-]", "", text)
    if re.fullmatch(r"[0-9]{9}[0-9X]", text):
        total = sum((10 - at) * (10 if digit == "X" else int(digit)) for at, digit in enumerate(text))
        return _isbn13_of("978" + text[:9]) if total % 11 == 0 else None
    if re.fullmatch(r"97[89][0-9]{10}", text):
        return text if _isbn13_of(text[:12]) == text else None
    return None


def _isbn13_of(twelve: str) -> str:
    return twelve + str(-sum((1, 3)[at % 2] * int(digit) for at, digit in enumerate(twelve)) % 10)


def identifier(scheme: str, value: Any, kind: str = "", shape: re.Pattern[str] | None = None) -> Identifier | None:
    """None unless the value has the registry's `shape`."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or not (shape or re.compile(r"[\w.:/+%()-]{1,200}")).fullmatch(text):
        return None
    return Identifier(scheme=scheme, value=text, kind=kind)


def identifiers(*found: Identifier | None) -> tuple[Identifier, ...]:
    """Those there are, each once."""
    return tuple(dict.fromkeys(each for each in found if each is not None))


def episode(season: Any, place: Any, name: Any, aired: Any, minutes: Any) -> Episode | None:
    """None for a special, which has no number, or stands in season 0."""
    season, place, length = count(season), count(place), count(minutes)
    when = partial_date(aired)
    if season is None or place is None or max(season, place) > NUMBER_MAX:
        return None
    return Episode(
        season=season,
        number=place,
        title=title(name) or "",
        aired=when.value if when and when.precision == "day" else None,
        runtime_minutes=length if length and length < NUMBER_MAX else None,
    )


def listed(told: Iterable[Episode | None]) -> list[Episode]:
    """Each once, in order."""
    found: dict[tuple[int, int], Episode] = {}
    for each in told:
        if each is not None:
            found.setdefault((each.season, each.number), each)
    return [found[place] for place in sorted(found)][:EPISODES_MAX]
