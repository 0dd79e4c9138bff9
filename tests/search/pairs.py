# ruff: noqa: E501, ERA001 - a table, one pair a line, with headings
"""Pairs of what sources tell: of one work, and of two that are easily taken for one. In the shapes of candidates."""

import datetime as dt
from typing import Any, Literal

from app.catalog.candidates import (
    BookFacts,
    Candidate,
    Facts,
    GameFacts,
    Identifier,
    MovieFacts,
    MusicFacts,
    PartialDate,
)
from app.sources.normalising import isbn13

Pair = tuple[str, Candidate, Candidate]

SHARED = {"isbn": "isbn13", "olid": "openlibrary", "volume": "google_books"}
KINDS = {"film": "movie", "series": "tv", "album": "release-group", "track": "recording"}
OF_A_KIND = frozenset({"imdb", "tmdb", "tvdb", "mbid"})


def book(source: str, title: str, by: str = "", year: int | None = None, **more: Any) -> Candidate:
    return _candidate(source, title, by, year, BookFacts(authors=_names(by)), "", more)


def film(source: str, title: str, by: str = "", year: int | None = None, **more: Any) -> Candidate:
    return _candidate(source, title, by, year, MovieFacts(kind="film", directors=_names(by)), "film", more)


def series(source: str, title: str, by: str = "", year: int | None = None, **more: Any) -> Candidate:
    return _candidate(source, title, by, year, MovieFacts(kind="series"), "series", more)


def game(source: str, title: str, by: str = "", year: int | None = None, **more: Any) -> Candidate:
    return _candidate(source, title, by, year, GameFacts(developers=_names(by)), "", more)


def album(source: str, title: str, by: str = "", year: int | None = None, **more: Any) -> Candidate:
    return _music("album", source, title, by, year, more)


def track(source: str, title: str, by: str = "", year: int | None = None, **more: Any) -> Candidate:
    return _music("track", source, title, by, year, more)


def _music(
    kind: Literal["track", "album"], source: str, title: str, by: str, year: int | None, more: dict[str, Any]
) -> Candidate:
    seconds = more.pop("seconds", None)
    facts = MusicFacts(
        kind=kind,
        artists=_names(more.pop("artists", by)),
        album=more.pop("album", None),
        duration_ms=seconds and seconds * 1000,
    )
    return _candidate(source, title, by, year, facts, kind, more)


def _candidate(
    source: str, title: str, by: str, year: int | None, facts: Facts, kind: str, more: dict[str, Any]
) -> Candidate:
    """`more` holds identifiers by scheme, and what else a candidate has by its name there."""
    plain = {name: more.pop(name) for name in ("subtitle", "original_title", "language") if name in more}
    external_id = more.pop("id", None) or " ".join((kind, title, str(year), by)).strip()
    return Candidate(
        source=source,
        external_id=external_id,
        title=title,
        creators=_names(by),
        released=PartialDate(value=dt.date(year, 1, 1), precision="year") if year else None,
        identifiers=tuple(_identifiers(kind, more)),
        facts=facts,
        **plain,
    )


def _identifiers(kind: str, more: dict[str, Any]) -> list[Identifier]:
    found = []
    for name, values in more.items():
        scheme = SHARED.get(name, name)
        for value in values if isinstance(values, tuple) else (values,):
            told = isbn13(value) if name == "isbn" else str(value)
            assert told is not None, value
            found.append(Identifier(scheme=scheme, value=told, kind=KINDS[kind] if scheme in OF_A_KIND else ""))
    return found


def _names(by: str) -> tuple[str, ...]:
    return tuple(by.split("; ")) if by else ()


