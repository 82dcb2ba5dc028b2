"""OpenTelemetry for every process: traces, metrics and logs with trace ids. No business words.

Exported by the standard variables (`OTEL_EXPORTER_OTLP_ENDPOINT`, `OTEL_SERVICE_NAME`, ...); without an endpoint
nothing leaves the process, but logs still carry trace ids.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import Token
from datetime import UTC, datetime

from opentelemetry import baggage, context, metrics, trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import MetricReader, PeriodicExportingMetricReader
from opentelemetry.sdk.metrics.view import DropAggregation, View
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, DEFAULT_ON
from temporalio.client import Plugin
from temporalio.contrib.opentelemetry import OpenTelemetryPlugin, create_tracer_provider

from runtime import exposition
from runtime.settings import Settings

VIEWS = (
    # A caller chooses the header Host and the address: as labels they would grow without bound.
    View(instrument_name="http.server.*duration", attribute_keys={"http.method", "http.status_code"}),
    View(instrument_name="http.server.*.size", aggregation=DropAggregation()),
    View(instrument_name="http.server.active_requests", attribute_keys={"http.method"}),
)
CARRIED = "escalade."
"""Baggage with this prefix becomes an attribute of every span below it, across processes."""


class CarriedAttributes(SpanProcessor):
    """Copies what `carrying` put into the context onto each span that begins there."""

    def on_start(self, span: Span, parent_context: context.Context | None = None) -> None:
        for name, value in baggage.get_all(parent_context).items():
            if name.startswith(CARRIED):
                span.set_attribute(name, str(value))

    def on_end(self, span: ReadableSpan) -> None:
        """Nothing: attributes are set at the beginning."""


@contextmanager
def carrying(**attributes: str) -> Iterator[None]:
    """Marks the current span, and every span begun inside, with `escalade.<name>` attributes."""
    token = carry(**attributes)
    try:
        yield
    finally:
        context.detach(token)


def carry(**attributes: str) -> Token[context.Context]:
    """The same for the rest of the current task, which for a request is the request."""
    carried = context.get_current()
    for name, value in attributes.items():
        trace.get_current_span().set_attribute(CARRIED + name, value)
        carried = baggage.set_baggage(CARRIED + name, value, carried)
    return context.attach(carried)


@contextmanager
def apart() -> Iterator[None]:
    """What is begun inside belongs to no trace of the caller's: work that serves many at once."""
    token = context.attach(context.Context())
    try:
        yield
    finally:
        context.detach(token)


def set_up(
    service: str,
    settings: Settings,
    *,
    processors: Sequence[SpanProcessor] = (),
    readers: Sequence[MetricReader] = (),
) -> None:
    """Installs tracer, meter and log handler for this process. Tests pass processors and readers of their own."""
    resource = Resource.create({"service.name": os.environ.get("OTEL_SERVICE_NAME", service)})
    # The engine's provider keeps spans of replayed workflow code from being made twice.
    # Spans that nobody sees are not made; their ids still tie the log lines of one command together.
    watched = bool(processors) or _exports("TRACES")
    tracers = create_tracer_provider(resource=resource, sampler=DEFAULT_ON if watched else ALWAYS_OFF)
    tracers.add_span_processor(CarriedAttributes())
    for processor in processors:
        tracers.add_span_processor(processor)
    all_readers = [exposition.reader(), *readers]
    if _exports("TRACES"):
        # Where nothing is exported, a process that starts again after its death is not kept from work by these.
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

        tracers.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    if _exports("METRICS"):
        from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter

        all_readers.append(PeriodicExportingMetricReader(OTLPMetricExporter()))
    trace.set_tracer_provider(tracers)
    metrics.set_meter_provider(MeterProvider(resource=resource, metric_readers=all_readers, views=VIEWS))
    _set_up_logs(service, settings)


def temporal_plugins() -> list[Plugin]:
    """What a Temporal client needs so that a command is one trace from its caller to its activities."""
    return [OpenTelemetryPlugin(add_temporal_spans=True)]


def _exports(signal: str) -> bool:
    if os.environ.get(f"OTEL_{signal}_EXPORTER", "otlp") == "none":
        return False
    endpoints = ("OTEL_EXPORTER_OTLP_ENDPOINT", f"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT")
    return any(os.environ.get(name) for name in endpoints)


def _set_up_logs(service: str, settings: Settings) -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines(service) if settings.log_format == "json" else TextLines())
    logging.basicConfig(level=settings.log_level.upper(), handlers=[handler], force=True)
    for chatty in ("httpx", "httpcore", "alembic", "uvicorn.access"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    # A workflow that leaves the worker's cache ends its span outside the context it began in: harmless, and a
    # traceback in the log for each would bury what matters.
    logging.getLogger("opentelemetry.context").setLevel(logging.CRITICAL)


def _trace_of_now() -> Mapping[str, str]:
    span = trace.get_current_span().get_span_context()
    if not span.is_valid:
        return {}
    return {"trace_id": trace.format_trace_id(span.trace_id), "span_id": trace.format_span_id(span.span_id)}


_PLAIN = set(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName", "color_message"}


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, logger, message, trace ids, and whatever the call put in `extra`."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "service": self._service,
            "logger": record.name,
            "message": record.getMessage(),
            **_trace_of_now(),
            **{name: value for name, value in record.__dict__.items() if name not in _PLAIN},
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str, ensure_ascii=False)


class TextLines(logging.Formatter):
    """Lines for reading, with the trace id at the end where there is one."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        trace_id = _trace_of_now().get("trace_id")
        extra = {name: value for name, value in record.__dict__.items() if name not in _PLAIN}
        told = " ".join(f"{name}={value}" for name, value in extra.items() if not name.startswith("temporal"))
        return " ".join(filter(None, [super().format(record), told, f"trace={trace_id}" if trace_id else ""]))
