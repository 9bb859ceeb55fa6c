"""How fast the fuzzer sends and how much of the contract it reaches, beside Schemathesis and a bare sender.

Usage: ``python benchmarks/fuzz.py [--seconds 20] [--peer-seconds 900] [--workers 4] [--edition 2026] [--keep FOLDER]``

One reference server, a process of its own and pinned to a core of its own where the system allows, answers all three
in turn; it notes the time and the body of every request, so that all are counted alike. Schemathesis (newest) is
installed into a throw-away environment and reads the OpenAPI document of ``apps-contract schema openapi``; it goes on
until it has sent 10,000 requests, or until its own time is up. The bare sender repeats one fixed update from as many
threads. Prints Markdown tables.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from hypothesis import HealthCheck, Phase, given, settings

from apps_contract import contract
from apps_contract.contract.openapi import openapi_document
from apps_contract.http.authentication import basic_header
from apps_contract.payloads import stream
from apps_contract.payloads.coverage import Coverage
from apps_contract.payloads.strategies import create_request
from apps_contract.payloads.valid import minimal_create
from apps_contract.service.app import DEMO_KEYS, create_app
from apps_contract.service.runner import base_url, listen, run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hypothesis.strategies import SearchStrategy

    from apps_contract.contract import Edition

KEY, OTHER_KEY = DEMO_KEYS
MARKS = (1_000, 10_000)
NAMES = {"POST": "create", "PATCH": "update"}
CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


def pin(core: int) -> None:
    """Keep this process, and those that it starts, on one core, where the system can."""
    if len(CORES) > 1:
        os.sched_setaffinity(0, {CORES[core]})


# -- the server, which notes what it is sent ---------------------------------------------------------------------


def serve(edition: Edition, notes: Path) -> None:
    """Run the reference server and write a line for each request: time, method, body."""
    pin(0)
    app = create_app(edition)
    listener = listen("127.0.0.1", 0)
    with notes.open("ab", buffering=1 << 16) as file:

        async def noting(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            parts: list[bytes] = []

            async def hear() -> Any:
                message = await receive()
                parts.append(message.get("body", b""))
                return message

            await app(scope, hear, send)
            body = base64.b64encode(b"".join(parts)[: 1 << 18])
            file.write(b"%.6f %s %s\n" % (time.time(), scope["method"].encode(), body))

        def ready() -> None:
            print(base_url(listener), flush=True)

        run(noting, listener, on_ready=ready)


# -- those who send ----------------------------------------------------------------------------------------------


def our_command(url: str, folder: Path, arguments: argparse.Namespace) -> list[str]:
    """Return the command of our fuzzer."""
    command = str(Path(sys.executable).with_name("apps-contract"))
    options = ["--budget", f"{arguments.seconds}s", "--workers", str(arguments.workers)]
    return [command, "fuzz", url, *options, "--edition", arguments.edition, "--report-dir", str(folder / "report")]


def our_environment() -> dict[str, str]:
    """Return the environment with the demo keys."""
    keys = {"APPS_": KEY, "APPS_OTHER_": OTHER_KEY}
    given = {
        f"{prefix}{name}": value
        for prefix, key in keys.items()
        for name, value in (("PROJECT", key.project_id), ("KEY_ID", key.key_id), ("KEY_SECRET", key.key_secret))
    }
    return {**os.environ, **given}


def schemathesis_command(url: str, folder: Path, arguments: argparse.Namespace) -> list[str]:
    """Install the newest Schemathesis and return its command; the document names the project, so that it gets in."""
    environment = folder / "schemathesis"
    if not environment.exists():
        subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
        subprocess.run([str(environment / "bin" / "pip"), "install", "--quiet", "schemathesis"], check=True)
    document = json.loads(json.dumps(openapi_document(arguments.edition)))
    document["components"]["parameters"]["project_id"]["schema"] = {"type": "string", "enum": [KEY.project_id]}
    file = folder / "openapi.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    options = ["--url", url, "--workers", str(arguments.workers), "--max-examples", "1000000", "--seed", "1"]
    options += ["--max-time", str(arguments.peer_seconds), "--continue-on-failure", "--no-color"]
    return [
        str(environment / "bin" / "schemathesis"),
        "run",
        str(file),
        *options,
        "-H",
        f"Authorization:{basic_header(KEY)}",
    ]


def send_fixed(url: str, seconds: float, workers: int) -> None:
    """Update one app with one body, again and again, over as many connections as there are workers."""
    host, _, port = url.removeprefix("http://").partition(":")
    body = json.dumps(minimal_create("2026", "one fixed body")).encode()
    path = f"/v1/projects/{KEY.project_id}/apps"
    made = json.loads(_exchange(host, int(port), _message("POST", path, body)).partition(b"\r\n\r\n")[2])
    message = _message("PATCH", f"{path}/{made['id']}", body)
    until = time.monotonic() + seconds

    def repeat() -> None:
        with socket.create_connection((host, int(port))) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while time.monotonic() < until:
                connection.sendall(message)
                _read_answer(connection)

    threads = [threading.Thread(target=repeat) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _message(method: str, path: str, body: bytes) -> bytes:
    head = f"{method} {path} HTTP/1.1\r\nHost: x\r\nAuthorization: {basic_header(KEY)}\r\n"
    return f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def _exchange(host: str, port: int, message: bytes) -> bytes:
    with socket.create_connection((host, port)) as connection:
        connection.sendall(message)
        return _read_answer(connection)


def _read_answer(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(1 << 16)
    head, _, rest = data.partition(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")
    )
    while len(rest) < length:
        rest += connection.recv(1 << 16)
    return head + b"\r\n\r\n" + rest


# -- what the server noted ---------------------------------------------------------------------------------------


@dataclass
class Measured:
    """What one contender sent. ``pairs`` is by the number of requests."""

    name: str
    requests: int
    seconds: float
    pairs: dict[int, int]
    pairs_at_end: int

    @property
    def rate(self) -> float:
        """Requests per second, from the first to the last."""
        return self.requests / self.seconds


def measure(name: str, notes: Path, edition: Edition, marks: tuple[int, ...] = MARKS) -> Measured:
    """Read the server's notes: how many requests, and how many pairs after so many of them."""
    coverages = {operation: Coverage(edition, operation) for operation in NAMES.values()}
    times: list[float] = []
    pairs: dict[int, int] = {}
    for line in notes.read_bytes().splitlines():
        moment, method, encoded = ([*line.split(b" "), b""])[:3]
        times.append(float(moment))
        if coverage := coverages.get(NAMES.get(method.decode(), "")):
            with suppress(ValueError, RecursionError):  # raw bytes
                coverage.observe(json.loads(base64.b64decode(encoded)))
        if len(times) in marks:
            pairs[len(times)] = sum(len(coverage.covered) for coverage in coverages.values())
    end = sum(len(coverage.covered) for coverage in coverages.values())
    return Measured(name, len(times), times[-1] - times[0], pairs, end)


