"""The door of ``apps_api`` for clients over ``httpx``, of both kinds, where it is installed."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from apps_contract.run.apps_api import refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import httpx

    from apps_contract.run.apps_api import AppsApi


def is_installed() -> bool:
    """Tell whether there is an ``httpx`` to answer."""
    return find_spec("httpx") is not None


def httpx_transport(api: AppsApi) -> httpx.MockTransport:
    """Return a transport that answers for the API, for clients of either kind, and refuses the rest."""
    import httpx  # noqa: PLC0415 -- optional

    def answer(sent: httpx.Request) -> httpx.Response:
        url = str(sent.url)
        if not api.is_for_us(url):
            raise httpx.ConnectError(refusal(sent.method, url), request=sent)
        target = sent.url.raw_path.decode("ascii")  # as it would go out, encoded by the client and not by us
        origin = f"{sent.url.scheme}://{sent.url.netloc.decode()}"
        headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in sent.headers.raw)
        answered = api.take(sent.method, origin + target, headers, sent.content)
        return httpx.Response(answered.status, headers=list(answered.headers), content=answered.body)

    return httpx.MockTransport(answer)


@contextmanager
def httpx_mock(api: AppsApi) -> Iterator[None]:
    """Answer for every client with a transport of httpx's own until the end of the ``with`` statement.

    Transports of other kinds, such as those to an application in this process, are left alone.
    """
    import httpx  # noqa: PLC0415 -- optional

    mocked = httpx_transport(api)

    def sync(real: Callable[..., Any]) -> Callable[..., Any]:
        def handle_request(transport: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
            if api.passes(str(request.url)):
                return real(transport, request)  # type: ignore[no-any-return]  # the method that is patched
            return mocked.handle_request(request)

        return handle_request

    def asynchronous(real: Callable[..., Any]) -> Callable[..., Any]:
        async def handle_async_request(transport: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
            if api.passes(str(request.url)):
                return await real(transport, request)  # type: ignore[no-any-return]  # the method that is patched
            return await mocked.handle_async_request(request)

        return handle_async_request

    with ExitStack() as stack:
        for kind, method, around in (
            (httpx.HTTPTransport, "handle_request", sync),
            (httpx.AsyncHTTPTransport, "handle_async_request", asynchronous),
        ):
            stack.enter_context(patch.object(kind, method, around(getattr(kind, method))))
        yield
