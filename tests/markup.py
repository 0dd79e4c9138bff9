"""HTML as tests look at it: a small tree, asked by id, by tag, by field."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})


@dataclass
class Element:
    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: "list[Element | str]" = field(default_factory=list)

    @property
    def text(self) -> str:
        """What can be read, its spaces folded."""
        return " ".join("".join(self._words()).split())

    @property
    def roots(self) -> "list[Element]":
        return [child for child in self.children if isinstance(child, Element)]

    def every(self, tag: str = "", **wanted: str) -> "Iterator[Element]":
        """Those below with this tag and these attributes, in order."""
        for child in self.roots:
            if tag in ("", child.tag) and wanted.items() <= child.attributes.items():
                yield child
            yield from child.every(tag, **wanted)

    def one(self, tag: str = "", **wanted: str) -> "Element":
        found = list(self.every(tag, **wanted))
        assert len(found) == 1, f"{len(found)} of {tag or 'anything'} {wanted}"
        return found[0]

    def has(self, tag: str = "", **wanted: str) -> bool:
        return any(True for _ in self.every(tag, **wanted))

    def at(self, id_: str) -> "Element":
        return self.one(id=id_)

    def form(self, action: str) -> "Element":
        return self.one("form", action=action)

    def value(self, name: str) -> str | None:
        """What stands in the field of this name; None if nothing is chosen in it."""
        for element in self.every(name=name):
            match element.tag, element.attributes.get("type"):
                case "textarea", _:
                    return "".join(element._words()).removeprefix("\n")
                case "select", _:
                    chosen = [option for option in element.every("option") if "selected" in option.attributes]
                    return chosen[0].attributes["value"] if chosen else None
                case "input", "radio" | "checkbox":
                    if "checked" in element.attributes:
                        return element.attributes.get("value", "")
                case _:
                    return element.attributes.get("value")
        return None

    def wrong(self) -> dict[str, str]:
        """The sentence that describes each field marked invalid."""
        marked = [element for element in self.every() if element.attributes.get("aria-invalid") == "true"]
        return {element.attributes["name"]: self._described(element) for element in marked}

    def _described(self, element: "Element") -> str:
        ids = element.attributes.get("aria-describedby", "").split()
        return " ".join(self.at(id_).text for id_ in ids if id_.endswith("-error"))

    def _words(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            else:
                yield from child._words()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Element("")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].children.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def read(html: str) -> Element:
    """Fails where tags do not nest."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert len(reader.open) == 1, f"<{reader.open[-1].tag}> is never closed"
    return reader.open[0]


def what_is_wrong_leads_to_its_field(page: Element) -> None:
    """Each link of what stands above a refused form has where it leads."""
    for summary in page.every(role="alert"):
        for link in summary.every("a"):
            href = link.attributes["href"]
            assert not href.startswith("#") or page.has(id=href[1:]), f"nothing is at {href}"


def keyless(html: str) -> str:
    """Without the keys by which each form counts once: no two pages have the same."""
    return re.sub(r'name="_key" value="[^"]+"', "", html)
