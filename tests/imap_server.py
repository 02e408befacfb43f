"""A real IMAP server (pymap, mailboxes in memory) for tests, in a process of its own, and a mail program to fill it with."""

import imaplib
import socket
import subprocess
import sys
import time
from types import TracebackType
from typing import Self

USER, PASSWORD = "demouser", "demopass"
START = "import sys; from pymap.main import main; sys.exit(main())"


class ImapServer:
    """`with ImapServer() as server:` listens on `server.port`, without TLS. The user's folders are empty at first."""

    def __enter__(self) -> Self:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        command = [sys.executable, "-c", START, "--host", "127.0.0.1", "--port", str(self.port), "--no-tls", "dict"]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._wait()
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._process.kill()
        self._process.wait()

    def program(self) -> imaplib.IMAP4:
        """A mail program that has signed in."""
        client = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
        client.login(USER, PASSWORD)
        return client

    def deliver(self, raw: bytes, folder: str = "INBOX", flags: str = "") -> None:
        with self.program() as client:
            assert client.append(folder, flags, None, raw)[0] == "OK"

    def create(self, folder: str) -> None:
        with self.program() as client:
            assert client.create(folder)[0] == "OK"

    def recreate(self, folder: str) -> None:
        """The folder anew, with other numbers."""
        with self.program() as client:
            assert client.delete(folder)[0] == "OK"
            assert client.create(folder)[0] == "OK"

    def flags(self, folder: str = "INBOX") -> list[set[str]]:
        """The flags of each message, oldest first."""
        with self.program() as client:
            client.select(folder, readonly=True)
            found = client.fetch("1:*", "(FLAGS)")[1]
            return [{f.decode() for f in imaplib.ParseFlags(line)} - {"\\Recent"} for line in found if line]

    def _wait(self) -> None:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise TimeoutError("The IMAP server does not answer.")
