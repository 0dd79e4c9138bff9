"""A Postgres for the run, a house for each test, and a table at the end.

A test says what it proves with `@pytest.mark.requirement("PW-6")`, and what it saw with `measured("…")`.
"""

import time
from collections.abc import AsyncIterator, Callable, Generator

import pytest

from attack.instances import House, a_cluster, a_house
from attack.report import LINES, Line, table
from attack.visitors import Program, Visitor

MINUTES = 15  # after which no other test is begun
BEGAN = time.monotonic()

Arrive = Callable[..., Visitor]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "requirement(*ids): what of docs/security.md a test proves")


def pytest_runtest_setup(item: pytest.Item) -> None:
    mark = item.get_closest_marker("requirement")
    LINES[item.nodeid] = Line(", ".join(mark.args) if mark else "", item.name)
    if time.monotonic() - BEGAN > MINUTES * 60:
        pytest.skip(f"the {MINUTES} minutes are over")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    line = LINES[item.nodeid]
    line.seconds = time.monotonic() - line.began
    if report.failed:
        line.verdict = "BROKEN"
    elif report.skipped:
        line.verdict = "skipped"
    elif report.when == "call":
        line.verdict = "holds"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.section("what was attacked, and what came of it")
    terminalreporter.write_line(table())


@pytest.fixture
def measured(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Says what stands in the table beside this test."""
    return LINES[request.node.nodeid].measured.append


@pytest.fixture(scope="session")
async def cluster_url() -> AsyncIterator[str]:
    async with a_cluster() as url:
        yield url


@pytest.fixture
async def house(cluster_url: str) -> AsyncIterator[House]:
    """A database of the test's own; `await house.open()` is a process on it, and another is another."""
    async with a_house(cluster_url) as house:
        yield house


@pytest.fixture
async def arrive() -> AsyncIterator[Arrive]:
    """`arrive(instance)`, `arrive(instance, at="127.0.0.7")`, `arrive(instance, Program)`: somebody at its door."""
    there: list[Visitor] = []

    def arriving(
        instance: object, kind: type[Visitor] = Visitor, *, at: str = "127.0.0.1", **headers: str
    ) -> Visitor | Program:
        visitor = kind(instance.address, at=at, headers=headers)  # type: ignore[attr-defined]
        there.append(visitor)
        return visitor

    yield arriving
    for visitor in there:
        await visitor.close()
