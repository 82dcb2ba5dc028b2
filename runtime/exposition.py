"""What Prometheus reads of this process: our own metrics and those of the Temporal SDK, as one text. No business words.

The SDK tells its metrics on a port of its own; they are fetched from there, so that a process has one address.
"""

from __future__ import annotations

import logging
import socket
import urllib.request
from collections.abc import Iterator

from opentelemetry.exporter.prometheus import PrometheusMetricReader
from prometheus_client import CollectorRegistry, generate_latest, start_http_server
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector
from temporalio.runtime import PrometheusConfig, Runtime, TelemetryConfig

from runtime.settings import Settings

log = logging.getLogger(__name__)

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
REGISTRY = CollectorRegistry()
"""This process's; the library's own would bring the garbage collector's figures along."""
_FETCHING = 2.0


class EngineClient(Collector):
    """The SDK's metrics, as its own page tells them now; none while it does not answer."""

    def __init__(self, address: str) -> None:
        self._address = address

    def collect(self) -> Iterator[Metric]:
        # A proxy that is set for the world outside must not be asked for this machine's own address.
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with direct.open(self._address, timeout=_FETCHING) as page:
                told = page.read().decode()
        except OSError as error:
            log.warning("the Temporal SDK does not tell its metrics: %s", error)
            return
        yield from text_string_to_metric_families(told)


def reader() -> PrometheusMetricReader:
    """What the meter provider is to feed."""
    return PrometheusMetricReader(disable_target_info=True, scope_info_enabled=False, registry=REGISTRY)


def watch_engine_client() -> None:
    """Has the SDK of this process tell its metrics. Call it before the first client is made, and once."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    told = PrometheusConfig(
        bind_address=address, counters_total_suffix=True, unit_suffix=True, durations_as_seconds=True
    )
    try:
        Runtime.set_default(Runtime(telemetry=TelemetryConfig(metrics=told)))
    except (RuntimeError, ValueError) as error:
        # Somebody was quicker to take the port: the process must not fail for its figures.
        log.warning("the Temporal SDK cannot tell its metrics: %s", error)
        return
    REGISTRY.register(EngineClient(f"http://{address}/metrics"))


def text() -> bytes:
    """Everything, in Prometheus' text format. Blocks while it is gathered."""
    return generate_latest(REGISTRY)


def serve(settings: Settings) -> None:
    """Answers Prometheus on `metrics_port`, where it is set; a port that is taken costs the figures only."""
    if settings.metrics_port is None:
        return
    try:
        start_http_server(settings.metrics_port, settings.metrics_host, REGISTRY)
    except OSError as error:
        log.error(
            "metrics cannot be told on %s:%s (%s): set ESCALADE_METRICS_PORT to a free port",
            settings.metrics_host, settings.metrics_port, error.strerror,
        )  # fmt: skip
