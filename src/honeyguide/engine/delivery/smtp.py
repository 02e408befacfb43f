"""An SMTP connection: greeting, TLS, sign-in, then messages, pipelined when the server can.

Kept apart from what is sent: no retries, no database. Everything a server may do wrong (refuse, stall, hang up, talk
nonsense) ends in a `Reply`, or in `Disconnected`, after which the connection is useless.
"""

import asyncio
import base64
import hashlib
import hmac
import re
import socket
import ssl
from collections import deque
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

from honeyguide.engine.delivery.addresses import wire_form

LONGEST_REPLY = 64 * 1024
DOT = b".\r\n"
_REPLY_LINE = re.compile(rb"(\d{3})([ -]?)(.*)", re.DOTALL)


class Disconnected(Exception):
    """The connection is over; the text says why."""


class TransportRefused(Exception):
    """The server does not want to work with us at all: greeting, TLS or sign-in failed."""


class InvalidSmtpUrl(ValueError):
    """The text is no address of an SMTP server."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds: to connect, for a command's answer, for the answer to a whole message (RFC 5321 4.5.3.2)."""

    connect: float = 30
    command: float = 120
    message: float = 600


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An SMTP server. `tls`: "always" from the first byte, "required" or "offered" by STARTTLS, "never"."""

    host: str
    port: int = 25
    user: str = ""
    password: str = field(default="", repr=False)
    tls: str = "offered"
    verify: bool = True
    timeouts: Timeouts = Timeouts()


def endpoint_of(url: str) -> Endpoint:
    """`smtp://user:password@host:587?encryption=tls&verify_peer=0`, `smtps://host`. Raises `InvalidSmtpUrl`."""
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
    except ValueError as error:
        raise InvalidSmtpUrl(f"{error} in the SMTP address.") from None
    if parts.scheme not in ("smtp", "smtps") or not host:
        raise InvalidSmtpUrl("An SMTP address looks like smtp://user:password@host:587 or smtps://host.")
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    tls = {"ssl": "always", "tls": "required", "none": "never"}.get(options.get("encryption", ""), "offered")
    if parts.scheme == "smtps" or port == 465:
        tls = "always"
    return Endpoint(
        host=host,
        port=port or {"always": 465, "required": 587}.get(tls, 25),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls=tls,
        verify=options.get("verify_peer", "1") not in ("0", "false", "no"),
    )


@dataclass(frozen=True, slots=True)
class Reply:
    code: int
    text: str

    @property
    def is_ok(self) -> bool:
        return 200 <= self.code < 300

    def __str__(self) -> str:
        return f"{self.code} {self.text}".strip()


@dataclass(frozen=True, slots=True)
class Refusal:
    """A message that the server does not take, and whether it is the recipient that it does not want."""

    reply: Reply
    of_recipient: bool = False


class _Wire(asyncio.Protocol):
    """Bytes in and out; replies come out whole and in order."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self._buffer = b""
        self._lines: list[bytes] = []
        self._replies: deque[Reply] = deque()
        self._reader: asyncio.Future | None = None
        self._drained: asyncio.Future | None = None
        self._paused = False
        self.lost: str | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # also called again after STARTTLS

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\n")) >= 0:
            line, self._buffer = self._buffer[:end].rstrip(b"\r"), self._buffer[end + 1 :]
            found = _REPLY_LINE.fullmatch(line)
            if found is None:
                return self._fail("The server's answer is not SMTP.")
            self._lines.append(found[3])
            if found[2] != b"-":
                text = b"\n".join(self._lines).decode("utf-8", "replace")
                self._replies.append(Reply(int(found[1]), text))
                self._lines = []
        if len(self._buffer) + sum(map(len, self._lines)) > LONGEST_REPLY:
            return self._fail("The server's answer does not end.")
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        self._fail(f"The connection was lost: {exc}" if exc else "The server closed the connection.")

    def pause_writing(self) -> None:
        self._paused = True

    def resume_writing(self) -> None:
        self._paused = False
        if self._drained and not self._drained.done():
            self._drained.set_result(None)

    def _fail(self, reason: str) -> None:
        self.lost = self.lost or reason
        if self.transport:
            self.transport.abort()
        self._wake()
        self.resume_writing()

    def _wake(self) -> None:
        if self._reader and not self._reader.done() and (self._replies or self.lost):
            self._reader.set_result(None)

    def write(self, data: bytes) -> None:
        if self.lost:
            raise Disconnected(self.lost)
        self.transport.write(data)

    async def reply(self, seconds: float) -> Reply:
        if not self._replies:
            if self.lost:
                raise Disconnected(self.lost)
            self._reader = asyncio.get_running_loop().create_future()
            await self._wait(self._reader, seconds)
            if not self._replies:
                raise Disconnected(self.lost or "The server closed the connection.")
        return self._replies.popleft()

    async def drained(self, seconds: float) -> None:
        """Returns when nearly all that was written has left."""
        if self._paused and not self.lost:
            self._drained = asyncio.get_running_loop().create_future()
            await self._wait(self._drained, seconds)
        if self.lost:
            raise Disconnected(self.lost)

    async def _wait(self, future: asyncio.Future, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        timer = loop.call_later(seconds, self._fail, f"The server did not answer within {seconds:g} seconds.")
        try:
            await future
        finally:
            timer.cancel()


class Connection:
    """One signed-in connection. Use `connect`."""

    def __init__(self, endpoint: Endpoint, wire: _Wire) -> None:
        self._endpoint = endpoint
        self._wire = wire
        self.extensions: dict[str, str] = {}
        self.messages = 0
        self._needs_reset = False

    @property
    def is_alive(self) -> bool:
        return self._wire.lost is None

    @property
    def is_encrypted(self) -> bool:
        return self._wire.transport.get_extra_info("ssl_object") is not None

    @property
    def pipelining(self) -> bool:
        return "PIPELINING" in self.extensions

    @property
    def size_limit(self) -> int:
        """Most bytes of a message; 0 is no limit."""
        limit = self.extensions.get("SIZE", "")
        return int(limit) if limit.isdecimal() else 0

    async def command(self, line: bytes) -> Reply:
        self._wire.write(line + b"\r\n")
        return await self._wire.reply(self._endpoint.timeouts.command)

    def finish(self, then: "Envelope | None" = None) -> None:
        """Writes the dot that makes the server accept the message, and, if it can, the start of the next one."""
        self._wire.write(DOT + (then.lines(self) if then and self.pipelining else b""))

    async def answer(self) -> Reply:
        """The server's word on the finished message."""
        reply = await self._wire.reply(self._endpoint.timeouts.message)
        if reply.code == 421:
            self.close()
        return reply

    async def begin(self, envelope: "Envelope", *, written: bool) -> Refusal | None:
        """Names sender and recipients. None: the server waits for the message; else its refusal.

        `written`: the lines went out with `finish` already.
        """
        self.messages += 1
        refusal = await (self._begin_pipelined(envelope, written) if self.pipelining else self._begin_slowly(envelope))
        if refusal:
            self._needs_reset = True
            if refusal.reply.code == 421:
                self.close()
        return refusal

    async def _begin_pipelined(self, envelope: "Envelope", written: bool) -> Refusal | None:
        if not written:
            self._wire.write(envelope.lines(self))
        if envelope.reset_first:
            await self._reply()
        sender = await self._reply()
        recipients = [await self._reply() for _ in envelope.recipients]
        data = await self._reply()
        if sender.is_ok and recipients[0].is_ok:
            return None if data.code == 354 else Refusal(data)
        if data.code == 354:  # it would take the message without its recipient
            self.close()
        return Refusal(sender) if not sender.is_ok else Refusal(recipients[0], of_recipient=True)

    async def _begin_slowly(self, envelope: "Envelope") -> Refusal | None:
        commands = envelope.command_lines(self)
        for number, line in enumerate(commands):
            reply = await self.command(line)
            if reply.is_ok or reply.code == 354:
                continue
            is_recipient = line.startswith(b"RCPT")
            if is_recipient and commands[number - 1].startswith(b"RCPT"):
                continue  # a blind copy
            return Refusal(reply, of_recipient=is_recipient)
        return None

    async def send(self, data: bytes) -> None:
        """Writes the message, up to but without its final dot, and waits until it has left."""
        if b"\n." in data:
            data = data.replace(b"\n.", b"\n..")
        if data.startswith(b"."):
            data = b"." + data
        self._wire.write(data if data.endswith(b"\r\n") else data + b"\r\n")
        await self._wire.drained(self._endpoint.timeouts.message)

    async def quit(self) -> None:
        """Says goodbye if there is anyone to say it to."""
        try:
            self._wire.write(b"QUIT\r\n")
        except Disconnected:
            return
        if self._wire.transport:
            self._wire.transport.close()

    def close(self) -> None:
        """Hangs up; a message without its dot is never delivered."""
        self._wire._fail("The connection was closed.")

    async def _reply(self) -> Reply:
        return await self._wire.reply(self._endpoint.timeouts.command)

    def take_reset(self) -> bool:
        needed, self._needs_reset = self._needs_reset, False
        return needed


class Envelope:
    """Sender and recipients as the wire takes them. ValueError for addresses that no server can be given."""

    def __init__(self, sender: str, recipients: tuple[str, ...], size: int) -> None:
        forms = [wire_form(sender), *(wire_form(r) for r in recipients)]
        self.sender = forms[0][0]
        self.recipients = [form for form, _ in forms[1:]]
        self.needs_utf8 = any(needs for _, needs in forms)
        self.size = size
        self.reset_first = False

    def command_lines(self, connection: Connection) -> list[bytes]:
        self.reset_first = connection.take_reset()
        options = b" SIZE=%d" % self.size if "SIZE" in connection.extensions else b""
        if self.needs_utf8:
            options += b" SMTPUTF8"
        return [
            *([b"RSET"] if self.reset_first else []),
            b"MAIL FROM:<" + self.sender + b">" + options,
            *(b"RCPT TO:<" + recipient + b">" for recipient in self.recipients),
            b"DATA",
        ]

    def lines(self, connection: Connection) -> bytes:
        return b"\r\n".join([*self.command_lines(connection), b""])


async def connect(endpoint: Endpoint) -> Connection:
    """A connection that is ready for messages. Raises `TransportRefused` or `Disconnected`."""
    loop = asyncio.get_running_loop()
    wire = _Wire()
    tls = _tls_context(endpoint) if endpoint.tls == "always" else None
    try:
        async with asyncio.timeout(endpoint.timeouts.connect):
            await loop.create_connection(lambda: wire, endpoint.host, endpoint.port, ssl=tls)
    except TimeoutError:
        raise Disconnected(f"{endpoint.host}:{endpoint.port} did not answer.") from None
    except ssl.SSLCertVerificationError as error:
        raise TransportRefused(_distrust(endpoint, error)) from None
    except ConnectionRefusedError:
        raise Disconnected(f"Nothing answers at {endpoint.host}:{endpoint.port} (connection refused).") from None
    except OSError as error:
        raise Disconnected(f"{endpoint.host}:{endpoint.port} cannot be reached: {error.strerror or error}.") from None
    if raw := wire.transport.get_extra_info("socket"):
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection = Connection(endpoint, wire)
    try:
        await _greet(connection, wire, endpoint)
    except (Disconnected, TransportRefused):
        connection.close()
        raise
    return connection


async def _greet(connection: Connection, wire: _Wire, endpoint: Endpoint) -> None:
    greeting = await wire.reply(endpoint.timeouts.connect)
    if greeting.code != 220:
        raise TransportRefused(f"The server does not take mail: {greeting}")
    await _hello(connection)
    if endpoint.tls in ("offered", "required"):
        if "STARTTLS" in connection.extensions:
            await _start_tls(connection, wire, endpoint)
        elif endpoint.tls == "required":
            raise TransportRefused("The server offers no TLS.")
    if endpoint.user:
        await _sign_in(connection, endpoint)


async def _hello(connection: Connection) -> None:
    name = socket.getfqdn().encode("ascii", "replace") or b"localhost"
    reply = await connection.command(b"EHLO " + name)
    if not reply.is_ok:
        reply = await connection.command(b"HELO " + name)
    if not reply.is_ok:
        raise TransportRefused(f"The server does not greet back: {reply}")
    lines = [line.partition(" ") for line in reply.text.split("\n")[1:]]
    connection.extensions = {name.upper(): rest for name, _, rest in lines}


async def _start_tls(connection: Connection, wire: _Wire, endpoint: Endpoint) -> None:
    reply = await connection.command(b"STARTTLS")
    if reply.code != 220:
        raise TransportRefused(f"TLS was refused: {reply}")
    loop = asyncio.get_running_loop()
    try:
        wire.transport = await loop.start_tls(
            wire.transport, wire, _tls_context(endpoint), server_hostname=endpoint.host,
            ssl_handshake_timeout=endpoint.timeouts.connect,
        )  # fmt: skip
    except ssl.SSLCertVerificationError as error:
        raise TransportRefused(_distrust(endpoint, error)) from None
    except OSError as error:
        raise TransportRefused(f"TLS failed: {error}") from None
    if wire._buffer or wire._replies:  # spoken before TLS: somebody in the middle (CVE-2011-0411)
        raise TransportRefused("The server spoke out of turn during STARTTLS.")
    await _hello(connection)


def _distrust(endpoint: Endpoint, error: ssl.SSLCertVerificationError) -> str:
    return (
        f"The certificate of {endpoint.host} cannot be trusted: {error.verify_message}. Name the server as its certificate"
        " does, or add ?verify_peer=0 to its address if nobody can be in between."
    )


def _tls_context(endpoint: Endpoint) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if not endpoint.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


async def _sign_in(connection: Connection, endpoint: Endpoint) -> None:
    offered = connection.extensions.get("AUTH", "").upper().split()
    if "CRAM-MD5" in offered and not {"PLAIN", "LOGIN"} & set(offered):
        challenge = await connection.command(b"AUTH CRAM-MD5")
        digest = hmac.new(endpoint.password.encode(), base64.b64decode(challenge.text), hashlib.md5).hexdigest()
        reply = await connection.command(base64.b64encode(f"{endpoint.user} {digest}".encode()))
    elif "LOGIN" in offered and "PLAIN" not in offered:
        await connection.command(b"AUTH LOGIN")
        await connection.command(base64.b64encode(endpoint.user.encode()))
        reply = await connection.command(base64.b64encode(endpoint.password.encode()))
    else:
        secret = f"\0{endpoint.user}\0{endpoint.password}".encode()
        reply = await connection.command(b"AUTH PLAIN " + base64.b64encode(secret))
    if not reply.is_ok:
        raise TransportRefused(f"The server did not accept user name and password: {reply}")
