"""A shell into which the blocks of a page are pasted."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_LONGEST_S = 120
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.DOTALL | re.MULTILINE)
NEEDS_NODE = pytest.mark.skipif(
    shutil.which("node") is None or shutil.which("npm") is None, reason="Node is not here, nor its npm"
)


def blocks(page, language):
    """The blocks of a page in one language, in their order."""
    return [text for name, text in BLOCK.findall((ROOT / "docs" / page).read_text("utf-8")) if name == language]


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


class Shell:
    """A shell in a copy of the examples, where the ports of the pages are a free one; killed if it takes too long."""

    def __init__(self, folder):
        shutil.copytree(ROOT / "examples", folder / "examples", ignore=shutil.ignore_patterns("node_modules"))
        self.port = free_port()
        kept = {name: value for name, value in os.environ.items() if not name.startswith("APPS_")}
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        self._process = subprocess.Popen(
            ["/bin/sh"],
            cwd=folder,
            env={**kept, "PATH": path, "NO_UPDATE_NOTIFIER": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._watchdog = threading.Timer(_LONGEST_S, self._kill)
        self._watchdog.start()

    def paste(self, block):
        """Run a block of a page; return what it says, and its status."""
        said = self.tell(f"{block.rstrip()}\nprintf '\\ndone %s\\n' $?\n", r"done \d+$")
        return said[:-1], int(said[-1].partition(" ")[2])

    def start(self, block):
        """Run a block that leaves a server behind, and wait for it; return what it says."""
        return self.tell(block, "listening on|grant_type=client_credentials")

    def tell(self, text, until):
        text = re.sub(r"\b(8080|8700)\b", str(self.port), text)
        self._process.stdin.write(text)
        self._process.stdin.flush()
        said = []
        for line in self._process.stdout:
            said.append(line.rstrip("\n"))
            if re.search(until, line):
                return [one for one in said if one]
        raise AssertionError("\n".join(said))

    def close(self):
        self._watchdog.cancel()
        self._kill()
        self._process.communicate()

    def _kill(self):
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