ONE: list[Pair] = [
    # books: identifiers
    ("ISBN-10 and ISBN-13", book("google_books", "Dune", "Frank Herbert", 2005, isbn="0441172717"), book("open_library", "Dune", "Frank Herbert", 1965, isbn="9780441172719", olid="OL893415W")),
    ("an ISBN among many", book("google_books", "The Left Hand of Darkness", "Ursula K. Le Guin", 2000, isbn="9780441478125"), book("open_library", "The Left Hand of Darkness", "Ursula K. Le Guin", 1969, isbn=("9780441007318", "9780441478125"), olid="OL59800W")),
    ("an ISBN, the title translated", book("google_books", "Crimen y castigo", "Fiódor Dostoyevski", 2015, isbn="9788491050087"), book("open_library", "Преступление и наказание", "Фёдор Достоевский", 1866, isbn=("9788491050087", "9780140449136"), olid="OL166894W")),
    ("an ISBN, one without a subtitle", book("google_books", "Sapiens", "Yuval Noah Harari", 2015, subtitle="A Brief History of Humankind", isbn="9780062316097"), book("open_library", "Sapiens", "Yuval Noah Harari", 2011, isbn="9780062316097", olid="OL17075811W")),
    ("an OCLC number", book("google_books", "Moby Dick", "Herman Melville", 1892, oclc="2374142"), book("open_library", "Moby-Dick; or, The Whale", "Herman Melville", 1851, oclc="2374142")),
    ("two volumes of one edition record", book("google_books", "Emma", "Jane Austen", 1816, volume="Xb1AAAAAYAAJ", id="a"), book("open_library", "Emma", "Jane Austen", 1815, volume="Xb1AAAAAYAAJ", id="b")),
    # books: editions under their work
    ("editions decades apart", book("google_books", "Dune", "Frank Herbert", 2019, isbn="9780593099322"), book("open_library", "Dune", "Frank Herbert", 1965, isbn="9780441172719", olid="OL893415W")),
    ("two editions of one publisher", book("google_books", "Dune", "Frank Herbert", 2010, isbn="9780441013593", id="a"), book("google_books", "Dune", "Frank Herbert", 2003, isbn="9780441172719", id="b")),
    ("an anniversary edition", book("google_books", "Dune (40th Anniversary Edition)", "Frank Herbert", 2005), book("open_library", "Dune", "Frank Herbert", 1965)),
    ("a deluxe edition", book("google_books", "Dune: Deluxe Edition", "Frank Herbert", 2019), book("open_library", "Dune", "Frank Herbert", 1965)),
    ("a movie tie-in", book("google_books", "The Martian (Movie Tie-In)", "Andy Weir", 2015), book("open_library", "The Martian", "Andy Weir", 2011)),
    ("a series label", book("google_books", "A Game of Thrones (A Song of Ice and Fire, Book 1)", "George R. R. Martin", 2003), book("open_library", "A Game of Thrones", "George R.R. Martin", 1996)),
    ("a publisher's series", book("google_books", "Great Expectations (Penguin Classics)", "Charles Dickens", 2002), book("open_library", "Great Expectations", "Charles Dickens", 1861)),
    ("a large print edition", book("google_books", "Gone Girl (Large Print)", "Gillian Flynn", 2012), book("open_library", "Gone Girl", "Gillian Flynn", 2012)),
    ("a textbook's second edition", book("google_books", "Introduction to Algorithms, Second Edition", "Thomas H. Cormen; Charles E. Leiserson", 2001, isbn="9780262032933"), book("open_library", "Introduction to Algorithms", "Thomas H. Cormen", 1990, isbn="9780262032933", olid="OL3341992W")),
    ("a first edition", book("google_books", "Dune", "Frank Herbert", 1965, subtitle="The first edition"), book("open_library", "Dune", "Frank Herbert", 1965)),
    ("said to be a novel", book("google_books", "Circe: A Novel", "Madeline Miller", 2018), book("open_library", "Circe", "Madeline Miller", 2018)),
    ("an unabridged recording", book("google_books", "Dracula (Unabridged)", "Bram Stoker", 2012), book("open_library", "Dracula", "Bram Stoker", 1897)),
    # books: names
    ("an inverted article", book("google_books", "Left Hand of Darkness, The", "Ursula K. Le Guin", 1987), book("open_library", "The Left Hand of Darkness", "Ursula K. Le Guin", 1969)),
    ("a missing article", book("google_books", "Hobbit", "J. R. R. Tolkien", 1937), book("open_library", "The Hobbit", "J.R.R. Tolkien", 1937)),
    ("initials and names in full", book("google_books", "The Silmarillion", "John Ronald Reuel Tolkien", 1977), book("open_library", "The Silmarillion", "J.R.R. Tolkien", 1977)),
    ("an inverted name", book("google_books", "The Two Towers", "Tolkien, J. R. R.", 1954), book("open_library", "The Two Towers", "J.R.R. Tolkien", 1954)),
    ("a middle initial on one side", book("google_books", "The Dispossessed", "Ursula Le Guin", 1974), book("open_library", "The Dispossessed", "Ursula K. Le Guin", 1974)),
    ("the family name first", book("google_books", "The Three-Body Problem", "Liu Cixin", 2014), book("open_library", "The Three-Body Problem", "Cixin Liu", 2008)),
    ("another transliteration", book("google_books", "The Idiot", "Fyodor Dostoyevsky", 2003), book("open_library", "The Idiot", "Fyodor Dostoevsky", 1869)),
    ("one of two authors", book("google_books", "Good Omens", "Neil Gaiman", 1990), book("open_library", "Good Omens", "Terry Pratchett; Neil Gaiman", 1990)),
    ("accents", book("google_books", "Les Miserables", "Victor Hugo", 1862), book("open_library", "Les Misérables", "Victor Hugo", 1862)),
    ("an ampersand", book("google_books", "Pride & Prejudice", "Jane Austen", 2009), book("open_library", "Pride and Prejudice", "Jane Austen", 1813)),
    ("the subtitle in the title", book("google_books", "Sapiens: A Brief History of Humankind", "Yuval Noah Harari", 2014), book("open_library", "Sapiens", "Yuval Noah Harari", 2011, subtitle="A Brief History of Humankind")),
    ("a describing subtitle on one side", book("google_books", "Educated: A Memoir of Leaving", "Tara Westover", 2018), book("open_library", "Educated", "Tara Westover", 2018)),
    ("a title in the work's own language", book("google_books", "L'Étranger", "Albert Camus", 1942), book("open_library", "The Stranger", "Albert Camus", 1942, original_title="L’Étranger")),
    ("no year on one side", book("google_books", "Hyperion", "Dan Simmons"), book("open_library", "Hyperion", "Dan Simmons", 1989)),
    # films
    ("a TMDB number", film("tmdb", "Star Wars", "", 1977, tmdb=11), film("wikidata", "Star Wars: Episode IV – A New Hope", "George Lucas", 1977, tmdb=11, imdb="tt0076759", wikidata="Q17738")),
    ("an IMDb number", film("tmdb", "Amélie", "Jean-Pierre Jeunet", 2001, tmdb=194, imdb="tt0211915"), film("wikidata", "Le Fabuleux Destin d'Amélie Poulain", "Jean-Pierre Jeunet", 2001, imdb="tt0211915", wikidata="Q484048")),
    ("an IMDb number, dates two years apart", film("tmdb", "Primer", "Shane Carruth", 2004, tmdb=14337, imdb="tt0390384"), film("wikidata", "Primer", "Shane Carruth", 2002, imdb="tt0390384", wikidata="Q1071860")),
    ("title, director and year", film("wikidata", "Dune", "Denis Villeneuve", 2021, wikidata="Q60834962"), film("itunes", "Dune (2021)", "Denis Villeneuve", 2021)),
    ("the next year elsewhere", film("wikidata", "Spirited Away", "Hayao Miyazaki", 2001), film("itunes", "Spirited Away", "Hayao Miyazaki", 2002)),
    ("no director on one side", film("tmdb", "Blade Runner 2049", "", 2017, tmdb=335984), film("itunes", "Blade Runner 2049", "Denis Villeneuve", 2017)),
    ("a director's cut", film("wikidata", "Blade Runner", "Ridley Scott", 1982), film("itunes", "Blade Runner (Director's Cut)", "Ridley Scott", 1982)),
    ("a numeral", film("wikidata", "The Godfather Part II", "Francis Ford Coppola", 1974), film("itunes", "The Godfather, Part 2", "Francis Ford Coppola", 1974)),
    ("a number in words", film("tmdb", "Dune: Part Two", "", 2024, tmdb=693134), film("itunes", "Dune: Part 2", "Denis Villeneuve", 2024)),
    ("a raised number", film("wikidata", "Alien³", "David Fincher", 1992), film("itunes", "Alien 3", "David Fincher", 1992)),
    ("a hyphen", film("tmdb", "Spider-Man", "", 2002, tmdb=557), film("itunes", "Spiderman", "Sam Raimi", 2002)),
    ("signs between letters", film("tmdb", "WALL·E", "", 2008, tmdb=10681), film("itunes", "WALL-E", "Andrew Stanton", 2008)),
    ("the original title", film("tmdb", "Cinema Paradiso", "", 1988, original_title="Nuovo Cinema Paradiso", tmdb=11216), film("wikidata", "Nuovo cinema Paradiso", "Giuseppe Tornatore", 1988)),
    # series
    ("a TheTVDB number", series("tmdb", "Breaking Bad", "Vince Gilligan", 2008, tmdb=1396, tvdb=81189), series("tvmaze", "Breaking Bad", "", 2008, tvdb=81189, imdb="tt0903747")),
    ("neither says who made it", series("tmdb", "Severance", "", 2022, tmdb=95396, language="en"), series("tvmaze", "Severance", "", 2022, language="en", imdb="tt11280740")),
    ("creator and year", series("tmdb", "The Wire", "David Simon", 2002, tmdb=1438), series("tvmaze", "The Wire", "David Simon", 2002, imdb="tt0306414")),
    # games
    ("a Steam number", game("igdb", "Hades", "Supergiant Games", 2020, igdb=113112, steam=1145360), game("steam", "Hades", steam=1145360)),
    ("a Steam number among two", game("igdb", "Counter-Strike 2", "Valve", 2023, igdb=242408, steam=(730, 745)), game("steam", "Counter-Strike 2", steam=730)),
    ("developer and year", game("igdb", "The Witcher 3: Wild Hunt", "CD Projekt RED", 2015, igdb=1942), game("steam", "The Witcher® 3: Wild Hunt", "CD PROJEKT RED", 2015, steam=292030)),
    ("a firm's legal form", game("igdb", "Portal 2", "Valve Corporation", 2011, igdb=72), game("steam", "Portal 2", "Valve", 2011, steam=620)),
    ("a game of the year edition", game("igdb", "Fallout: New Vegas", "Obsidian Entertainment", 2010, igdb=16), game("steam", "Fallout: New Vegas - Game of the Year Edition", "Obsidian Entertainment", 2010)),
    ("a numeral in a game", game("igdb", "Sid Meier's Civilization VI", "Firaxis Games", 2016), game("steam", "Sid Meier’s Civilization 6", "Firaxis Games", 2016)),
    # albums
    ("artist and year", album("musicbrainz", "OK Computer", "Radiohead", 1997, mbid="b1392450-e666-3926-a536-22c65f834433"), album("itunes", "OK Computer", "Radiohead", 1997)),
    ("no year on one side of music", album("lastfm", "In Rainbows", "Radiohead"), album("musicbrainz", "In Rainbows", "Radiohead", 2007)),
    ("an article before the band", album("lastfm", "Abbey Road", "Beatles"), album("musicbrainz", "Abbey Road", "The Beatles", 1969)),
    ("signs only", album("musicbrainz", "÷", "Ed Sheeran", 2017), album("itunes", "÷", "Ed Sheeran", 2017)),
    ("called after the band, with years", album("musicbrainz", "Weezer", "Weezer", 1994), album("itunes", "Weezer", "Weezer", 1994)),
    ("the same remaster", album("lastfm", "Abbey Road (Remastered)", "The Beatles"), album("itunes", "Abbey Road (Remastered)", "The Beatles", 1969)),
    ("a single on both sides", album("musicbrainz", "Bad", "Michael Jackson", 1987, subtitle="Single"), album("itunes", "Bad - Single", "Michael Jackson", 1987)),
    ("what it is told apart by", album("musicbrainz", "Weezer", "Weezer", 1994, subtitle="Blue Album"), album("itunes", "Weezer (Blue Album)", "Weezer", 1994)),
    ("a soundtrack named two ways", album("musicbrainz", "Dune (Original Motion Picture Soundtrack)", "Toto", 1984), album("itunes", "Dune: Original Soundtrack", "Toto", 1984)),
    ("dollars for letters", album("lastfm", "Animal", "Ke$ha"), album("itunes", "Animal", "Kesha", 2010)),
    # tracks
    ("an ISRC", track("musicbrainz", "Creep", "Radiohead", 1992, isrc=("GBAYE9200070",)), track("itunes", "Creep", "Radiohead", 1993, isrc="GBAYE9200070")),
    ("lengths close by", track("musicbrainz", "Bohemian Rhapsody", "Queen", 1975, seconds=354), track("itunes", "Bohemian Rhapsody", "Queen", 1975, seconds=355, album="A Night at the Opera")),
    ("a guest in the title", track("lastfm", "Umbrella (feat. JAY-Z)", "Rihanna"), track("musicbrainz", "Umbrella", "Rihanna feat. Jay-Z", 2007, artists="Rihanna; JAY-Z")),
    ("two artists, one of them named", track("lastfm", "Under Pressure", "Queen"), track("musicbrainz", "Under Pressure", "Queen & David Bowie", 1981, artists="Queen; David Bowie")),
    ("the album version", track("lastfm", "Layla (Album Version)", "Derek and the Dominos"), track("itunes", "Layla", "Derek & The Dominos", 1970)),
    ("one album brought out again", track("itunes", "Electro Man", "Calvin Harris", 2007, seconds=298, album="I Created Disco"), track("musicbrainz", "Electro Man", "Calvin Harris", 2012, seconds=296, album="I Created Disco")),
    ("a clean version", track("itunes", "Cameras [Clean]", "Wiz Khalifa", 2011), track("musicbrainz", "Cameras", "Wiz Khalifa", 2011)),
    ("the same live version", track("lastfm", "Creep - Live", "Radiohead"), track("itunes", "Creep (Live)", "Radiohead", 2001)),
    ("the same remaster of a track", track("lastfm", "Wish You Were Here - 2011 Remaster", "Pink Floyd"), track("itunes", "Wish You Were Here (Remastered 2011)", "Pink Floyd", 1975)),
]  # fmt: skip

