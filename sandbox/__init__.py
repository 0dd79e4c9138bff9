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
        "OPEN_LIBRARY_URL": f"{base}/open-library",
        "OPEN_LIBRARY_COVERS_URL": f"{base}/open-library-covers",
        "TVMAZE_URL": f"{base}/tvmaze",
        "TVMAZE_COVERS_URL": f"{base}/tvmaze-covers",
        "WIKIDATA_URL": f"{base}/wikidata",
        "WIKIMEDIA_COVERS_URL": f"{base}/wikimedia-covers",
        "STEAM_URL": f"{base}/steam",
        "STEAM_COVERS_URL": f"{base}/steam-covers",
        "MUSICBRAINZ_URL": f"{base}/musicbrainz/ws/2",
        "COVER_ART_URL": f"{base}/cover-art",
        "ITUNES_URL": f"{base}/itunes",
        "ITUNES_COVERS_URL": f"{base}/itunes-covers",
        "OIDC_ISSUER": f"{base}/openid",
        "OIDC_CLIENT_ID": "tastebuds",
        "OIDC_CLIENT_SECRET": "sandbox",
        "OIDC_NAME": "the provider in a box",
    }
