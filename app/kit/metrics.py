"""Numbers for Prometheus: what this process counted, in a registry of our own. docs/metrics.md tells of each."""

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

PREFIX = "tastebuds"
TYPE = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS = (0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 1.2, 2.0, 3.0, 5.0, 8.0)  # seconds

disable_created_metrics()  # type: ignore[no-untyped-call]  # a series more for each, which nobody reads
REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)


def counter(name: str, says: str, *labels: str) -> Counter:
    return Counter(name, says, labels, namespace=PREFIX, registry=REGISTRY)


def gauge(name: str, says: str, *labels: str) -> Gauge:
    return Gauge(name, says, labels, namespace=PREFIX, registry=REGISTRY)


def histogram(name: str, says: str, *labels: str) -> Histogram:
    return Histogram(name, says, labels, namespace=PREFIX, registry=REGISTRY, buckets=BUCKETS)


def exposition() -> bytes:
    """All of them, as Prometheus reads them."""
    return generate_latest(REGISTRY)