TWO: list[Pair] = [
    # never across types
    ("the book and the film", book("open_library", "Dune", "Frank Herbert", 1984), film("tmdb", "Dune", "", 1984, tmdb=841)),
    ("the film and the album", film("tmdb", "Purple Rain", "", 1984, tmdb=13763), album("musicbrainz", "Purple Rain", "Prince and the Revolution", 1984)),
    ("the film and the series", film("tmdb", "Fargo", "", 1996, tmdb=275), series("tmdb", "Fargo", "", 2014, tmdb=60622)),
    ("film and series of one year", film("tmdb", "Watchmen", "", 2019, tmdb=1), series("tvmaze", "Watchmen", "", 2019)),
    ("film and series under one IMDb number", film("wikidata", "Sherlock", "Mark Gatiss", 2010, imdb="tt1475582"), series("tvmaze", "Sherlock", "Mark Gatiss", 2010, imdb="tt1475582")),
    ("the track and the album", track("itunes", "Nevermind", "Nirvana", 1991), album("itunes", "Nevermind", "Nirvana", 1991)),
    ("the game and the series", game("igdb", "The Last of Us", "Naughty Dog", 2013), series("tvmaze", "The Last of Us", "", 2023)),
    ("one number in two namespaces", film("tmdb", "The Office", "", 2005, tmdb=2316), series("wikidata", "The Office", "", 2005, tmdb=2316)),
    # never against strong identifiers
    ("two TMDB numbers", film("tmdb", "The Kiss", "", 2021, tmdb=1, id="movie/1"), film("tmdb", "The Kiss", "", 2021, tmdb=2, id="movie/2")),
    ("two IMDb numbers", film("wikidata", "The Kiss", "Ann Lee", 2021, imdb="tt1000001"), film("tmdb", "The Kiss", "Ann Lee", 2021, imdb="tt1000002")),
    ("two works of Open Library", book("open_library", "Selected Stories", "Alice Munro", 1996, olid="OL1W"), book("open_library", "Selected Stories", "Alice Munro", 1996, olid="OL2W", id="b")),
    ("two ISRCs", track("musicbrainz", "Hurt", "Johnny Cash", 2002, isrc="USDJ20300001"), track("itunes", "Hurt", "Johnny Cash", 2002, isrc="USDJ20300002")),
    ("two recordings", track("musicbrainz", "Hurt", "Nine Inch Nails", 1994, mbid="11111111-1111-1111-1111-111111111111"), track("lastfm", "Hurt", "Nine Inch Nails", mbid="22222222-2222-2222-2222-222222222222")),
    ("two Steam numbers", game("igdb", "The Elder Scrolls V: Skyrim", "Bethesda Game Studios", 2011, igdb=472, steam=72850), game("steam", "The Elder Scrolls V: Skyrim", "Bethesda Game Studios", 2011, steam=489830)),
    ("two IGDB numbers", game("igdb", "Tetris", "Nintendo", 1989, igdb=1, id="1"), game("igdb", "Tetris", "Nintendo", 1989, igdb=2, id="2")),
    # books: series, sequels, numbers
    ("a sequel", book("open_library", "Dune", "Frank Herbert", 1965), book("open_library", "Dune Messiah", "Frank Herbert", 1965)),
    ("two volumes", book("google_books", "Saga, Vol. 1", "Brian K. Vaughan", 2012), book("google_books", "Saga, Vol. 2", "Brian K. Vaughan", 2013)),
    ("two volumes in brackets", book("google_books", "Saga (Volume 2)", "Brian K. Vaughan", 2013), book("open_library", "Saga", "Brian K. Vaughan", 2012)),
    ("two volumes by a label", book("google_books", "Berserk (Berserk, #2)", "Kentaro Miura", 1991), book("open_library", "Berserk", "Kentaro Miura", 1990)),
    ("two parts", book("google_books", "Henry IV, Part 1", "William Shakespeare", 1598), book("google_books", "Henry IV, Part 2", "William Shakespeare", 1598)),
    ("a book of a series named by it", book("google_books", "Star Wars", "Timothy Zahn", 1991), book("google_books", "Star Wars: Heir to the Empire", "Timothy Zahn", 1991)),
    ("books of a series told by their subtitle", book("google_books", "Conversations with God: An Uncommon Dialogue, Book 2", "Neale Donald Walsch", 1996), book("open_library", "Conversations with God: An Uncommon Dialogue, Book 3", "Neale Donald Walsch", 1996)),
    ("two books in one", book("google_books", "A Game of Thrones / A Clash of Kings (A Song of Ice and Fire, #1-2)", "George R.R. Martin", 1996), book("open_library", "A Game of Thrones (A Song of Ice and Fire, #1)", "George R.R. Martin", 1996)),
    ("places in a series", book("google_books", "Avatar: The Last Airbender (The Promise, #1)", "Gene Luen Yang", 2012), book("open_library", "Avatar: The Last Airbender (The Promise, #2)", "Gene Luen Yang", 2012)),
    ("places in two series", book("google_books", "Avatar: The Last Airbender (The Promise, #1)", "Gene Luen Yang", 2012), book("open_library", "Avatar: The Last Airbender (The Search, #1)", "Gene Luen Yang", 2013)),
    ("collections of other lengths", book("google_books", "A Song of Ice and Fire (A Song of Ice and Fire, #1-4)", "George R.R. Martin", 2011), book("open_library", "A Song of Ice and Fire (A Song of Ice and Fire, #1-5)", "George R.R. Martin", 2000)),
    ("an issue and a volume", book("google_books", "Saga, Vol. 1", "Brian K. Vaughan", 2012), book("open_library", "Saga #1", "Brian K. Vaughan", 2012)),
    ("several volumes", book("google_books", "Saga (Saga, #1-3)", "Brian K. Vaughan", 2012), book("open_library", "Saga", "Brian K. Vaughan", 2012)),
    ("two subtitles", book("google_books", "Salt: A World History", "Mark Kurlansky", 2002), book("open_library", "Salt: A Family Story", "Mark Kurlansky", 2002)),
    ("a subtitle of another year", book("google_books", "Educated: A Guide for Teachers", "Tara Westover", 2022), book("open_library", "Educated", "Tara Westover", 2018)),
    ("a graded reader", book("google_books", "The Firm (Penguin Readers, Level 5)", "John Grisham", 1991), book("open_library", "The Firm", "John Grisham", 1991)),
    ("a series and its first book", book("open_library", "The Sandman", "Neil Gaiman", 1989), book("google_books", "The Sandman: Preludes & Nocturnes", "Neil Gaiman", 1990)),
    # books: made of another
    ("a study guide", book("google_books", "Dune: A Study Guide", "Frank Herbert", 1965), book("open_library", "Dune", "Frank Herbert", 1965)),
    ("a summary", book("google_books", "Summary of Sapiens: A Brief History of Humankind", "Yuval Noah Harari", 2015), book("open_library", "Sapiens: A Brief History of Humankind", "Yuval Noah Harari", 2014)),
    ("a graphic novel", book("google_books", "Dune: The Graphic Novel", "Frank Herbert", 2020), book("open_library", "Dune", "Frank Herbert", 2020)),
    ("a graphic history", book("google_books", "Sapiens: A Graphic History", "Yuval Noah Harari", 2020), book("google_books", "Sapiens", "Yuval Noah Harari", 2020, id="b")),
    ("a graphic novel under one ISBN", book("google_books", "Kindred: A Graphic Novel Adaptation", "Octavia E. Butler", 2017, isbn="9781419709470"), book("open_library", "Kindred", "Octavia E. Butler", 1979, isbn=("9780807083697", "9781419709470"))),
    ("an abridged edition", book("google_books", "The Count of Monte Cristo (Abridged)", "Alexandre Dumas", 1846), book("open_library", "The Count of Monte Cristo", "Alexandre Dumas", 1846)),
    ("an annotated edition", book("google_books", "The Annotated Alice", "Lewis Carroll", 1960), book("open_library", "Alice", "Lewis Carroll", 1960)),
    ("an omnibus", book("google_books", "The Hitchhiker's Guide to the Galaxy Omnibus", "Douglas Adams", 1980), book("open_library", "The Hitchhiker's Guide to the Galaxy", "Douglas Adams", 1979)),
    ("a box set under one ISBN", book("google_books", "The Lord of the Rings Boxed Set", "J.R.R. Tolkien", 2012, isbn="9780547928180"), book("open_library", "The Fellowship of the Ring", "J.R.R. Tolkien", 1954, isbn="9780547928180")),
    ("a trilogy in one", book("google_books", "Foundation: Trilogy", "Isaac Asimov", 1951), book("open_library", "Foundation", "Isaac Asimov", 1951)),
    ("a screenplay", book("google_books", "Arrival: The Screenplay", "Ted Chiang", 2016), book("open_library", "Arrival", "Ted Chiang", 2016)),
    ("a novelisation by another", book("google_books", "Alien", "Alan Dean Foster", 1979), book("open_library", "Alien", "Dan O'Bannon", 1979)),
    ("a companion", book("google_books", "The Wheel of Time Companion", "Robert Jordan", 1990), book("open_library", "The Wheel of Time", "Robert Jordan", 1990)),
    ("an edition for the young", book("google_books", "Unbroken (Young Readers Edition)", "Laura Hillenbrand", 2010), book("open_library", "Unbroken", "Laura Hillenbrand", 2010)),
    # books: names
    ("one title, two authors", book("google_books", "The Stand-In", "Lily Chu", 2021), book("open_library", "The Stand-In", "Steve Bloom", 2021)),
    ("one surname, two people", book("google_books", "Persuasion", "Jane Austen", 1817), book("open_library", "Persuasion", "Sarah Austen", 1817)),
    ("one middle initial differs", book("google_books", "Networks", "David A. Smith", 2010), book("open_library", "Networks", "David B. Smith", 2010)),
    ("no author on one side", book("google_books", "Collected Poems", "", 1999), book("open_library", "Collected Poems", "Philip Larkin", 1999)),
    ("poems of two years", book("google_books", "Poems", "W. B. Yeats", 1895), book("open_library", "Poems", "W. B. Yeats", 1920)),
    ("selected poems of no year", book("google_books", "Selected Poems", "Robert Frost"), book("open_library", "Selected Poems", "Robert Frost", 1923)),
    # films
    ("remakes", film("tmdb", "Dune", "", 1984, tmdb=841), film("itunes", "Dune", "Denis Villeneuve", 2021)),
    ("one director's two films of a name", film("wikidata", "The Man Who Knew Too Much", "Alfred Hitchcock", 1934), film("itunes", "The Man Who Knew Too Much", "Alfred Hitchcock", 1956)),
    ("a remake without a year", film("wikidata", "Funny Games", "Michael Haneke", 1997), film("itunes", "Funny Games", "Michael Haneke")),
    ("two directors in one year", film("wikidata", "Hercules", "Brett Ratner", 2014), film("itunes", "Hercules", "Renny Harlin", 2014)),
    ("a sequel by number", film("wikidata", "Kill Bill: Vol. 1", "Quentin Tarantino", 2003), film("itunes", "Kill Bill: Vol. 2", "Quentin Tarantino", 2004)),
    ("a sequel by a numeral", film("wikidata", "The Matrix", "Lana Wachowski", 2003), film("itunes", "The Matrix II", "Lana Wachowski", 2003)),
    ("a second part", film("wikidata", "Dune", "Denis Villeneuve", 2023), film("itunes", "Dune: Part Two", "Denis Villeneuve", 2024)),
    ("the next year, no director", film("tmdb", "Snow White", "", 2012, tmdb=1), film("itunes", "Snow White", "Tarsem Singh", 2011)),
    ("a making of", film("tmdb", "The Making of Alien", "", 1979, tmdb=5), film("itunes", "Alien", "Ridley Scott", 1979)),
    # series
    ("two countries' series of a name", series("tmdb", "Utopia", "", 2013, tmdb=1, language="en"), series("tvmaze", "Utopia", "", 2014, language="en")),
    ("two languages in one year", series("tmdb", "The Bridge", "", 2013, tmdb=45016, language="en"), series("tvmaze", "The Bridge", "", 2013, language="sv")),
    ("an article, nobody's name", series("tmdb", "The Stranger", "", 2020, tmdb=1), series("tvmaze", "Stranger", "", 2020)),
    ("two of a source in one year", series("tvmaze", "What / If", "", 2019, id="1"), series("tvmaze", "What If?", "", 2019, id="2")),
    ("a series and its American namesake", series("tmdb", "The Office", "", 2001, tmdb=2996), series("tvmaze", "The Office", "", 2005)),
    ("a season", series("tmdb", "True Detective", "", 2014, tmdb=46648), series("tvmaze", "True Detective Season 2", "", 2014)),
    ("a country in brackets", series("tmdb", "Shameless (US)", "", 2011, tmdb=34307), series("tvmaze", "Shameless", "", 2011)),
    # games
    ("a remake of one studio", game("igdb", "Doom", "id Software", 1993), game("steam", "DOOM", "id Software", 2016)),
    ("a row of the store, neither maker nor year", game("igdb", "Prey", "Human Head Studios", 2006), game("steam", "Prey", steam=480490)),
    ("an expansion", game("igdb", "The Witcher 3: Wild Hunt - Blood and Wine", "CD Projekt RED", 2016), game("steam", "The Witcher 3: Wild Hunt", "CD Projekt RED", 2015)),
    ("a demo", game("igdb", "Portal 2 Demo", "Valve", 2011), game("steam", "Portal 2", "Valve", 2011)),
    ("a soundtrack for sale", game("steam", "Hades Original Soundtrack", "Supergiant Games", 2020), game("igdb", "Hades", "Supergiant Games", 2020)),
    ("a remaster of a game", game("igdb", "Dark Souls: Remastered", "FromSoftware", 2012), game("steam", "Dark Souls", "FromSoftware", 2011)),
    ("a numeral of a game", game("igdb", "Final Fantasy VII", "Square", 1997), game("steam", "Final Fantasy VIII", "Square", 1998)),
    ("a bundle", game("steam", "Half-Life Complete", "Valve", 1998), game("igdb", "Half-Life", "Valve", 1998)),
    # albums
    ("a deluxe album", album("itunes", "OK Computer (Deluxe Edition)", "Radiohead", 1997), album("musicbrainz", "OK Computer", "Radiohead", 1997)),
    ("a remastered album", album("itunes", "Abbey Road (Remastered)", "The Beatles", 1969), album("musicbrainz", "Abbey Road", "The Beatles", 1969)),
    ("the soundtrack and the score", album("musicbrainz", "Dune (Original Motion Picture Soundtrack)", "Toto", 1984), album("itunes", "Dune (Original Motion Picture Score)", "Toto", 1984)),
    ("a live album", album("itunes", "The Wall (Live)", "Pink Floyd", 1979), album("musicbrainz", "The Wall", "Pink Floyd", 1979)),
    ("a single named as the album", album("itunes", "Bad - Single", "Michael Jackson", 1987), album("musicbrainz", "Bad", "Michael Jackson", 1987)),
    ("a single, told apart", album("musicbrainz", "Bad", "Michael Jackson", 1987, subtitle="Single"), album("itunes", "Bad", "Michael Jackson", 1987)),
    ("an EP named as the album", album("itunes", "Sour EP", "Olivia Rodrigo", 2021), album("musicbrainz", "Sour", "Olivia Rodrigo", 2021)),
    ("two called after the band", album("musicbrainz", "Weezer", "Weezer", 1994), album("itunes", "Weezer", "Weezer", 2001)),
    ("one called after the band, no year", album("lastfm", "Peter Gabriel", "Peter Gabriel"), album("musicbrainz", "Peter Gabriel", "Peter Gabriel", 1977)),
    ("hits of two years", album("itunes", "Greatest Hits", "Queen", 1981), album("lastfm", "Greatest Hits", "Queen")),
    ("a reissue far off", album("itunes", "Pet Sounds", "The Beach Boys", 1990), album("musicbrainz", "Pet Sounds", "The Beach Boys", 1966)),
    ("another band's album", album("itunes", "Dummy", "Portishead", 1994), album("lastfm", "Dummy", "Nine Dollar Dummies")),
    ("a tribute", album("itunes", "OK Computer (A Tribute)", "Radiohead", 1997), album("musicbrainz", "OK Computer", "Radiohead", 1997)),
    ("her own version", album("itunes", "Red (Taylor's Version)", "Taylor Swift", 2012), album("musicbrainz", "Red", "Taylor Swift", 2012)),
    # tracks
    ("a live track", track("itunes", "Creep (Live)", "Radiohead", 1992), track("musicbrainz", "Creep", "Radiohead", 1992)),
    ("a live recording, told apart", track("musicbrainz", "Radio Ga Ga", "Queen", 1984, subtitle="live, 1985-07-13: Wembley Stadium"), track("itunes", "Radio Ga Ga", "Queen", 1984)),
    ("a track on a live album", track("itunes", "Creep", "Radiohead", 1992, album="Live at the Astoria"), track("musicbrainz", "Creep", "Radiohead", 1992, album="Pablo Honey")),
    ("a remastered track", track("itunes", "Bohemian Rhapsody - Remastered 2011", "Queen", 1975), track("musicbrainz", "Bohemian Rhapsody", "Queen", 1975)),
    ("two remasters", track("itunes", "Heroes - 1999 Remaster", "David Bowie", 1977), track("lastfm", "Heroes - 2017 Remaster", "David Bowie")),
    ("a remix", track("itunes", "Blue Monday (Hardfloor Mix)", "New Order", 1983), track("musicbrainz", "Blue Monday", "New Order", 1983)),
    ("acoustic", track("itunes", "Layla (Acoustic)", "Eric Clapton", 1992), track("musicbrainz", "Layla", "Eric Clapton", 1992)),
    ("a cover", track("itunes", "Hurt", "Johnny Cash", 2002), track("lastfm", "Hurt", "Nine Inch Nails")),
    ("a guest's own recording", track("lastfm", "Under Pressure", "David Bowie"), track("musicbrainz", "Under Pressure", "Queen & David Bowie", 1981, artists="Queen; David Bowie")),
    ("lengths far apart", track("itunes", "Marquee Moon", "Television", 1977, seconds=293), track("musicbrainz", "Marquee Moon", "Television", 1977, seconds=640)),
    ("an instrumental", track("itunes", "Clocks (Instrumental)", "Coldplay", 2002), track("musicbrainz", "Clocks", "Coldplay", 2002)),
    ("sped up", track("itunes", "Bad Habit (Sped Up)", "Steve Lacy", 2022), track("lastfm", "Bad Habit", "Steve Lacy")),
    ("a radio edit", track("itunes", "Levels (Radio Edit)", "Avicii", 2011), track("musicbrainz", "Levels", "Avicii", 2011)),
]  # fmt: skip
