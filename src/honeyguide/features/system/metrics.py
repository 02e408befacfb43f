"""Figures for Prometheus: those of requests, and what the database tells of the work that waits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import Error
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

from honeyguide.features.system import queries


def text() -> bytes:
    """All figures, in Prometheus' text format. Without the database there are those of requests, and `honeyguide_up` 0."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    registry.register(_Database())
    return generate_latest(registry)


class _Database:
    def collect(self) -> Iterator[Any]:
        try:
            waiting, consumers = queries.waiting(), queries.consumers()
            size, connections, workers = queries.sizes()
        except Error:
            yield GaugeMetricFamily("honeyguide_up", "Whether the database answers.", 0)
            return
        yield GaugeMetricFamily("honeyguide_up", "Whether the database answers.", 1)
        yield GaugeMetricFamily("honeyguide_database_bytes", "Size of the database.", size)
        yield GaugeMetricFamily("honeyguide_database_connections", "Open connections to it.", connections)
        yield GaugeMetricFamily("honeyguide_senders", "Workers that send e-mail.", workers)
        depth = GaugeMetricFamily("honeyguide_waiting", "Work that waits, by queue.", labels=["queue"])
        age = GaugeMetricFamily("honeyguide_waiting_seconds", "How long the oldest of it is overdue.", labels=["queue"])
        for queue, count, seconds in waiting:
            depth.add_metric([queue], count)
            age.add_metric([queue], seconds or 0)
        yield from (depth, age)
        unread = GaugeMetricFamily(
            "honeyguide_unread_events", "Events a reader of the log has not read, up to 10,000.", labels=["reader"]
        )
        for reader, count, _ in consumers:
            unread.add_metric([reader], count)
        yield unread