def contend(name: str, act: Callable[[str], object], folder: Path, edition: Edition) -> Measured:
    """Start a server, let one contender send, end the server, and measure."""
    notes = folder / f"{name.split(maxsplit=1)[0]}.notes"
    notes.unlink(missing_ok=True)
    command = [sys.executable, __file__, "--serve", str(notes), "--edition", edition]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            act(server.stdout.readline().strip())
        finally:
            server.terminate()
            server.wait()
    return measure(name, notes, edition)


def end_after(requests: int, notes: Path, process: subprocess.Popen[bytes], seconds: float) -> None:
    """Wait until a process is over, has sent so many requests, or has had its time; then end it."""
    until = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < until:
        if notes.exists() and notes.read_bytes().count(b"\n") >= requests:
            break
        time.sleep(2)
    process.terminate()


# -- generation alone --------------------------------------------------------------------------------------------


def generation(edition: Edition, peer_seconds: float) -> list[tuple[str, float]]:
    """Return how many bodies of a create each way makes in a second, without sending anything.

    The peer comes last, and has its time; if that does not suffice for one body, the rate is that of one.
    """
    from hypothesis_jsonschema import from_schema  # noqa: PLC0415 - a peer here

    warnings.simplefilter("ignore")
    schema = contract.schema("create", edition)
    return [
        ("ours, from plain random numbers", _per_second(stream.valid_bodies(edition, "create", 1))),
        ("ours, as a hypothesis strategy", _drawn_per_second(create_request(edition=edition))),
        ("hypothesis-jsonschema, from_schema", _drawn_per_second(from_schema(schema), peer_seconds)),
    ]


