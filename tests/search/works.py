"""Works to be searched: those a test makes up, and some of the real ones of `search_index/works`."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.catalog.candidates import ITEM_TYPES, ItemType
from app.catalog.models import BookItem, GameItem, MediaItem, MediaSource, MovieItem, MusicItem
from app.kit.ids import new_id
from bench.works import rows


@dataclass(frozen=True, slots=True)
class Work:
    type: str
    title: str
    creators: tuple[str, ...]
    year: int | None = None
    popularity: float = 0.3
    subtitle: str | None = None
    original_title: str | None = None
    series: str | None = None
    album: str | None = None
    genres: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    rating: float | None = None  # out of ten, by a thousand people, at the first source

    def told(self, item: MediaItem) -> list[MediaSource]:
        """Its provenance."""
        return [
            MediaSource(
                item_id=item.id,
                source_name=source,
                external_id=str(item.id),
                rating_value=None if n else self.rating,
                rating_scale=None if n or self.rating is None else 10,
                rating_votes=None if n or self.rating is None else 1_000,
            )
            for n, source in enumerate(self.sources)
        ]

    def rows(self) -> tuple[MediaItem, BookItem | GameItem | MovieItem | MusicItem]:
        item = MediaItem(
            id=new_id(),
            type=self.type,
            title=self.title,
            sort_title=self.title.lower(),
            subtitle=self.subtitle,
            original_title=self.original_title,
            creators=list(self.creators),
            genres=list(self.genres),
            year=self.year,
            popularity=self.popularity,
        )
        match self.type:
            case "book":
                return item, BookItem(item_id=item.id, series=self.series)
            case "movie":
                return item, MovieItem(item_id=item.id, kind="film")
            case "game":
                return item, GameItem(item_id=item.id)
            case _:
                return item, MusicItem(item_id=item.id, kind="track" if self.album else "album", album=self.album)


def book(title: str, by: str, year: int | None = None, popularity: float = 0.3, **more: Any) -> Work:
    return Work("book", title, tuple(by.split(" & ")), year, popularity, **more)


def movie(title: str, by: str, year: int | None = None, popularity: float = 0.3, **more: Any) -> Work:
    return Work("movie", title, tuple(by.split(" & ")), year, popularity, **more)


def game(title: str, by: str, year: int | None = None, popularity: float = 0.3, **more: Any) -> Work:
    return Work("game", title, tuple(by.split(" & ")), year, popularity, **more)


def music(title: str, by: str, year: int | None = None, popularity: float = 0.3, **more: Any) -> Work:
    return Work("music", title, tuple(by.split(" & ")), year, popularity, **more)


def _known(type_: ItemType) -> Iterator[Work]:
    for row in rows(type_):
        creators = tuple(row["creators"].split(" / "))
        if not NAMES.isdisjoint(creators):
            yield Work(
                type=type_,
                title=row["title"],
                creators=creators,
                year=int(row["year"]),
                popularity=float(row["popularity"]),
                original_title=row["original_title"] or None,
                series=row.get("series") or None,
                album=row.get("album") or None,
            )


NAMES = {
    *("Frank Herbert", "George Orwell", "Isaac Asimov", "J. K. Rowling", "Mario Puzo", "Gabriel García Márquez"),
    *("Denis Villeneuve", "David Lynch", "Stanley Kubrick", "Francis Ford Coppola", "Akira Kurosawa", "Ridley Scott"),
    *("Steven Spielberg", "Westwood Studios", "Nintendo", "Radiohead", "AC/DC", "Björk"),
}
WORKS = tuple(work for type_ in ITEM_TYPES for work in _known(type_))
