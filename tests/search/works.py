"""A small catalog to be searched: works with titles that are hard to find, and their neighbours."""

from dataclasses import dataclass

from app.catalog.models import BookItem, GameItem, MediaItem, MovieItem, MusicItem
from app.kit.ids import new_id


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

    def rows(self) -> tuple[MediaItem, BookItem | GameItem | MovieItem | MusicItem]:
        item = MediaItem(
            id=new_id(),
            type=self.type,
            title=self.title,
            sort_title=self.title.lower(),
            subtitle=self.subtitle,
            original_title=self.original_title,
            creators=list(self.creators),
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


def book(title: str, by: str, year: int | None = None, popularity: float = 0.3, **more: str) -> Work:
    return Work("book", title, tuple(by.split(" & ")), year, popularity, **more)


def movie(title: str, by: str, year: int | None = None, popularity: float = 0.3, **more: str) -> Work:
    return Work("movie", title, tuple(by.split(" & ")), year, popularity, **more)


def game(title: str, by: str, year: int | None = None, popularity: float = 0.3, **more: str) -> Work:
    return Work("game", title, tuple(by.split(" & ")), year, popularity, **more)


def music(title: str, by: str, year: int | None = None, popularity: float = 0.3, **more: str) -> Work:
    return Work("music", title, tuple(by.split(" & ")), year, popularity, **more)


WORKS = (
    book("Dune", "Frank Herbert", 1965, 0.9, series="Dune #1"),
    book("Dune Messiah", "Frank Herbert", 1969, 0.5, series="Dune #2"),
    book("Children of Dune", "Frank Herbert", 1976, 0.4, series="Dune #3"),
    movie("Dune", "Denis Villeneuve", 2021, 0.85),
    movie("Dune: Part Two", "Denis Villeneuve", 2024, 0.8),
    movie("Dune", "David Lynch", 1984, 0.5),
    game("Dune II: The Building of a Dynasty", "Westwood Studios", 1992, 0.3),
    book("1984", "George Orwell", 1949, 0.9, original_title="Nineteen Eighty-Four"),
    movie("1984", "Michael Radford", 1984, 0.3),
    movie("Wonder Woman 1984", "Patty Jenkins", 2020, 0.5),
    book("Animal Farm", "George Orwell", 1945, 0.8),
    movie("2001: A Space Odyssey", "Stanley Kubrick", 1968, 0.85),
    book("2001: A Space Odyssey", "Arthur C. Clarke", 1968, 0.6),
    book("2010: Odyssey Two", "Arthur C. Clarke", 1982, 0.4),
    book("Rendezvous with Rama", "Arthur C. Clarke", 1973, 0.5),
    movie("Barry Lyndon", "Stanley Kubrick", 1975, 0.5),
    movie("The Shining", "Stanley Kubrick", 1980, 0.8),
    book("The Shining", "Stephen King", 1977, 0.8),
    book("It", "Stephen King", 1986, 0.8),
    movie("It", "Andy Muschietti", 2017, 0.7),
    movie("It Follows", "David Robert Mitchell", 2014, 0.5),
    movie("It's a Wonderful Life", "Frank Capra", 1946, 0.7),
    movie("M", "Fritz Lang", 1931, 0.6),
    book("V.", "Thomas Pynchon", 1963, 0.3),
    movie("V for Vendetta", "James McTeigue", 2005, 0.7),
    movie("Z", "Costa-Gavras", 1969, 0.4),
    book("Z for Zachariah", "Robert C. O'Brien", 1974, 0.3),
    music("Ø", "Underoath", 2010, 0.2, album="Ø (Disambiguation)"),
    music("÷", "Ed Sheeran", 2017, 0.8),
    music("Back in Black", "AC/DC", 1980, 0.8),
    music("Highway to Hell", "AC/DC", 1979, 0.7),
    movie("9-1-1", "Ryan Murphy & Brad Falchuk", 2018, 0.5),
    game("S.T.A.L.K.E.R.: Shadow of Chernobyl", "GSC Game World", 2007, 0.5),
    game("S.T.A.L.K.E.R. 2: Heart of Chornobyl", "GSC Game World", 2024, 0.6),
    movie("Stalker", "Andrei Tarkovsky", 1979, 0.6, original_title="Сталкер"),
    movie("Solaris", "Andrei Tarkovsky", 1972, 0.5, original_title="Солярис"),
    book("Solaris", "Stanisław Lem", 1961, 0.5),
    movie("WALL·E", "Andrew Stanton", 2008, 0.8),
    movie("Amélie", "Jean-Pierre Jeunet", 2001, 0.8, original_title="Le Fabuleux Destin d'Amélie Poulain"),
    movie("Seven Samurai", "Akira Kurosawa", 1954, 0.8, original_title="七人の侍"),
    movie("Tokyo Story", "Yasujirō Ozu", 1953, 0.5, original_title="東京物語"),
    music("東京", "Yui", 2006, 0.2),
    movie("Ran", "Akira Kurosawa", 1985, 0.5, original_title="乱"),
    movie("千と千尋の神隠し", "宮崎駿", 2001, 0.9),
    movie("기생충", "봉준호", 2019, 0.8),
    book("Война и мир", "Лев Толстой", 1869, 0.5),
    book("War and Peace", "Leo Tolstoy", 1869, 0.7),
    movie("The Godfather", "Francis Ford Coppola", 1972, 0.95),
    movie("The Godfather Part II", "Francis Ford Coppola", 1974, 0.8),
    book("The Godfather", "Mario Puzo", 1969, 0.6),
    movie("Apocalypse Now", "Francis Ford Coppola", 1979, 0.8),
    book("The Left Hand of Darkness", "Ursula K. Le Guin", 1969, 0.7),
    book("The Dispossessed", "Ursula K. Le Guin", 1974, 0.6),
    book("A Wizard of Earthsea", "Ursula K. Le Guin", 1968, 0.65, series="Earthsea #1"),
    book("The Tombs of Atuan", "Ursula K. Le Guin", 1971, 0.4, series="Earthsea #2"),
    book("The Lord of the Rings", "J. R. R. Tolkien", 1954, 0.95),
    book("The Hobbit", "J.R.R. Tolkien", 1937, 0.9, subtitle="or There and Back Again"),
    movie("The Lord of the Rings: The Fellowship of the Ring", "Peter Jackson", 2001, 0.9),
    movie("The Lord of the Rings: The Two Towers", "Peter Jackson", 2002, 0.85),
    movie("The Lord of the Rings: The Return of the King", "Peter Jackson", 2003, 0.9),
    movie("Lord of War", "Andrew Niccol", 2005, 0.4),
    book("Lord of the Flies", "William Golding", 1954, 0.8),
    book("A Game of Thrones", "George R. R. Martin", 1996, 0.9),
    book("Harry Potter and the Philosopher's Stone", "J. K. Rowling", 1997, 0.99, series="Harry Potter #1"),
    book("Harry Potter and the Chamber of Secrets", "J. K. Rowling", 1998, 0.95, series="Harry Potter #2"),
    movie("Harry Potter and the Prisoner of Azkaban", "Alfonso Cuarón", 2004, 0.8),
    movie("When Harry Met Sally...", "Rob Reiner", 1989, 0.6),
    movie("Dirty Harry", "Don Siegel", 1971, 0.5),
    book("Hard Times", "Charles Dickens", 1854, 0.3),
    book("Great Expectations", "Charles Dickens", 1861, 0.6),
    book("A Tale of Two Cities", "Charles Dickens", 1859, 0.6),
    book("Pride & Prejudice", "Jane Austen", 1813, 0.9),
    book("Sense and Sensibility", "Jane Austen", 1811, 0.7),
    book("Crime and Punishment", "Fyodor Dostoevsky", 1866, 0.8),
    book("The Brothers Karamazov", "Fyodor Dostoevsky", 1880, 0.7),
    book("One Hundred Years of Solitude", "Gabriel García Márquez", 1967, 0.8, original_title="Cien años de soledad"),
    book("L'Étranger", "Albert Camus", 1942, 0.6),
    book("Les Misérables", "Victor Hugo", 1862, 0.7),
    movie("Les Misérables", "Tom Hooper", 2012, 0.6),
    book("Le Petit Prince", "Antoine de Saint-Exupéry", 1943, 0.8),
    book("Ender's Game", "Orson Scott Card", 1985, 0.7),
    movie("Schindler's List", "Steven Spielberg", 1993, 0.8),
    movie("Jaws", "Steven Spielberg", 1975, 0.8),
    movie("E.T. the Extra-Terrestrial", "Steven Spielberg", 1982, 0.8),
    movie("Spider-Man: Into the Spider-Verse", "Bob Persichetti", 2018, 0.85),
    movie("Spider-Man 2", "Sam Raimi", 2004, 0.6),
    movie("X-Men", "Bryan Singer", 2000, 0.6),
    movie("Star Wars", "George Lucas", 1977, 0.95),
    movie("The Empire Strikes Back", "Irvin Kershner", 1980, 0.9),
    movie("A Star Is Born", "Bradley Cooper", 2018, 0.6),
    movie("Star Trek", "J. J. Abrams", 2009, 0.7),
    game("Starfield", "Bethesda Game Studios", 2023, 0.7),
    game("StarCraft", "Blizzard Entertainment", 1998, 0.7),
    movie("The Matrix", "Lana Wachowski & Lilly Wachowski", 1999, 0.95),
    movie("The Matrix Reloaded", "Lana Wachowski & Lilly Wachowski", 2003, 0.6),
    movie("Rocky", "John G. Avildsen", 1976, 0.8),
    movie("Rocky II", "Sylvester Stallone", 1979, 0.6),
    movie("Rocky III", "Sylvester Stallone", 1982, 0.5),
    game("Final Fantasy VII", "Square", 1997, 0.85),
    game("Final Fantasy X", "Square", 2001, 0.7),
    game("Portal", "Valve", 2007, 0.8),
    game("Portal 2", "Valve", 2011, 0.85),
    game("Half-Life 2", "Valve", 2004, 0.8),
    game("The Legend of Zelda: Breath of the Wild", "Nintendo", 2017, 0.95),
    game("The Legend of Zelda: Ocarina of Time", "Nintendo", 1998, 0.9),
    game("Super Mario Bros.", "Nintendo", 1985, 0.9),
    game("The Witcher 3: Wild Hunt", "CD Projekt Red", 2015, 0.95),
    game("Hollow Knight", "Team Cherry", 2017, 0.8),
    game("Disco Elysium", "ZA/UM", 2019, 0.8),
    game("Pokémon Red", "Game Freak", 1996, 0.7),
    game("Celeste", "Maddy Makes Games", 2018, 0.7),
    music("OK Computer", "Radiohead", 1997, 0.9),
    music("Kid A", "Radiohead", 2000, 0.85),
    music("Karma Police", "Radiohead", 1997, 0.7, album="OK Computer"),
    music("Abbey Road", "The Beatles", 1969, 0.95),
    music("Love Me Do", "The Beatles", 1962, 0.7),
    music("The Dark Side of the Moon", "Pink Floyd", 1973, 0.95),
    music("The Wall", "Pink Floyd", 1979, 0.9),
    music("Jóga", "Björk", 1997, 0.5, album="Homogenic"),
    music("Homogenic", "Björk", 1997, 0.6),
    music("Ágætis byrjun", "Sigur Rós", 1999, 0.6),
    music("Who's Next", "The Who", 1971, 0.6),
    music("Tik Tok", "Ke$ha", 2009, 0.6),
    music("Funhouse", "P!nk", 2008, 0.5),
    music("Nevermind", "Nirvana", 1991, 0.9),
    music("The The", "The The", 1983, 0.1),
    music("A Love Supreme", "John Coltrane", 1965, 0.7),
    music("Love", "Forever Changes Band", 1967, 0.1),
    movie("Love Actually", "Richard Curtis", 2003, 0.7),
    movie("Blade Runner", "Ridley Scott", 1982, 0.85),
    movie("Blade Runner 2049", "Denis Villeneuve", 2017, 0.75),
    movie("Alien", "Ridley Scott", 1979, 0.85),
    movie("Aliens", "James Cameron", 1986, 0.8),
    movie("Kill Bill: Vol. 1", "Quentin Tarantino", 2003, 0.7),
    movie("Don't Look Up", "Adam McKay", 2021, 0.5),
    movie("Don't Look Now", "Nicolas Roeg", 1973, 0.4),
    movie("Dr. Strangelove", "Stanley Kubrick", 1964, 0.75),
    book("Twenty Thousand Leagues Under the Seas", "Jules Verne", 1870, 0.6),
    book("The World According to Garp", "John Irving", 1978, 0.4),
    book("Brave New World", "Aldous Huxley", 1932, 0.85),
    book("Foundation", "Isaac Asimov", 1951, 0.8, series="Foundation #1"),
    book("Foundation and Empire", "Isaac Asimov", 1952, 0.5, series="Foundation #2"),
    book("Second Foundation", "Isaac Asimov", 1953, 0.5, series="Foundation #3"),
    book("হাজার বছর ধরে", "জহির রায়হান", 1964, 0.2),
    book("ألف ليلة وليلة", "مجهول", None, 0.4),
)
