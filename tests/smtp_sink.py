"""A fast SMTP server for tests and measurements, which misbehaves on demand.

What it does with a message is said by the recipient's local part: `ok...@` is taken, `550...@` is refused at RCPT, and those of
`MISDEEDS` are handled badly. Run as a program it writes one line per accepted message to a file: `python smtp_sink.py PORT FILE`.
"""

import asyncio
import base64
import hmac
import os
import re
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

TO = re.compile(rb"RCPT TO:<([^>]*)>", re.IGNORECASE)
CHALLENGE = b"<1896.697170952@sink>"
REFUSED = re.compile(rb"([45]\d\d)(?:-(\d\.\d+\.\d+))?[-.@]")


@dataclass
class Message:
    sender: str
    recipients: list[str]
    data: bytes


@dataclass
class Behaviour:
    """`accept` is called with each message before it is answered. `greeting` and `busy_after` (messages per connection until
    421) apply to all; `extensions` are what EHLO offers."""

    accept: Callable[[Message], None]
    extensions: tuple[str, ...] = ("PIPELINING", "SIZE 10000000", "8BITMIME", "SMTPUTF8")
    greeting: str = "220 sink ESMTP"
    mail_answer: str = "250 ok"
    busy_after: int = 0
    password: str = ""
    connections: list["Session"] = field(default_factory=list)


class Session(asyncio.Protocol):
    def __init__(self, behaviour: Behaviour) -> None:
        self.behaviour = behaviour
        self.buffer = b""
        self.in_data = False
        self.silent = False
        self.challenged = False
        self.taken = 0
        self._reset()

    def _reset(self) -> None:
        self.sender, self.recipients = "", []

    def connection_made(self, transport) -> None:
        self.transport = transport
        self.behaviour.connections.append(self)
        self.say(self.behaviour.greeting)
        if not self.behaviour.greeting.startswith("220"):
            transport.close()

    def connection_lost(self, exc) -> None:
        self.behaviour.connections.remove(self)

    def say(self, line: str) -> None:
        self.transport.write(line.encode() + b"\r\n")

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while not self.silent and not self.transport.is_closing():
            if self.in_data:
                if self._misdeed() == "hangup-in-body" and len(self.buffer) > 20:
                    return self.transport.abort()
                if self.buffer.startswith(b".\r\n"):
                    body, self.buffer = b"", self.buffer[3:]
                else:
                    body, dot, rest = self.buffer.partition(b"\r\n.\r\n")
                    if not dot:
                        return None
                    self.buffer = rest
                self.in_data = False
                self._take(body + b"\r\n")
            else:
                line, end, rest = self.buffer.partition(b"\r\n")
                if not end:
                    return None
                self.buffer = rest
                self._command(line)
        return None

    def _misdeed(self) -> str:
        return self.recipients[0].partition("@")[0].partition(".")[0] if self.recipients else ""

    def _command(self, line: bytes) -> None:
        verb = line[:4].upper()
        if verb == b"EHLO":
            lines = ["sink", *self.behaviour.extensions]
            for number, text in enumerate(lines):
                self.say(f"250{' ' if number == len(lines) - 1 else '-'}{text}")
        elif verb == b"MAIL":
            if self.sender:
                return self.say("503 nested MAIL")
            if self.behaviour.mail_answer.startswith("250"):
                self.sender = line.decode()
            self.say(self.behaviour.mail_answer)
        elif verb == b"RCPT":
            address = TO.match(line)[1].decode()
            refused = REFUSED.match(address.encode())
            if refused:
                code, enhanced = refused[1].decode(), (refused[2] or b"").decode()
                return self.say(f"{code} {enhanced + ' ' if enhanced else ''}no")
            if not self.sender:
                return self.say("503 MAIL first")
            self.recipients.append(address)
            self.say("250 ok")
        elif verb == b"DATA":
            if not self.recipients:
                return self.say("554 no valid recipients")
            self.in_data = True
            self.say("354 go")
        elif line == b"AUTH CRAM-MD5":
            self.challenged = True
            self.say("334 " + base64.b64encode(CHALLENGE).decode())
        elif self.challenged:
            self.challenged = False
            wanted = hmac.new(self.behaviour.password.encode(), CHALLENGE, "md5").hexdigest()
            self.say("235 welcome" if base64.b64decode(line).decode().split()[1] == wanted else "535 no")
        elif verb == b"AUTH":
            self.say("235 welcome" if self.behaviour.password in line.decode() else "535 no")
        elif verb == b"QUIT":
            self.say("221 bye")
            self.transport.close()
        else:
            self._reset()
            self.say("250 ok")
        return None

    def _take(self, data: bytes) -> None:
        misdeed = self._misdeed()
        message = Message(self.sender, self.recipients, data)
        self._reset()
        self.taken += 1
        if self.behaviour.busy_after and self.taken > self.behaviour.busy_after:
            self.say("421 too much")
            return self.transport.close()
        if misdeed == "hangup-after-dot":
            self.behaviour.accept(message)
            return self.transport.abort()
        if misdeed == "stall-after-dot":
            self.silent = True
            return None
        if misdeed == "garbage":
            return self.say("<html>this is no SMTP</html>")
        if misdeed.startswith("data"):
            return self.say(f"{misdeed[4:7]} no")
        self.behaviour.accept(message)
        self.say("250 taken")
        return None


class Sink:
    """The server in a thread of its own; `messages` are what it accepted."""

    def __init__(self, **options) -> None:
        self.messages: list[Message] = []
        self.behaviour = Behaviour(self.messages.append, **options)
        self.loop = asyncio.new_event_loop()
        self.ready = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Sink":
        self.thread.start()
        self.ready.wait(5)
        return self

    def __exit__(self, *_) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)

    def _run(self) -> None:
        server = self.loop.run_until_complete(self.loop.create_server(lambda: Session(self.behaviour), "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self.ready.set()
        self.loop.run_forever()
        for session in list(self.behaviour.connections):
            session.transport.abort()
        server.close()
        self.loop.run_until_complete(asyncio.sleep(0))
        self.loop.close()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def recipients(self) -> list[str]:
        return [m.recipients[0] for m in self.messages]


def main(port: int, path: str) -> None:
    record = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def accept(message: Message) -> None:
        os.write(record, message.recipients[0].encode() + b"\n")

    async def serve() -> None:
        behaviour = Behaviour(accept)
        server = await asyncio.get_running_loop().create_server(lambda: Session(behaviour), "127.0.0.1", port)
        print("ready", flush=True)
        await server.serve_forever()

    asyncio.run(serve())


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
