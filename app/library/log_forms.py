"""What can be said of a line of the log, of episodes seen, and of a goal."""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from app.catalog.candidates import ItemType
from app.kit import clock
from app.kit.errors import Invalid
from app.kit.forms import Form, Paragraphs, wrong
from app.kit.ids import UUID
from app.library.log_models import TARGET_MAX
from app.library.models import LOG_NOTE_MAX

Kind = Literal["started", "progress", "finished", "dropped"]
Unit = Literal["page", "percent", "episode", "minutes", "hours"]

EARLIEST = date(1900, 1, 1)
ROUNDS_MAX = 99
AMOUNT_MAX = 100_000
EPISODES_MAX = 32_000


def _day(typed: Any) -> date:
    if typed is None or typed == "":
        return clock.today()
    try:
        day = typed if isinstance(typed, date) else date.fromisoformat(str(typed).strip())
    except ValueError:
        raise wrong("Write the day as year-month-day, 2026-05-17.") from None
    if day < EARLIEST:
        raise wrong("This is too long ago.")
    if day > clock.today() + timedelta(days=1):
        raise wrong("This day is still to come.")
    return day


def _unless_empty(typed: Any) -> Any:
    return None if typed == "" else typed


Day = Annotated[date, BeforeValidator(_day)]
Count = Annotated[Annotated[int, Field(ge=1, le=EPISODES_MAX)] | None, BeforeValidator(_unless_empty)]
Amount = Annotated[
    Annotated[Decimal, Field(ge=0, le=AMOUNT_MAX, allow_inf_nan=False)] | None, BeforeValidator(_unless_empty)
]


class LogForm(Form):
    """`day`: today where none is said. `round`: which time through, found out where none is said."""

    kind: Kind = "progress"
    day: Day = Field(default_factory=clock.today)
    amount: Amount = None
    unit: Annotated[Unit | None, BeforeValidator(_unless_empty)] = None
    season: Count = None
    episode: Count = None
    round: Annotated[Annotated[int, Field(ge=1, le=ROUNDS_MAX)] | None, BeforeValidator(_unless_empty)] = None
    note: Annotated[Paragraphs, Field(max_length=LOG_NOTE_MAX)] = ""

    def marks(self) -> dict[str, Any]:
        """As the table has them. Raises `Invalid` for what does not go together."""
        if (self.season is None) != (self.episode is None):
            raise Invalid({"episode": "Say season and episode, or neither."})
        if self.kind == "progress" and self.amount is None and self.episode is None and not self.note:
            raise Invalid({"amount": "Say how far you are, or write a note."})
        if self.amount is not None and self.unit is None:
            raise Invalid({"unit": "Say what this counts."})
        if self.unit == "percent" and (self.amount or 0) > 100:
            raise Invalid({"amount": "This must be 100 or less."})
        marks = self.model_dump(include=set(LogForm.model_fields) - {"round"}) | {
            "unit": self.unit if self.amount is not None else None
        }
        return marks | _stored(self.amount, self.unit)


def _stored(amount: Decimal | None, unit: Unit | None) -> dict[str, Any]:
    """Hours are kept as minutes, all to one decimal."""
    if amount is None:
        return {}
    minutes = amount * 60 if unit == "hours" else amount
    kept = minutes.quantize(Decimal("0.1"), ROUND_HALF_UP)
    return {"amount": kept, "unit": "minutes" if unit == "hours" else unit}


class SeenForm(Form):
    """Which episodes: one, all `up_to` it, or without `episode` all of its season that have aired. `seen` false takes
    one off again."""

    season: Annotated[int, Field(ge=1, le=EPISODES_MAX)]
    episode: Count = None
    up_to: bool = False
    seen: bool = True
    day: Day = Field(default_factory=clock.today)


class LogListForm(Form):
    """Which lines of the log to list."""

    item: UUID | None = Field(None, description="Only those of this item.")
    type: ItemType | None = Field(None, description="Only those of items of this type.")
    year: Annotated[int, Field(ge=1900, le=2999)] | None = Field(None, description="Only those of this year.")
    after: str = Field("", max_length=60, description="Where the page before ended: follow `next`.")


class GoalForm(Form):
    """`type`: of one medium, or of all where none is said. A `target` of 0 takes the goal away."""

    year: Annotated[int, Field(ge=1900, le=2999)] = Field(default_factory=lambda: clock.today().year)
    type: Annotated[ItemType | None, BeforeValidator(_unless_empty)] = None
    target: Annotated[int, Field(ge=0, le=TARGET_MAX)]


class YearForm(Form):
    year: Annotated[int, Field(ge=1900, le=2999)] = Field(
        default_factory=lambda: clock.today().year, description="This one where none is said."
    )
