"""A client waits for a server that starts, and both kinds of server get their search attributes."""

import asyncio
import subprocess
import sysconfig
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from cli.stack import temporal_command
from runtime.settings import Settings
from runtime.temporal import TemporalError, connect, register_search_attributes
from tests.cli.stacks import free_port

ATTRIBUTES = {"Kind": str, "Count": int, "Due": datetime, "Tags": list}
Start = Callable[[], None]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, temporal_port=free_port(), temporal_ui_port=free_port())


@pytest.fixture(params=["dev", "time-skipping"])
def start(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Start]:
    time_skipping = Path(sysconfig.get_path("scripts")) / "temporal-test-server"
    commands = {
        "dev": temporal_command(settings),
        "time-skipping": (str(time_skipping), str(settings.temporal_port), "--enable-time-skipping"),
    }
    started: list[subprocess.Popen[bytes]] = []
    yield lambda: started.append(subprocess.Popen(commands[request.param], stdout=subprocess.DEVNULL))
    for process in started:
        process.kill()
        process.wait()


async def test_a_client_waits_for_a_server_that_is_still_starting(settings: Settings, start: Start) -> None:
    connecting = asyncio.create_task(connect(settings))
    await asyncio.sleep(0.3)
    assert not connecting.done()
    start()
    assert (await connecting).namespace == "default"


async def test_search_attributes_are_registered_once_however_often_asked(settings: Settings, start: Start) -> None:
    start()
    client = await connect(settings)
    await register_search_attributes(client, ATTRIBUTES)
    await register_search_attributes(client, ATTRIBUTES)
    await asyncio.gather(*(register_search_attributes(client, ATTRIBUTES | {"New": bool}) for _ in range(3)))


async def test_no_server_is_told_within_the_time_given(settings: Settings) -> None:
    began = time.monotonic()
    with pytest.raises(TemporalError, match=r"did not answer within 0\.3 s .* set ESCALADE_TEMPORAL_ADDRESS"):
        await connect(settings, patience=timedelta(seconds=0.3))
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("start", ["dev"], indirect=True)
async def test_a_missing_namespace_is_told_with_the_command_that_makes_it(settings: Settings, start: Start) -> None:
    start()
    await connect(settings)
    elsewhere = settings.model_copy(update={"temporal_namespace": "support"})
    with pytest.raises(TemporalError, match=r"namespace create --namespace support"):
        await connect(elsewhere, patience=timedelta(seconds=0.3))


@pytest.mark.parametrize("start", ["dev"], indirect=True)
async def test_an_attribute_of_another_type_is_refused(settings: Settings, start: Start) -> None:
    start()
    client = await connect(settings)
    await register_search_attributes(client, {"Kind": str})
    with pytest.raises(TemporalError, match=r"Kind as INDEXED_VALUE_TYPE_KEYWORD, needed is INDEXED_VALUE_TYPE_INT"):
        await register_search_attributes(client, {"Kind": int})
