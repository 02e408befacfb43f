"""Where the provider calls: replies of contacts and what became of messages. Nobody else is heard."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from honeyguide.engine import config
from honeyguide.engine.delivery.surroundings import site_url
from honeyguide.features.smses import replies, twilio

NOTHING_TO_SAY = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'
LONGEST = 2000


@csrf_exempt
def reply(request: HttpRequest) -> HttpResponse:
    """A contact wrote back."""
    if refused := _refused(request):
        return refused
    sender, message = _field(request, "From"), _field(request, "Body")
    if not sender or "Body" not in request.POST:
        return HttpResponse("From and Body are needed.", status=400, content_type="text/plain")
    replies.receive(sender, message, external_id=_field(request, "MessageSid") or None)
    return HttpResponse(NOTHING_TO_SAY, content_type="text/xml")


@csrf_exempt
def status(request: HttpRequest) -> HttpResponse:
    """The provider tells how far a message is."""
    if refused := _refused(request):
        return refused
    number, said = _field(request, "MessageSid"), _field(request, "MessageStatus")
    if number and said:
        code = _field(request, "ErrorCode")
        replies.note_status(number, said, f"The provider says: {said}" + (f" ({code})" if code else ""))
    return HttpResponse(status=204)


def _refused(request: HttpRequest) -> HttpResponse | None:
    """Only the account of the configuration may call, and signed, unless `sms_verify_signature` says that it cannot sign."""
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "POST"})
    account, token = config.get("sms_username"), config.get("sms_password")
    if not account or request.POST.get("AccountSid") != account:
        return HttpResponse("This is not the account we know.", status=403, content_type="text/plain")
    given = request.headers.get("X-Twilio-Signature", "")
    url = site_url() + request.get_full_path()
    if config.get("sms_verify_signature") and not twilio.is_signed(token, url, request.POST.dict(), given):
        return HttpResponse("The signature is wrong.", status=403, content_type="text/plain")
    return None


def _field(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "").replace("\x00", "").strip()[:LONGEST]


REPLY = path("sms/twilio/callback", reply)
OLD_REPLY = path("sms/receive", reply)
STATUS = path(twilio.STATUS_PATH.lstrip("/"), status)
