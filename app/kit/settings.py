"""Every setting, read once from the environment and `.env`. One line each; `docs/settings.md` explains them.

One setting per dependency, unset means the embedded choice; there is no other switch.
"""

import ipaddress
import os
from pathlib import Path
from typing import Annotated, Any, TypeAlias
from urllib.parse import urlsplit

import platformdirs
from pydantic import AfterValidator, Field, HttpUrl, SecretStr, TypeAdapter, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

__all__ = ["Settings", "SettingsError", "read_settings"]


class SettingsError(Exception):
    """One sentence that names the setting and says what to do."""


def _base_url(value: str) -> str:
    return str(TypeAdapter(HttpUrl).validate_python(value)).rstrip("/")


def _data_folder() -> Path:
    """The platform's place for a user's data; for root a place that Postgres, who is not root, may enter."""
    return Path("/var/lib/tastebuds") if os.geteuid() == 0 else Path(platformdirs.user_data_dir("tastebuds"))


Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
BaseUrl = Annotated[str, AfterValidator(_base_url)]
# one place wherever a program stands: Postgres stands elsewhere, and no shell unfolds the tilde in `.env`
Folder = Annotated[Path, AfterValidator(lambda path: path.expanduser().absolute())]


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True)

    # where it listens, what it is called
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    base_url: BaseUrl | None = None
    trusted_proxies: str = ""

    # how often one may ask: so many times what is usual, 0 for without limit
    rate_limits: float = Field(1.0, ge=0)

    # where it keeps things
    tastebuds_data: Folder = Field(default_factory=_data_folder)
    database_url: SecretStr | None = None
    secret_key: SecretStr | None = Field(None, min_length=32)
    covers_max_mb: int = Field(1024, ge=0)
    import_max_mb: int = Field(500, ge=1, le=1000)

    # another engine that searches the catalog
    meilisearch_url: BaseUrl | None = None
    meilisearch_key: SecretStr | None = None

    # what its processes share, beside the database
    redis_url: SecretStr | None = None

    # how it writes to people
    smtp_url: SecretStr | None = None
    mail_from: str = ""

    # how it speaks of what it does
    log_level: str = Field("info", pattern="^(debug|info|warning|error)$")
    metrics_token: SecretStr | None = Field(None, min_length=16)

    # another door to sign in by: an OpenID Connect provider
    oidc_issuer: BaseUrl | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: SecretStr | None = None
    oidc_name: str = "single sign-on"

    # outside sources: a key each, and where each is found (the sandbox answers at other addresses)
    google_books_key: SecretStr | None = None
    google_books_url: BaseUrl = "https://www.googleapis.com/books/v1"
    google_books_covers_url: BaseUrl = "https://books.google.com"
    tmdb_key: SecretStr | None = None
    tmdb_url: BaseUrl = "https://api.themoviedb.org/3"
    tmdb_covers_url: BaseUrl = "https://image.tmdb.org"
    igdb_client_id: str | None = None
    igdb_client_secret: SecretStr | None = None
    igdb_url: BaseUrl = "https://api.igdb.com/v4"
    igdb_token_url: BaseUrl = "https://id.twitch.tv/oauth2/token"  # noqa: S105 - an address, not a secret
    igdb_covers_url: BaseUrl = "https://images.igdb.com"
    lastfm_key: SecretStr | None = None
    lastfm_url: BaseUrl = "https://ws.audioscrobbler.com/2.0"
    lastfm_covers_url: BaseUrl = "https://lastfm.freetls.fastly.net"
    open_library_url: BaseUrl = "https://openlibrary.org"
    open_library_covers_url: BaseUrl = "https://covers.openlibrary.org"
    tvmaze_url: BaseUrl = "https://api.tvmaze.com"
    tvmaze_covers_url: BaseUrl = "https://static.tvmaze.com"
    wikidata_url: BaseUrl = "https://www.wikidata.org"
    wikimedia_covers_url: BaseUrl = "https://commons.wikimedia.org"
    steam_url: BaseUrl = "https://store.steampowered.com"
    steam_covers_url: BaseUrl = "https://shared.akamai.steamstatic.com"
    musicbrainz_url: BaseUrl = "https://musicbrainz.org/ws/2"
    cover_art_url: BaseUrl = "https://coverartarchive.org"
    itunes_url: BaseUrl = "https://itunes.apple.com"
    itunes_covers_url: BaseUrl = "https://is1-ssl.mzstatic.com"
    contact: str = ""

    @property
    def address(self) -> str:
        """Where people reach it: `BASE_URL`, or the loopback address it listens on."""
        return self.base_url or f"http://{self.host}:{self.port}"

    def given_database(self) -> str:
        """`DATABASE_URL` as our driver wants it: people write postgres:// and postgresql:// alike."""
        assert self.database_url is not None, "asked for only when it is set"  # noqa: S101
        scheme, _, rest = self.database_url.get_secret_value().partition("://")
        if scheme not in ("postgres", "postgresql", "postgresql+asyncpg") or not rest:
            raise SettingsError("DATABASE_URL: this must begin with postgresql://. See docs/settings.md.")
        try:
            _ = urlsplit(f"postgresql://{rest}").port
        except ValueError:
            raise SettingsError("DATABASE_URL: its port must be a number. See docs/settings.md.") from None
        return f"postgresql+asyncpg://{rest}"

    def given_redis(self) -> str | None:
        if self.redis_url is None:
            return None
        url = self.redis_url.get_secret_value()
        try:
            parts = urlsplit(url)
            if parts.scheme not in ("redis", "rediss") or not parts.hostname:
                raise SettingsError("REDIS_URL: this must begin with redis:// or rediss://. See docs/settings.md.")
            _ = parts.port
        except ValueError:
            raise SettingsError("REDIS_URL: its host or port is none. See docs/settings.md.") from None
        return url

    @property
    def has_mail(self) -> bool:
        return self.smtp_url is not None

    def given_proxies(self) -> list[Network]:
        given = [each.strip() for each in self.trusted_proxies.split(",") if each.strip()]
        try:
            return [ipaddress.ip_network(each) for each in given]
        except ValueError as error:
            said = f"TRUSTED_PROXIES: these must be addresses or networks ({error}). See docs/settings.md."
            raise SettingsError(said) from None

    @property
    def is_secure(self) -> bool:
        return self.address.startswith("https://")


WRONG = {
    "too_short": "use {min_length} characters or more",
    "less_than_equal": "this must be {le} or less",
    "greater_than_equal": "this must be {ge} or more",
    "int_parsing": "this must be a whole number",
    "url_parsing": "this must be an address that begins with http:// or https://",
    "url_scheme": "this must be an address that begins with http:// or https://",
    "string_pattern_mismatch": "this must match {pattern}",
}


def read_settings(**overrides: Any) -> Settings:
    """Raises `SettingsError` with one sentence about the first wrong value."""
    try:
        return Settings(**overrides)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).upper()
        said = WRONG.get(first["type"], "{msg}").format(**first.get("ctx", {}), msg=first["msg"])
        raise SettingsError(f"{name}: {said}. See docs/settings.md.") from None
