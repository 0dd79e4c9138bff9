"""What MusicBrainz keeps: release groups, their releases, recordings and artists, each by its MBID.

MBIDs that are not known are made from the name. An album is a release group; `mbid` in its file is its first release.
"""

import uuid
from dataclasses import dataclass
from functools import cache

from sandbox.lastfm import ARTIST_MBIDS
from sandbox.web import Json
from sandbox.works import Album, Track, Work, works_of

__all__ = [
    "TYPES",
    "Artist",
    "Group",
    "Recording",
    "Release",
    "artists",
    "credit",
    "groups",
    "made_mbid",
    "merged_group",
    "recordings",
    "releases",
]

KNOWN = ARTIST_MBIDS | {"PSY": "f99b7d67-4e63-4678-aa66-4c6ac0f7d24a"}
KNOWN_SINGLE = 50
REISSUED = 80  # albums as popular as this came out twice
TYPES = {
    "Album": "f529b476-6e62-324f-b0aa-1f3e33d313fc",
    "Single": "d6038452-8ee0-3f68-affc-2de9a1ede0b9",
    "Soundtrack": "22a628ad-c082-3c4f-b1b6-d41665107b88",
    "Official": "4e304316-386d-3409-af2e-78857eec5cfe",
}


def made_mbid(text: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"sandbox/musicbrainz/{text}"))


@dataclass(frozen=True)
class Artist:
    name: str
    popularity: int = 30

    @property
    def mbid(self) -> str:
        return KNOWN.get(self.name) or made_mbid(f"artist/{self.name}")

    def document(self) -> dict[str, list[str]]:
        return {"artist": [self.name], "alias": [self.name], "arid": [self.mbid], "sortname": [self.name]}


@dataclass(frozen=True)
class Group:
    """A release group: an album, or the single of a track that is on none."""

    work: Album | Track

    @property
    def mbid(self) -> str:
        known = self.work.release_group if isinstance(self.work, Album) else ""
        return known or made_mbid(f"release-group/{self.work.key}")

    @property
    def popularity(self) -> int:
        return self.work.popularity

    @property
    def primary(self) -> str:
        return "Album" if isinstance(self.work, Album) else "Single"

    @property
    def covered(self) -> bool:
        """Nobody sent in the cover of a single that few know."""
        return self.work.cover and (self.primary == "Album" or self.popularity >= KNOWN_SINGLE)

    @property
    def secondary(self) -> list[str]:
        return ["Soundtrack"] if self.primary == "Album" and "soundtrack" in self.work.genres else []

    @property
    def releases(self) -> "tuple[Release, ...]":
        again = self.primary == "Album" and self.popularity >= REISSUED
        return tuple(Release(self, place) for place in range(2 if again else 1))

    def document(self) -> dict[str, list[str]]:
        return _credited(self.work) | {
            "releasegroup": names(self.work),
            "release": [self.work.title],
            "rgid": [self.mbid],
            "reid": [release.mbid for release in self.releases],
            "primarytype": [self.primary],
            "secondarytype": self.secondary,
            "type": [self.primary, *self.secondary],
            "status": ["Official"],
            "firstreleasedate": [self.work.released],
            "tag": list(self.work.genres),
        }


@dataclass(frozen=True)
class Release:
    group: Group
    place: int  # the first, or the one that came again

    @property
    def work(self) -> Album | Track:
        return self.group.work

    @property
    def mbid(self) -> str:
        if self.place == 0 and isinstance(self.work, Album) and self.work.mbid:
            return self.work.mbid
        return made_mbid(f"release/{self.place}/{self.work.key}")

    @property
    def popularity(self) -> int:
        return self.work.popularity

    @property
    def covered(self) -> bool:
        return self.group.covered

    @property
    def date(self) -> str:
        """When the second came is not known."""
        return "" if self.place else self.work.released

    @property
    def songs(self) -> tuple[Track, ...]:
        if isinstance(self.work, Track):
            return (self.work,)
        return tuple(_song(self.work, name) for name in self.work.tracks)

    def document(self) -> dict[str, list[str]]:
        return _credited(self.work) | {
            "release": names(self.work),
            "releasegroup": [self.work.title],
            "reid": [self.mbid],
            "rgid": [self.group.mbid],
            "primarytype": [self.group.primary],
            "status": ["Official"],
            "date": [self.date],
            "tracks": [str(len(self.songs))],
        }


