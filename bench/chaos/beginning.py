"""How a stack of the chaos run begins: its stores, people in them, then our own processes."""

from __future__ import annotations

import asyncio

from temporalio.client import Client

from bench.chaos import engine, world
from bench.chaos.stack import Stack
from runtime.temporal import register_search_attributes
from store.database import Database
from workflows.visibility import SEARCH_ATTRIBUTES


async def begin(stack: Stack, database: Database) -> tuple[world.World, Client]:
    """The people of the stack's `database`, and its engine's client. The caller stops both, whatever comes."""
    await stack.start_stores()
    await stack.postgres.ready()
    await asyncio.to_thread(database.upgrade)
    people = await asyncio.to_thread(world.make, database, stack.settings("worker"))
    client = await engine.connected(stack.temporal.temporal_target)
    await register_search_attributes(client, SEARCH_ATTRIBUTES)
    await stack.start_ours()
    return people, client