def _drawn_per_second(strategy: SearchStrategy[Any], seconds: float = 5.0) -> float:
    """Return how fast a test with ``@given`` gets its examples. One that is slow is left behind when the time is up."""
    moments: list[float] = []

    @settings(
        max_examples=100_000,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def take(_body: Any) -> None:
        moments.append(time.perf_counter())

    start = time.perf_counter()
    thread = threading.Thread(target=take, daemon=True)
    thread.start()
    thread.join(seconds)
    return max(len(moments), 1) / (time.perf_counter() - start)


def _per_second(made: Iterator[Any], seconds: float = 5.0) -> float:
    next(made)
    start = time.perf_counter()
    count = 0
    while time.perf_counter() - start < seconds:
        count += len(list(islice(made, 5)))
    return count / (time.perf_counter() - start)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seconds", type=int, default=20, help="for the fuzzer and for the fixed body")
    parser.add_argument("--peer-seconds", type=int, default=900, help="at most, for Schemathesis")
    parser.add_argument("--schema-seconds", type=int, default=120, help="for from_schema alone")
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--edition", choices=contract.EDITIONS, default="2026")
    parser.add_argument("--keep", type=Path, help="keep Schemathesis and the notes here")
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    edition = cast("Edition", arguments.edition)
    if arguments.serve:
        serve(edition, arguments.serve)
        return
    pin(-1)
    with tempfile.TemporaryDirectory() as temporary:
        folder = (arguments.keep or Path(temporary)).absolute()
        folder.mkdir(exist_ok=True)

        def ours(url: str) -> None:
            subprocess.run(our_command(url, folder, arguments), env=our_environment(), check=False, stdout=sys.stderr)

        def schemathesis(url: str) -> None:
            command = schemathesis_command(url, folder, arguments)
            log = folder / "schemathesis.log"
            with log.open("wb") as file, subprocess.Popen(command, stdout=file, stderr=file) as process:
                end_after(MARKS[-1], folder / "schemathesis.notes", process, arguments.peer_seconds)

        def fixed(url: str) -> None:
            send_fixed(url, arguments.seconds, arguments.workers)

        contenders = {"fixed body (the limit)": fixed, "apps-contract fuzz": ours, "schemathesis run": schemathesis}
        measured = [contend(name, act, folder, edition) for name, act in contenders.items()]
        _print_sending(measured, arguments)
    _print_generation(generation(edition, arguments.schema_seconds))


def _print_sending(measured: list[Measured], arguments: argparse.Namespace) -> None:
    limit = measured[0].rate
    table = sum(len(Coverage(arguments.edition, name).pairs) for name in NAMES.values())
    where = f"{len(CORES)} cores, server and sender pinned to one each" if len(CORES) > 1 else "not pinned"
    print(f"Edition {arguments.edition}, {arguments.workers} workers, {arguments.seconds} s, {where}.\n")
    columns = ("sender", "requests", "requests/s", "of the limit", "pairs after 1,000", "after 10,000")
    print(f"| {' | '.join(columns)} | at the end (of {table:,}) | pairs/s |")
    print("| --- | --: | --: | --: | --: | --: | --: | --: |")
    for one in measured:
        marks = " | ".join(f"{one.pairs[mark]:,}" if mark in one.pairs else "-" for mark in MARKS)
        print(
            f"| {one.name} | {one.requests:,} | {one.rate:,.0f} | {one.rate / limit:.0%} | {marks} |"
            f" {one.pairs_at_end:,} | {one.pairs_at_end / one.seconds:,.1f} |"
        )
    ours, peer = measured[1], measured[2]
    print(f"\nRequest rate: {ours.rate / peer.rate:,.0f} times Schemathesis's, {ours.rate / limit:.0%} of the limit.")
    print(f"Pairs: {ours.pairs.get(MARKS[0], 0):,} after {MARKS[0]:,} requests of ours; Schemathesis reached ", end="")
    print(f"{peer.pairs_at_end:,} with {peer.requests:,} requests in {peer.seconds:,.0f} s.")
    sys.stdout.flush()


def _print_generation(made: list[tuple[str, float]]) -> None:
    slowest = made[-1][1]
    print("\n| generation alone, AppCreateRequest | bodies/s | times from_schema |\n| --- | --: | --: |")
    for name, rate in made:
        print(f"| {name} | {rate:,.2f} | {f'{rate / slowest:,.0f}' if slowest else '-'} |")


if __name__ == "__main__":
    main()
    sys.stdout.flush()
    os._exit(0)  # a thread of the slowest generator may still be at work
