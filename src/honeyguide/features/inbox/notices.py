"""What somebody tells us about a message that was sent: a mailbox by a returned message, a provider by a callback."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    BOUNCE = "bounce"  # it did not arrive
    COMPLAINT = "complaint"  # the recipient called it spam
    UNSUBSCRIBE = "unsubscribe"
    REPLY = "reply"  # a person wrote back
    NOTHING = "nothing"  # an automatic answer, a delay, or mail that has nothing to do with ours


@dataclass(frozen=True, slots=True)
class Notice:
    """`hashes` are texts that may be tracking hashes, the most telling first. `address` is the recipient it is about, `sender`
    who wrote a reply, both lower case or blank. `is_hard` bounces will not get better. `reason` is for people."""

    kind: Kind
    hashes: tuple[str, ...] = ()
    address: str = ""
    sender: str = ""
    is_hard: bool = False
    reason: str = ""
    message_id: str = ""
