"""Traces for OpenTelemetry: what a request, a job, a reader's stretch of the log, a send and a call to another system took.

The official SDK tells them to the collector that `OTEL_EXPORTER_OTLP_ENDPOINT` names, in batches and from a thread of its own;
the standard's other variables hold as well (`OTEL_SERVICE_NAME`, `OTEL_TRACES_SAMPLER` ...). Without that variable nothing of it
is imported, and a span costs a comparison. Spans name routes and never addresses, which hold who somebody is.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from django.conf import settings

logger = logging.getLogger(__name__)
ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"


class _NoSpan:
    """What is told while traces are off."""

    def set_attribute(self, name: str, value: Any) -> None:
        pass

    def update_name(self, name: str) -> None:
        pass


_OFF: AbstractContextManager[Any] = nullcontext(_NoSpan())
_provider: Any = None
_tracer: Any = None


def begin(role: str) -> None:
    """Switches traces on in this process, if the environment asks for them. `role` is "web", "worker" or "tick"."""
    global _provider, _tracer
    if not settings.TRACES or _tracer:
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        logger.warning("%s is set, but OpenTelemetry is not installed: pip install 'honeyguide[traces]'.", ENDPOINT)
        return
    name = os.environ.get("OTEL_SERVICE_NAME") or "honeyguide"
    _provider = TracerProvider(resource=Resource.create({"service.name": name, "honeyguide.role": role}))
    _provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    _tracer = _provider.get_tracer("honeyguide")


def end() -> None:
    """Tells what is not told yet and switches traces off."""
    global _provider, _tracer
    if _provider:
        _provider.shutdown()
    _provider = _tracer = None


def span(
    name: str,
    attributes: Mapping[str, Any] | None = None,
    *,
    kind: str = "INTERNAL",
    caller: Mapping[str, str] | None = None,
) -> AbstractContextManager[Any]:
    """Something that takes a while, inside what this thread or task is at. Gives a span with `set_attribute` and `update_name`.

    `kind` is INTERNAL, SERVER, CLIENT or CONSUMER; `caller` are headers of whoever asked, whose trace goes on here.
    """
    if _tracer is None:
        return _OFF
    from opentelemetry.trace import SpanKind

    return _tracer.start_as_current_span(name, context=_context(caller), kind=SpanKind[kind], attributes=attributes)


def tell(name: str, began: int, attributes: Mapping[str, Any] | None = None) -> None:
    """A span of what is over, since `began` (nanoseconds since 1970): for what is only worth telling if it did something."""
    if _tracer is not None:
        _tracer.start_span(name, start_time=began, attributes=attributes).end()


def _context(caller: Mapping[str, str] | None) -> Any:
    if not caller or "traceparent" not in caller:
        return None
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    return TraceContextTextMapPropagator().extract(caller)
