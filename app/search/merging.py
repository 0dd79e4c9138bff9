"""Merging: which of the things found are one work. A function of their set, whatever order they came in.

What ties two together is tried from the surest down: what the host said, the same item, the same identifier, the same
name and maker. A tie is refused if anything speaks against any two it would bring together. docs/merging.md has the
rules with examples.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, product
from typing import Any, TypeVar

from app.catalog.candidates import Identifier
from app.catalog.reading import REGISTRIES
from app.search.identity import EDITIONS, Known, Namespace, differ, known, likeness, namespace, unlike
from app.search.members import CATALOG, NO_VERDICTS, Group, Member, Ref, Verdicts, pair, rank

Key = TypeVar("Key")
Value = TypeVar("Value")

CROWD_MAX = 60  # members by one name: beyond them an answer is no answer
SAID, STORED, NAMED, ALIKE = range(4)


@dataclass(frozen=True, slots=True, order=True)
class Tie:
    """Between two members, the surest and the nearest first; `refs` make the order total."""

    sure: int
    far: tuple[int, ...]
    refs: tuple[Ref, Ref]
    reason: str = field(compare=False)


@dataclass(slots=True, eq=False)
class Cluster:
    """What is one so far. `nuclei` are the parts that were tied without looking at their names."""

    members: list[Known]
    nuclei: list[list[Known]]
    reasons: list[str] = field(default_factory=list)


def merge(members: Iterable[Member], verdicts: Verdicts = NO_VERDICTS) -> list[Group]:
    """Each member in exactly one group; never two types in one. In no order that matters: see `ordering.ranked`."""
    by_ref = {member.ref: member for member in members}
    merging = Merging([known(member) for _, member in sorted(by_ref.items())], verdicts)
    for tie in sorted(merging.ties()):
        merging.unite(tie)
    merging.unite_the_unmistakable()
    return [_group(cluster) for cluster in merging.clusters()]


def alone(members: Iterable[Member]) -> list[Group]:
    """Each by itself, where too little is known of them to merge."""
    return [Group(key=_key(member.ref), members=(member,)) for member in members]


def steady(groups: Iterable[Group], before: Iterable[Group]) -> list[Group]:
    """The same groups under the keys the reader knows them by, where they hold what was shown `before`."""
    shown = {ref: group.key for group in before for ref in group.refs}
    found: list[Group] = []
    taken: set[str] = set()
    for group in groups:
        key = next((shown[ref] for ref in sorted(group.refs) if ref in shown and shown[ref] not in taken), group.key)
        taken.add(key)
        found.append(replace(group, key=key))
    return found


class Merging:
    def __init__(self, everyone: Sequence[Known], verdicts: Verdicts) -> None:
        self._everyone = everyone
        self._verdicts = verdicts
        self._by_ref: dict[Ref, list[Known]] = {}
        for one in everyone:
            for ref in one.member.refs | {one.member.ref}:
                self._by_ref.setdefault(ref, []).append(one)
        self._cluster = {one.member.ref: Cluster([one], [[one]]) for one in everyone}

    def clusters(self) -> list[Cluster]:
        return list({id(cluster): cluster for cluster in self._cluster.values()}.values())

    def ties(self) -> Iterator[Tie]:
        yield from self._said_by_the_host()
        for _, crowd in _crowds((each.member.item_id, each) for each in self._everyone if each.member.item_id):
            yield from (_tie(STORED, a, b, "The catalog has these as one item") for a, b in combinations(crowd, 2))
        for (space, value), crowd in _crowds(_named(self._everyone)):
            for a, b in combinations(crowd, 2):
                if space[0] not in EDITIONS or a.derived == b.derived:
                    reason = f"Both have {REGISTRIES.get(space[0], space[0])} {value}"
                    yield _tie(NAMED, a, b, reason, a.names.isdisjoint(b.names))
        for (_, name), crowd in self._namesakes():
            for a, b in combinations(crowd, 2):
                like = likeness(a, b, name)
                if like and not like.weak:
                    yield _tie(ALIKE, a, b, like.reason, like.years, like.length)

    def _said_by_the_host(self) -> Iterator[Tie]:
        for one, other in self._verdicts.joins:
            for a, b in product(self._by_ref.get(one, ()), self._by_ref.get(other, ())):
                yield _tie(SAID, a, b, "You said these are one")

    def unite(self, tie: Tie) -> None:
        one, other = (self._cluster[ref] for ref in tie.refs)
        if one is other or not self._may_be_one(one, other, by_name=tie.sure == ALIKE):
            return
        self._unite(one, other, tie.reason, by_name=tie.sure == ALIKE)

    def unite_the_unmistakable(self) -> None:
        """Those whose maker or year is not known, if all who go by that name may be one: else nobody can tell whose
        it is. A source that tells of two knows two."""
        for (_, name), crowd in self._namesakes():
            reasons: dict[tuple[int, int], str] = {}
            for a, b in combinations(crowd, 2):
                one, other = self._cluster[a.member.ref], self._cluster[b.member.ref]
                like = likeness(a, b, name) if one is not other else None
                if like and like.weak:
                    reasons.setdefault((id(one), id(other)), like.reason)
            clusters = {id(self._cluster[each.member.ref]): self._cluster[each.member.ref] for each in crowd}
            for ids in _connected(reasons):
                some = [clusters[each] for each in ids]
                if all(self._may_be_one(*two, by_name=True) and _apart(*two) for two in combinations(some, 2)):
                    reason = min(reason for tied, reason in reasons.items() if tied[0] in ids)
                    for other in some[1:]:
                        self._unite(self._cluster[some[0].members[0].member.ref], other, reason, by_name=True)

    def _namesakes(self) -> list[tuple[tuple[Any, str], list[Known]]]:
        names = (((one.sort, name), one) for one in self._everyone for name in sorted(one.names | one.loose))
        return sorted(_crowds(names), key=lambda crowd: repr(crowd[0]))

    def _may_be_one(self, some: Cluster, others: Cluster, *, by_name: bool) -> bool:
        if not all(self._may_be_together(one, other) for one, other in product(some.members, others.members)):
            return False
        said = any(self._said(one, other) for one, other in product(some.members, others.members))
        return said or not by_name or not any(unlike(one, other) for one, other in product(some.nuclei, others.nuclei))

    def _may_be_together(self, one: Known, other: Known) -> bool:
        if one.sort != other.sort:
            return False
        if one.member.item_id and one.member.item_id == other.member.item_id:
            return True  # in the catalog they are one for everybody
        if not self._pairs(one, other).isdisjoint(self._verdicts.splits):
            return False
        return self._said(one, other) or not differ(one, other)

    def _said(self, one: Known, other: Known) -> bool:
        return bool(self._verdicts.joins) and not self._pairs(one, other).isdisjoint(self._verdicts.joins)

    def _pairs(self, one: Known, other: Known) -> set[tuple[Ref, Ref]]:
        if not self._verdicts.joins and not self._verdicts.splits:
            return set()
        refs = (each.member.refs | {each.member.ref} for each in (one, other))
        return {pair(a, b) for a, b in product(*refs)}

    def _unite(self, one: Cluster, other: Cluster, reason: str, *, by_name: bool) -> None:
        nuclei = [*one.nuclei, *other.nuclei]
        united = Cluster(
            members=[*one.members, *other.members],
            nuclei=nuclei if by_name else [[each for nucleus in nuclei for each in nucleus]],
            reasons=[*one.reasons, *other.reasons, reason],
        )
        for each in united.members:
            self._cluster[each.member.ref] = united


def _tie(sure: int, one: Known, other: Known, reason: str, *far: int) -> Tie:
    return Tie(sure, far, pair(one.member.ref, other.member.ref), reason)


def _crowds(pairs: Iterable[tuple[Key, Value]]) -> list[tuple[Key, list[Value]]]:
    """Those who share a key, two and more."""
    crowds: dict[Key, list[Value]] = {}
    for key, value in pairs:
        crowds.setdefault(key, []).append(value)
    return [(key, crowd[:CROWD_MAX]) for key, crowd in crowds.items() if len(crowd) > 1]


def _named(everyone: Iterable[Known]) -> Iterator[tuple[tuple[Namespace, str], Known]]:
    for one in everyone:
        for identifier in sorted(one.member.identifiers, key=_registered):
            yield (namespace(identifier), identifier.value), one


def _registered(identifier: Identifier) -> tuple[str, str, str]:
    return (identifier.scheme, identifier.kind, identifier.value)


def _apart(one: Cluster, other: Cluster) -> bool:
    """No source speaks in both."""
    sources = [{each.member.source for each in cluster.members} for cluster in (one, other)]
    return sources[0].isdisjoint(sources[1])


def _connected(pairs: Iterable[tuple[int, int]]) -> list[list[int]]:
    """What hangs together, in the order first met."""
    parts: list[list[int]] = []
    for one, other in pairs:
        touched = [part for part in parts if one in part or other in part]
        parts = [part for part in parts if part not in touched]
        parts.append(list(dict.fromkeys([each for part in touched for each in part] + [one, other])))
    return parts


def _group(cluster: Cluster) -> Group:
    members = sorted((each.member for each in cluster.members), key=lambda member: member.standing)
    first = min(members, key=lambda member: (member.source != CATALOG, *rank(member.source), member.ref))
    reasons = tuple(f"{reason}." for reason in dict.fromkeys(cluster.reasons))
    return Group(key=_key(first.ref), members=tuple(members), reasons=reasons)


def _key(ref: Ref) -> str:
    """Fit to be an id in a page, whatever a source's ids look like."""
    return "one-" + hashlib.blake2b("\x00".join(ref).encode(), digest_size=8).hexdigest()
