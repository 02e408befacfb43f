"""Twilio's REST API, and everybody's who speaks it: sending one text message, and the signature of what they tell us."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import orjson

from honeyguide.engine import config
from honeyguide.engine.access.proofs import is_base64_signature
from honeyguide.engine.channels.channel import Outgoing, Said, Unready, Verdict
from honeyguide.engine.delivery.surroundings import site_url
from honeyguide.engine.outbound import Answer, Client, Unreachable

STATUS_PATH = "/sms/twilio/status"
SECONDS = 20
# Error codes that speak of our account and settings, not of the message: the sender is not ours, the service has no sender, ...
OURS = {20003, 20005, 20404, 21212, 21603, 21606, 21611, 21701, 21702, 21703, 21705}
MISSING = "Text messages cannot be sent: {name} is missing in the configuration."


@dataclass(frozen=True)
class Twilio:
    """An account. Messages come from the messaging service, or else from the number `sender`."""

    account: str
    token: str
    base_url: str
    service: str = ""
    sender: str = ""

    async def send(self, client: Client, message: Outgoing) -> Verdict:
        """Hands over one message; `message.address` is a number as `+420123456789`."""
        try:
            answer = await client.send(
                "POST",
                f"{self.base_url}/2010-04-01/Accounts/{self.account}/Messages.json",
                body=urlencode(self._form(message)).encode(),
                headers={
                    "Authorization": f"Basic {base64.b64encode(f'{self.account}:{self.token}'.encode()).decode()}",
                    "Content-Type": "application/x-www-form-urlencoded",
                    "Accept": "application/json",
                },
                seconds=SECONDS,
            )
        except Unreachable as error:
            return Verdict(Said.IN_DOUBT if error.sent else Said.UNUSABLE, str(error))
        return verdict(answer)

    def _form(self, message: Outgoing) -> dict[str, str]:
        form = {"To": message.address, "Body": message.content}
        form |= {"MessagingServiceSid": self.service} if self.service else {"From": self.sender}
        if is_public(site_url()):
            form["StatusCallback"] = site_url() + STATUS_PATH
        return form


def configured() -> Twilio:
    """The account of the configuration. Raises `Unready`."""
    account = Twilio(
        account=config.get("sms_username").strip(),
        token=config.get("sms_password").strip(),
        base_url=config.get("sms_base_url").strip().rstrip("/"),
        service=config.get("sms_messaging_service_sid").strip(),
        sender=config.get("sms_from").strip(),
    )
    needed = {
        "sms_username": account.account,
        "sms_password": account.token,
        "sms_base_url": account.base_url,
        "sms_messaging_service_sid or sms_from": account.service or account.sender,
    }
    for name, value in needed.items():
        if not value:
            raise Unready(MISSING.format(name=name))
    return account


def verdict(answer: Answer) -> Verdict:
    """What an answer means for the message."""
    said = _said(answer.body)
    if answer.is_ok:
        return Verdict(Said.ACCEPTED, external_id=str(said.get("sid") or "") or None)
    code = said.get("code")
    reason = f"{answer.status} {said.get('message') or 'without a reason'}" + (f" ({code})" if code else "")
    if answer.status in (429, 503) or code == 20429:
        asked = answer.headers.get("retry-after", "")
        return Verdict(Said.BUSY, reason, delay=int(asked) if asked.isdecimal() and len(asked) < 6 else 0)
    if answer.status in (502, 504):
        return Verdict(Said.IN_DOUBT, reason)  # a proxy gave up; what is behind it may have the message
    if answer.status >= 500:
        return Verdict(Said.BUSY, reason)
    about_us = answer.status < 400 or answer.status in (401, 403, 404, 405) or code in OURS
    return Verdict(Said.UNUSABLE if about_us else Said.REFUSED, reason)


def _said(body: bytes) -> dict:
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return said if isinstance(said, dict) else {}


def is_public(url: str) -> bool:
    """Whether others can call this server by that address."""
    host = urlsplit(url).hostname or ""
    return "." in host and not host.replace(".", "").isdigit()


def is_signed(token: str, url: str, form: Mapping[str, str], given: str) -> bool:
    """Whether `X-Twilio-Signature` is right: HMAC-SHA1 of the URL and the sorted fields, base64."""
    text = url + "".join(f"{name}{form[name]}" for name in sorted(form))
    return is_base64_signature(token, text, given, algorithm="sha1")
