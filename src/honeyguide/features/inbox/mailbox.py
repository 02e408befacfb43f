"""Looks into the monitored mailbox over IMAP and handles what is new in it.

Each message is handled once: acting takes it by its content's key, and only then the server is told that it is done. Up to
which message a folder was read is kept by UID, for as long as the server vouches for these numbers (UIDVALIDITY). A folder
that was never read is read from its first unread message on.

What was handled is marked as read, and moved if a folder for that is configured. What is broken, or about no message that we
know, is starred and stays. All other mail is left as it was.
"""

from __future__ import annotations

import hashlib
import imaplib
import logging
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

from honeyguide.engine import config
from honeyguide.engine.sql import execute, one, rows, scalar
from honeyguide.features.inbox import acting, queries
from honeyguide.features.inbox.models import State
from honeyguide.features.inbox.notices import Kind, Notice
from honeyguide.features.inbox.reading import Unreadable, read

logger = logging.getLogger(__name__)

EVERY = "60 seconds"
SECONDS = 30
SLICE = 200  # messages of one folder at one look
MOST_BYTES = 1 << 20  # of one message; what makes a bounce stands before its attachments
TROUBLE = (OSError, EOFError, imaplib.IMAP4.error, ImapToolsError, UnicodeError)
LONGEST_TROUBLE = 300


@dataclass(frozen=True)
class Account:
    host: str
    port: int
    encryption: str
    user: str
    password: str = field(repr=False)
    folders: tuple[str, ...] = ("INBOX",)
    done_folder: str = ""

    def place(self, folder: str) -> str:
        """What tells this folder from that of another account, for whose messages its numbers say nothing."""
        return f"{self.user}@{self.host}:{self.port}/{folder}"


def configured() -> Account | None:
    """The account of the configuration, if there is one."""
    host = config.get("monitored_email_host").strip()
    if not host:
        return None
    return Account(
        host=host,
        port=config.get("monitored_email_port"),
        encryption=config.get("monitored_email_encryption"),
        user=config.get("monitored_email_user").strip(),
        password=config.get("monitored_email_password"),
        folders=tuple(
            dict.fromkeys(str(name).strip() for name in config.get("monitored_email_folders") if str(name).strip())
        ),
        done_folder=config.get("monitored_email_done_folder").strip(),
    )


def look(*, now: bool = False) -> int:
    """Handles what is new, in each folder once a minute, or `now`; returns how many messages. Trouble with the server is kept for
    people to see, not raised."""
    account = configured()
    if account is None:
        return 0
    due = [name for name in account.folders if _is_due(name, now)]
    if not due:
        return 0
    try:
        with _opened(account) as box:
            return sum(_look_into(box, account, name) for name in due)
    except TROUBLE as error:
        logger.warning("The monitored mailbox cannot be read: %s", _words(error))
        for name in due:
            execute(queries.NOTE_TROUBLE, {"name": name, "trouble": _words(error)})
        return 0


def test(account: Account) -> list[tuple[str, str]]:
    """Signs in and opens each folder; returns (folder, what is wrong or blank). A sign-in that fails is the first row's."""
    try:
        with _opened(account) as box:
            wanted = [*account.folders, *([account.done_folder] if account.done_folder else [])]
            return [(name, _trouble_of(box, name)) for name in wanted]
    except TROUBLE as error:
        return [("Sign-in", _words(error))]


def troubles(account: Account) -> list[tuple[str, str]]:
    """The folders that could not be read at the last look, and why."""
    return [(name, trouble) for name, *_, trouble in rows(queries.FOLDERS, {"names": list(account.folders)}) if trouble]


@contextmanager
def _opened(account: Account) -> Iterator[BaseMailBox]:
    box = _connected(account)
    try:
        box.login(account.user, account.password, initial_folder=None)
        yield box
    finally:
        with suppress(*TROUBLE):  # who does not say goodbye has hung up
            box.logout()


