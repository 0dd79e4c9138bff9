"""The outside world in a box: local stand-ins for the catalogs Tastebuds asks. See docs/sandbox.md."""

__all__ = ["settings"]


def settings(base: str) -> dict[str, str]:
    """The environment that points Tastebuds at a sandbox answering at `base` (http://127.0.0.1:8100)."""
    base = base.rstrip("/")
    return {
        "GOOGLE_BOOKS_KEY": "sandbox",
        "GOOGLE_BOOKS_URL": f"{base}/google-books/v1",
        "GOOGLE_BOOKS_COVERS_URL": f"{base}/google-books-covers",
        "TMDB_KEY": "sandbox",
        "TMDB_URL": f"{base}/tmdb/3",
        "TMDB_COVERS_URL": f"{base}/tmdb-covers",
        "IGDB_CLIENT_ID": "sandbox",
        "IGDB_CLIENT_SECRET": "sandbox",
        "IGDB_URL": f"{base}/igdb/v4",
        "IGDB_TOKEN_URL": f"{base}/twitch/oauth2/token",
        "IGDB_COVERS_URL": f"{base}/igdb-covers",
        "LASTFM_KEY": "sandbox",
        "LASTFM_URL": f"{base}/lastfm/2.0",
        "LASTFM_COVERS_URL": f"{base}/lastfm-covers",
    }
