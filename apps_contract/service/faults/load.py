"""Faults that show only when calls meet (SRV-LOAD): lost updates, torn writes, pools that run dry."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING

from apps_contract.service.faults.fault import Catalogue
from apps_contract.service.faults.tools import RACE_WINDOW_S
from apps_contract.service.refusal import RefusalError
from apps_contract.service.service import AppsService

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from apps_contract.service.message import Answer, Call
    from apps_contract.service.store import App

LOAD = Catalogue()

_POOL = 2
_MOST_STEPS = 6


class _RacingService(AppsService):
    """Holds nobody off: changes of one app run side by side."""

    @asynccontextmanager
    async def exclusive(self, _call: Call) -> AsyncIterator[None]:
        yield


# SRV-LOAD-1


@LOAD.add(
    "creates-overwrite-each-other",
    "SRV-LOAD-1",
    "The apps of a project are one document, read and written back whole: of creates at the same time one stays.",
    also=("SRV-STATE-5", "SRV-STATE-4"),
)
class _CreatesOverwriteEachOther(_RacingService):
    async def create_app(self, call: Call) -> Answer:
        read = {app["id"] for app in self.store.apps(call.project_id)}
        await asyncio.sleep(RACE_WINDOW_S)
        for app in self.store.apps(call.project_id):
            if app["id"] not in read:
                self.store.delete(call.project_id, app["id"])
        return await super().create_app(call)


@LOAD.add(
    "busy-create-doubled",
    "SRV-LOAD-1",
    "While another create is running, a create is sent to the database twice, and both apps stay.",
    also=("SRV-STATE-5",),
)
class _BusyCreateDoubled(_RacingService):
    async def create_app(self, call: Call) -> Answer:
        running = self.scratch.get("running", 0)
        self.scratch["running"] = running + 1
        try:
            await asyncio.sleep(RACE_WINDOW_S)
            if running:
                await super().create_app(call)
            return await super().create_app(call)
        finally:
            self.scratch["running"] -= 1


@LOAD.add(
    "pool-of-two-creates",
    "SRV-LOAD-1",
    "Two creates can run at once: a third answers 503 at once instead of waiting.",
    also=("SRV-INPUT-8",),
)
class _PoolOfTwoCreates(_RacingService):
    async def create_app(self, call: Call) -> Answer:
        if self.scratch.get("running", 0) >= _POOL:
            raise RefusalError(HTTPStatus.SERVICE_UNAVAILABLE, "no connection is free")
        self.scratch.count("running")
        try:
            await asyncio.sleep(RACE_WINDOW_S)
            return await super().create_app(call)
        finally:
            self.scratch["running"] -= 1


@LOAD.add(
    "concurrent-creates-share-answer",
    "SRV-LOAD-1",
    "Creates at the same time are answered from one shared buffer: all get the app that was made last.",
    also=("SRV-STATE-1", "SRV-STATE-2"),
)
class _ConcurrentCreatesShareAnswer(_RacingService):
    async def create_app(self, call: Call) -> Answer:
        self.scratch["answer"] = await super().create_app(call)
        await asyncio.sleep(RACE_WINDOW_S)
        answer: Answer = self.scratch["answer"]
        return answer


@LOAD.add(
    "concurrent-creates-unlisted",
    "SRV-LOAD-1",
    "Of creates at the same time, list shows the first only: the index is rebuilt once for all of them, too early.",
    also=("SRV-STATE-5",),
)
class _ConcurrentCreatesUnlisted(_RacingService):
    async def create_app(self, call: Call) -> Answer:
        is_first = self.scratch.count("running") == 1
        try:
            answer = await super().create_app(call)
            if not is_first:
                self.scratch.setdefault("unlisted", set()).add(answer.payload["id"])
            await asyncio.sleep(RACE_WINDOW_S)
            return answer
        finally:
            self.scratch["running"] -= 1

    def visible_apps(self, project_id: str) -> list[App]:
        unlisted = self.scratch.get("unlisted", set())
        return [app for app in super().visible_apps(project_id) if app["id"] not in unlisted]


# SRV-LOAD-2


class _SlowlyWritingService(_RacingService):
    """Writes an update in two steps. Of updates at the same time, the first to come takes its second step last."""

    async def save_app(self, app: App, call: Call) -> None:
        before = self.find_app(call)
        earlier = self.scratch.get("running", 0)
        self.scratch["running"] = earlier + 1
        self.store.replace(call.project_id, self.first_step(before, app))
        try:
            await asyncio.sleep(RACE_WINDOW_S * max(1, _MOST_STEPS - earlier))
        finally:
            self.scratch["running"] -= 1
        self.store.replace(call.project_id, self.second_step(before, self.find_app(call), app))

    def first_step(self, before: App, app: App) -> App:
        """Return what is written at once, of the app as it was and as it shall be."""
        raise NotImplementedError

    def second_step(self, before: App, between: App, app: App) -> App:
        """Return what is written in the end; ``between`` is what is there by then."""
        raise NotImplementedError


@LOAD.add(
    "channels-written-one-by-one",
    "SRV-LOAD-2",
    "The entries of an update are written one by one: updates at the same time leave some entries of each.",
)
class _ChannelsWrittenOneByOne(_SlowlyWritingService):
    def first_step(self, before: App, app: App) -> App:
        entries = app["channel_credentials"][:1] + before["channel_credentials"][1:]
        return {**app, "channel_credentials": entries}

    def second_step(self, _before: App, between: App, app: App) -> App:
        entries = between["channel_credentials"][:1] + app["channel_credentials"][1:]
        return {**between, "channel_credentials": entries}


@LOAD.add(
    "policy-written-by-column",
    "SRV-LOAD-2",
    "The two members of retention_policy are written one after the other: they can come from two updates.",
)
class _PolicyWrittenByColumn(_SlowlyWritingService):
    def first_step(self, before: App, app: App) -> App:
        policy = {**app["retention_policy"], "ttl_days": before["retention_policy"]["ttl_days"]}
        return {**app, "retention_policy": policy}

    def second_step(self, _before: App, between: App, app: App) -> App:
        policy = {**between["retention_policy"], "ttl_days": app["retention_policy"]["ttl_days"]}
        return {**between, "retention_policy": policy}


@LOAD.add(
    "concurrent-channels-united",
    "SRV-LOAD-2",
    "A conflict of two updates is resolved by keeping the entries of both.",
)
class _ConcurrentChannelsUnited(_SlowlyWritingService):
    def first_step(self, before: App, app: App) -> App:
        theirs = before["channel_credentials"] if self.scratch["running"] > 1 else []
        united = theirs + [entry for entry in app["channel_credentials"] if entry not in theirs]
        return {**app, "channel_credentials": united}

    def second_step(self, _before: App, between: App, _app: App) -> App:
        return between


@LOAD.add(
    "concurrent-updates-rolled-back",
    "SRV-LOAD-2",
    "Updates at the same time roll each other back, though each is answered 200: the app stays as it was.",
)
class _ConcurrentUpdatesRolledBack(_RacingService):
    async def save_app(self, app: App, call: Call) -> None:
        before = self.scratch.setdefault(f"before {call.app_id}", self.find_app(call))
        is_alone = self.scratch.count("running") == 1
        self.scratch["conflict"] = not is_alone
        self.store.replace(call.project_id, app)
        try:
            await asyncio.sleep(RACE_WINDOW_S)
            if self.scratch["conflict"]:
                self.store.replace(call.project_id, before)
        finally:
            self.scratch["running"] -= 1
            if not self.scratch["running"]:
                del self.scratch[f"before {call.app_id}"]
