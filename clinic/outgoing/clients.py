"""The one way out for HTTP: a name is looked up once, checked, and connected to as it was checked. No redirects, no
proxies of the environment, no other host. Knows no Django."""

import asyncio
import socket
from typing import Any

import httpcore2
import httpx2

from clinic.outgoing.addresses import Destination, NotAllowed, checked, is_plain

CONNECT_S, READ_S = 5.0, 30.0


class _Pinned(httpcore2.NetworkBackend):
    def __init__(self, to: Destination) -> None:
        self._to, self._line = to, httpcore2.SyncBackend()

    def connect_tcp(self, host: str, port: int, *args: Any, **options: Any) -> httpcore2.NetworkStream:
        _demand_the_same(self._to, host, port)
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            address = checked(found, is_local=self._to.is_local)
        except (OSError, UnicodeError) as why:
            raise _not_asked(why) from None
        return self._line.connect_tcp(address, port, *args, **options)


class _PinnedLater(httpcore2.AsyncNetworkBackend):
    def __init__(self, to: Destination) -> None:
        self._to, self._line = to, httpcore2.AnyIOBackend()

    async def connect_tcp(self, host: str, port: int, *args: Any, **options: Any) -> httpcore2.AsyncNetworkStream:
        _demand_the_same(self._to, host, port)
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
            address = checked(found, is_local=self._to.is_local)
        except (OSError, UnicodeError) as why:
            raise _not_asked(why) from None
        return await self._line.connect_tcp(address, port, *args, **options)

    async def sleep(self, seconds: float) -> None:
        await self._line.sleep(seconds)


def _demand_the_same(to: Destination, host: str, port: int) -> None:
    if not is_plain(to.url) or (host.strip("[]").lower(), port) != (to.host, to.port):
        raise httpcore2.ConnectError("not the host that is named")


def _not_asked(why: Exception) -> httpcore2.ConnectError:
    return httpcore2.ConnectError(str(why) if isinstance(why, NotAllowed) else "nobody knows this host")


def client(to: Destination, *, read_s: float = READ_S, headers: dict[str, str] | None = None) -> httpx2.Client:
    transport = httpx2.HTTPTransport(trust_env=False)
    transport._pool._network_backend = _Pinned(to)  # it has no argument for it; a test asks whether it is obeyed
    return httpx2.Client(
        transport=transport, timeout=httpx2.Timeout(read_s, connect=CONNECT_S), follow_redirects=False, trust_env=False,
        headers=headers,
    )  # fmt: skip


def client_later(to: Destination, *, read_s: float = READ_S, hooks: dict[str, Any] | None = None) -> httpx2.AsyncClient:
    """For code that awaits."""
    transport = httpx2.AsyncHTTPTransport(trust_env=False)
    transport._pool._network_backend = _PinnedLater(to)
    return httpx2.AsyncClient(
        transport=transport, timeout=httpx2.Timeout(read_s, connect=CONNECT_S), follow_redirects=False, trust_env=False,
        event_hooks=hooks,
    )  # fmt: skip
