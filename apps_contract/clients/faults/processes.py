"""Faulty adapters: what a client does to its whole process."""

from __future__ import annotations

import json
import os
import sys
import time

from apps_contract.clients.faults import ClientFault
from apps_contract.clients.reference.adapter import serve
from apps_contract.clients.reference.client import App, AppsClient
from apps_contract.clients.reference.errors import AppsError, LostError, UnreadableError


class _ExitsOnLoss(AppsClient):
    def list(self) -> App:
        try:
            return super().list()
        except (LostError, UnreadableError):
            os._exit(0)

    def get(self, app_id: str) -> App:
        try:
            return super().get(app_id)
        except (LostError, UnreadableError):
            os._exit(0)


class _HangsOnError(AppsClient):
    def get(self, app_id: str) -> App:
        try:
            return super().get(app_id)
        except AppsError:
            time.sleep(3600)
            raise


class _CrashesOnError(AppsClient):
    def list(self) -> App:
        try:
            return super().list()
        except (LostError, UnreadableError):
            os.abort()


def _flood() -> None:
    for line in sys.stdin:
        request = json.loads(line)
        while request["op"] == "get":
            sys.stdout.write("x" * 4096 + "\n")
        sys.stdout.write(json.dumps({"id": request["id"], "ok": True, "result": {"apps": []}}) + "\n")
        sys.stdout.flush()


def _serve_exits() -> None:
    serve(_ExitsOnLoss)


FAULTS = (
    ClientFault("exits-silently", "CLI-ANS-5", "Ends with status 0 when an answer is lost.", process=_serve_exits),
    ClientFault("hangs-on-error", "CLI-ANS-5", "Never comes back from a failed get.", _HangsOnError),
    ClientFault("aborts", "CLI-ANS-5", "Falls over when an answer is lost.", _CrashesOnError),
    ClientFault("floods", "CLI-ANS-5", "Writes without end instead of an answer.", process=_flood),
)
