"""The narrow table the Postgres engine searches, and the vocabulary that mends typos.

Only the engine writes here; the catalog does not know these tables exist. No foreign key: an index may lag behind
what it indexes, and a row that went with its item would leave its words counted.
"""

from datetime import date, datetime

from sqlalchemy import (
    ARRAY,
    REAL,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from app.kit import clock
from app.kit.db import Base
from app.kit.ids import UUID

REF_MAX = 1100  # bytes of a source's name and its id; two of them fit into an index
NO_PENDING_LIST = {"fastupdate": "off"}


class SearchDocument(Base):
    """One item as it is searched. `key` is its title as one folded word; `head` marks the most popular few percent,
    `top` the most popular of these. `facets` has its sources as `@tmdb`, tags as `=fantasy`, the decade as `~1980`.
    """

    __tablename__ = "search_documents"
    __table_args__ = (
        Index(None, "lexemes", postgresql_using="gin", postgresql_with=NO_PENDING_LIST),
        Index(
            "ix_search_documents_head_lexemes",
            "lexemes",
            postgresql_using="gin",
            postgresql_with=NO_PENDING_LIST,
            postgresql_where="head",
        ),
        Index(
            "ix_search_documents_top_lexemes",
            "lexemes",
            postgresql_using="gin",
            postgresql_with=NO_PENDING_LIST,
            postgresql_where="top",
        ),
        Index(None, "key"),
        Index("ix_search_documents_head_key", "key", postgresql_where="head"),
        Index("ix_search_documents_top_key", "key", postgresql_where="top"),
        Index(None, "other_key", postgresql_where="other_key IS NOT NULL"),
        Index("ix_search_documents_head_popularity", "popularity", postgresql_where="head"),
        Index("ix_search_documents_top_popularity", "popularity", postgresql_where="top"),
        Index("ix_search_documents_released", text("released DESC NULLS LAST"), text("popularity DESC"), "item_id"),
        Index("ix_search_documents_rating", text("rating DESC NULLS LAST"), text("popularity DESC"), "item_id"),
        Index("ix_search_documents_popular", text("popularity DESC"), "title", "item_id"),
        Index("ix_search_documents_type_popular", "type", text("popularity DESC"), "title", "item_id"),
    )
    id = None  # type: ignore[assignment]
    item_id: Mapped[UUID] = mapped_column(primary_key=True)
    type: Mapped[str]
    popularity: Mapped[float] = mapped_column(REAL)
    year: Mapped[int | None] = mapped_column(SmallInteger)
    title_words: Mapped[int] = mapped_column(SmallInteger)
    head: Mapped[bool]
    key: Mapped[str]
    other_key: Mapped[str | None]
    title: Mapped[str]
    lexemes: Mapped[str] = mapped_column(TSVECTOR)
    released: Mapped[date | None]
    rating: Mapped[float | None] = mapped_column(REAL)
    top: Mapped[bool]
    facets: Mapped[list[str]] = mapped_column(ARRAY(Text))


class SearchWord(Base):
    """In how many documents a lexeme is. `#book` counts the books, `#1984` what came out that year, `#=fantasy` and
    `#@tmdb` what has the tag and what the source told of.
    """

    __tablename__ = "search_words"
    __table_args__ = (
        CheckConstraint("documents >= 0", name="documents"),
        Index(
            "ix_search_words_trigrams",
            "word",
            postgresql_using="gin",
            postgresql_ops={"word": "gin_trgm_ops"},
            postgresql_with=NO_PENDING_LIST,
        ),
        {"postgresql_with": {"fillfactor": "80"}},
    )
    id = None  # type: ignore[assignment]
    word: Mapped[str] = mapped_column(primary_key=True)
    documents: Mapped[int]


class SearchChange(Base):
    """An item that changed while a rebuild ran beside; the rebuild takes it in before it swaps."""

    __tablename__ = "search_changes"
    id = None  # type: ignore[assignment]
    item_id: Mapped[UUID] = mapped_column(primary_key=True)


class SearchLag(Base):
    """An item that Meilisearch has not taken in as it is now; `keep` is false where it should be let go.

    `version` counts the changes, so that what changed while it was sent stays. With `refused_because` it is not sent
    again until it changes.
    """

    __tablename__ = "search_lag"
    id = None  # type: ignore[assignment]
    item_id: Mapped[UUID] = mapped_column(primary_key=True)
    keep: Mapped[bool]
    version: Mapped[int] = mapped_column(BigInteger)
    noted_at: Mapped[datetime]
    refused_because: Mapped[str | None]


class MergeVerdict(Base):
    """A host's word on two things found, `is_one` or not. The lesser of the two comes first, so a pair has one row.

    They are named as their sources name them, or as the catalog's: what is said of a preview outlives it.
    """

    __tablename__ = "merge_verdicts"
    __table_args__ = (
        UniqueConstraint(
            "user_id", "source", "external_id", "other_source", "other_external_id", name="uq_merge_verdicts_pair"
        ),
        CheckConstraint("(source, external_id) < (other_source, other_external_id)", name="order"),
        CheckConstraint(
            f"octet_length(source || external_id) <= {REF_MAX}"
            f" AND octet_length(other_source || other_external_id) <= {REF_MAX}",
            name="length",
        ),
    )
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    source: Mapped[str]
    external_id: Mapped[str]
    other_source: Mapped[str]
    other_external_id: Mapped[str]
    is_one: Mapped[bool]
    said_at: Mapped[datetime] = mapped_column(default=clock.now)