@dataclass(frozen=True)
class Recording:
    track: Track

    @property
    def work(self) -> Track:
        return self.track

    @property
    def mbid(self) -> str:
        return self.track.mbid or made_mbid(f"recording/{self.track.title}/{self.track.creators}")

    @property
    def popularity(self) -> int:
        return self.track.popularity

    @property
    def releases(self) -> tuple[Release, ...]:
        return _releases_of().get((self.track.title, self.track.creators), ())

    def document(self) -> dict[str, list[str]]:
        return _credited(self.track) | {
            "recording": names(self.track),
            "rid": [self.mbid],
            "release": [release.work.title for release in self.releases] or [self.track.album],
            "rgid": [release.group.mbid for release in self.releases],
            "reid": [release.mbid for release in self.releases],
            "firstreleasedate": [self.track.released],
            "dur": [str(self.track.seconds * 1000)] if self.track.seconds else [],
            "isrc": [],
            "tag": list(self.track.genres),
            "video": ["false"],
        }


def names(work: Work) -> list[str]:
    return [name for name in (work.title, work.original, *work.also) if name]


def _credited(work: Work) -> dict[str, list[str]]:
    together = " & ".join(work.creators)
    return {
        "artist": [together, *work.creators],
        "artistname": list(work.creators),
        "creditname": [together, *work.creators],
        "arid": [Artist(name).mbid for name in work.creators],
    }


@cache
def groups() -> tuple[Group, ...]:
    singles = [Group(track) for track in works_of(Track) if not track.album]
    return (*map(Group, works_of(Album)), *singles)


@cache
def releases() -> tuple[Release, ...]:
    return tuple(release for group in groups() for release in group.releases)


@cache
def recordings() -> tuple[Recording, ...]:
    """The tracks there are, and those that albums only name."""
    songs = (*works_of(Track), *(song for release in releases() for song in release.songs))
    return tuple({Recording(song).mbid: Recording(song) for song in reversed(songs)}.values())


@cache
def artists() -> tuple[Artist, ...]:
    fame: dict[str, int] = {}
    for work in (*works_of(Album), *works_of(Track)):
        for name in work.creators:
            fame[name] = max(work.popularity, fame.get(name, 0))
    return tuple(Artist(name, popularity) for name, popularity in sorted(fame.items()))


@cache
def _releases_of() -> dict[tuple[str, tuple[str, ...]], tuple[Release, ...]]:
    found: dict[tuple[str, tuple[str, ...]], tuple[Release, ...]] = {}
    for release in releases():
        for song in release.songs:
            key = (song.title, song.creators)
            found[key] = (*found.get(key, ()), release)
    return found


@cache
def _tracks() -> dict[tuple[str, tuple[str, ...]], Track]:
    return {(track.title, track.creators): track for track in works_of(Track)}


def _song(album: Album, name: str) -> Track:
    made = Track(title=name, creators=album.creators, album=album.title, released=album.released, popularity=10)
    return _tracks().get((name, album.creators), made)


def merged_group(mbid: str) -> Group | None:
    """The release group that an old id was merged into."""
    return _merged().get(mbid)


@cache
def _merged() -> dict[str, Group]:
    return {made_mbid(f"merged/{group.mbid}"): group for group in groups()}


def credit(work: Work, *, found: bool) -> Json:
    """Names and what joins them; in search results the last has no `joinphrase`."""
    last = len(work.creators) - 1
    rows = []
    for place, name in enumerate(work.creators):
        joined = {"joinphrase": "" if place == last else " & "}
        artist: Json = {"id": Artist(name).mbid, "name": name, "sort-name": name}
        if not found:
            artist |= {"disambiguation": "", "type": None, "type-id": None}
        rows.append({"name": name, "artist": artist} | ({} if found and place == last else joined))
    return rows
