"""The Temporal client, the same for every process, and the search attributes a namespace must have."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client, Interceptor, Plugin
from temporalio.converter import DataConverter
from temporalio.service import RPCError, RPCStatusCode

from runtime.codec import converter
from runtime.settings import Settings

PATIENCE = timedelta(seconds=30)
_PAUSE = 0.1  # seconds between two tries
_ONE_TRY = timedelta(seconds=5)

_INDEXED: Mapping[object, IndexedValueType.ValueType] = {
    str: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    int: IndexedValueType.INDEXED_VALUE_TYPE_INT,
    float: IndexedValueType.INDEXED_VALUE_TYPE_DOUBLE,
    bool: IndexedValueType.INDEXED_VALUE_TYPE_BOOL,
    datetime: IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
    list: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST,
}


class TemporalError(RuntimeError):
    """The Temporal server cannot be used as it is; the message says why and what to do next."""


async def connect(
    settings: Settings,
    *,
    interceptors: Sequence[Interceptor] = (),
    plugins: Sequence[Plugin] = (),
    data_converter: DataConverter | None = None,
    patience: timedelta = PATIENCE,
) -> Client:
    """A client of `settings.temporal_target`, once that server answers and has the namespace.

    Tries again for `patience`, since processes start together and a server takes seconds.
    Raises TemporalError after that, or at once for what waiting does not mend.
    """
    data_converter = data_converter or converter(settings)
    loop = asyncio.get_running_loop()
    until = loop.time() + patience.total_seconds()
    while True:
        try:
            client = await Client.connect(
                settings.temporal_target,
                namespace=settings.temporal_namespace,
                data_converter=data_converter,
                interceptors=interceptors,
                plugins=plugins,
                connect_timeout=_ONE_TRY,
            )
            await client.workflow_service.describe_namespace(
                DescribeNamespaceRequest(namespace=settings.temporal_namespace), timeout=_ONE_TRY
            )
            return client
        except (RuntimeError, RPCError) as error:
            if isinstance(error, RPCError) and error.status in (
                RPCStatusCode.UNAUTHENTICATED,
                RPCStatusCode.PERMISSION_DENIED,
            ):
                raise TemporalError(f"Temporal at {settings.temporal_target} refuses us: {error.message}") from error
            if loop.time() >= until:
                raise TemporalError(_unreachable(settings, error, patience)) from error
        await asyncio.sleep(_PAUSE)


async def register_search_attributes(client: Client, attributes: Mapping[str, object]) -> None:
    """Give the client's namespace the search attributes it lacks; safe to repeat, and from several processes.

    `attributes` maps a name to str (keyword), int, float, bool, datetime or list (list of keywords).
    Raises TemporalError when one is there with another type.
    """
    wanted = {name: _INDEXED[kind] for name, kind in attributes.items()}
    there = await _registered(client)
    for name, kind in wanted.items():
        if there.get(name, kind) != kind:
            raise TemporalError(
                f"namespace {client.namespace} has the search attribute {name} as "
                f"{IndexedValueType.Name(there[name])}, needed is {IndexedValueType.Name(kind)}: remove it "
                f"there (temporal operator search-attribute remove --name {name}) or use another namespace"
            )
    # One request each: a server refuses a request whole when one of its names is already there.
    for name in wanted.keys() - there.keys():
        request = AddSearchAttributesRequest(namespace=client.namespace, search_attributes={name: wanted[name]})
        try:
            await client.operator_service.add_search_attributes(request)
        except RPCError as error:
            if error.status == RPCStatusCode.ALREADY_EXISTS or name in await _registered(client):
                continue  # another process was faster
            raise TemporalError(f"search attribute {name} could not be registered: {error.message}") from error


async def _registered(client: Client) -> Mapping[str, IndexedValueType.ValueType]:
    request = ListSearchAttributesRequest(namespace=client.namespace)
    try:
        return (await client.operator_service.list_search_attributes(request)).custom_attributes
    except RPCError as error:
        if error.status != RPCStatusCode.UNIMPLEMENTED:
            raise
        return {}  # the time-skipping test server can add, but not list


def _unreachable(settings: Settings, error: Exception, patience: timedelta) -> str:
    where = f"Temporal at {settings.temporal_target}"
    if isinstance(error, RPCError) and error.status == RPCStatusCode.NOT_FOUND:
        return (
            f"{where} has no namespace {settings.temporal_namespace}: create it (temporal operator namespace "
            f"create --namespace {settings.temporal_namespace}) or set ESCALADE_TEMPORAL_NAMESPACE"
        )
    return (
        f"{where} did not answer within {patience.total_seconds():g} s ({error}): start it, "
        "or set ESCALADE_TEMPORAL_ADDRESS to where it is"
    )
