"""A server with several bugs at once: what the sample report is made from (see reports/README.md)."""

from typing import Any

from apps_contract.contract import EDITIONS, Level
from apps_contract.service.app import AppsApplication, create_app
from apps_contract.service.faults.fault import Fault
from apps_contract.service.service import AppsService


class ForgetfulService(AppsService):
    """Adds the credentials of an update to the old ones, and makes members up that were not sent."""

    def apply_update(self, app: Any, request: dict[str, Any], mask: Any) -> Any:
        kept = {name: app[name] for name in ("id", "display_name", "channel_credentials")}
        return super().apply_update(kept if mask is None else app, request, mask)

    def update_member(self, old: Any, new: Any) -> Any:
        return old + new if isinstance(new, list) else super().update_member(old, new)


class CarelessApplication(AppsApplication):
    """Declares its 404 answers as HTML."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def careless(message: Any) -> None:
            if message["type"] == "http.response.start" and message["status"] == 404:
                message = {**message, "headers": [(b"content-type", b"text/html; charset=utf-8")]}
            await send(message)

        await super().__call__(scope, receive, careless)


FAULT = Fault(
    "several",
    "SRV-STATE-6",
    Level.MUST,
    "Updates forget what was not sent, and 404 answers say that they are HTML.",
    EDITIONS,
    lambda parts: CarelessApplication(ForgetfulService(parts)),
)

app = create_app(fault=FAULT)