def _connected(account: Account) -> BaseMailBox:
    if account.encryption == "none":
        return MailBoxUnencrypted(account.host, account.port, timeout=SECONDS)
    kind = MailBox if account.encryption == "ssl" else MailBoxStartTls
    return kind(account.host, account.port, timeout=SECONDS, ssl_context=ssl.create_default_context())


def _is_due(name: str, now: bool) -> bool:
    """Takes the next look at a folder: no other worker does for a minute."""
    return scalar(queries.TAKE_LOOK, {"name": name, "every": "0 seconds" if now else EVERY}) is not None


def _trouble_of(box: BaseMailBox, folder: str) -> str:
    try:
        box.folder.set(folder, readonly=True)
    except TROUBLE as error:
        return _words(error)
    return ""


def _look_into(box: BaseMailBox, account: Account, folder: str) -> int:
    """Handles up to a slice of the messages after the last one; returns how many it looked at."""
    box.folder.set(folder)
    validity = int((box.client.response("UIDVALIDITY")[1] or [b"0"])[0] or 0)
    place = account.place(folder)
    last = _last_read(box, folder, place, validity)
    new = [uid for uid in map(int, box.uids(f"UID {last + 1}:*", charset=None)) if uid > last][:SLICE]
    for uid in new:
        if raw := _fetched(box, uid):
            _mark(box, uid, _handled(raw, f"{place};{validity};{uid}"), account.done_folder)
        progress = {"name": folder, "place": place, "validity": validity, "uid": uid}
        execute(queries.KEEP_PROGRESS, progress)
    execute(queries.NOTE_TROUBLE, {"name": folder, "trouble": ""})
    return len(new)


def _last_read(box: BaseMailBox, folder: str, place: str, validity: int) -> int:
    known = one(queries.PROGRESS, {"name": folder})
    if known and known[:2] == (place, validity):
        return known[2]
    unread = [int(uid) for uid in box.uids("UNSEEN", charset=None)]
    every = unread or [int(uid) for uid in box.uids("ALL", charset=None)]
    last = min(unread) - 1 if unread else max(every, default=0)
    execute(queries.KEEP_PROGRESS, {"name": folder, "place": place, "validity": validity, "uid": last})
    return last


def _fetched(box: BaseMailBox, uid: int) -> bytes | None:
    """A message without marking it as read; None when it is gone meanwhile."""
    status, answer = box.client.uid("FETCH", str(uid), f"(BODY.PEEK[]<0.{MOST_BYTES}>)")
    if status != "OK":
        raise imaplib.IMAP4.error(f"FETCH: {status}")
    return next((part[1] for part in answer if isinstance(part, tuple)), None)


def _handled(raw: bytes, where: str) -> State:
    digest = hashlib.sha256(raw).hexdigest()
    try:
        notice = read(raw)
    except Unreadable as error:
        acting.note_broken(f"{error} ({where})", source="mailbox", key=f"mail:{digest}")
        return State.BROKEN
    key = _key(notice, digest)
    state = acting.act(notice, source="mailbox", key=key)
    # A worker died after the work and before the server was told.
    return state or State(scalar(queries.STATE_OF, {"key": key}))


def _key(notice: Notice, digest: str) -> str:
    """A message is itself wherever it lies; an answer also when it came to two folders by different ways."""
    if notice.kind == Kind.REPLY and notice.message_id:
        return f"reply:{hashlib.sha256(f'{notice.sender} {notice.message_id}'.encode()).hexdigest()}"
    return f"mail:{digest}"


def _mark(box: BaseMailBox, uid: int, state: State, done_folder: str) -> None:
    if state in (State.DONE, State.REPEATED):
        box.client.uid("STORE", str(uid), "+FLAGS", r"(\Seen)")
        if done_folder:
            box.move(str(uid), done_folder)
    elif state in (State.BROKEN, State.UNMATCHED):
        box.client.uid("STORE", str(uid), "+FLAGS", r"(\Flagged)")


def _words(error: BaseException) -> str:
    """What went wrong, in the server's words; never what we sent."""
    answer = getattr(error, "command_result", None)
    text = str(answer[1]) if answer else str(error)
    return f"{type(error).__name__}: {text}"[:LONGEST_TROUBLE]
