"""E-mails: list with figures, editor with live preview, test send, send, statistics, recipients."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html

from honeyguide.engine.api import standard
from honeyguide.engine.documents import versions
from honeyguide.engine.resource import Invalid
from honeyguide.engine.ui import messages
from honeyguide.engine.ui.forms import utc_text
from honeyguide.engine.ui.frames import framed
from honeyguide.engine.ui.lists import call_of
from honeyguide.engine.ui.screen import Column, Menu, Page, Pages, Screen, Section
from honeyguide.engine.ui.tags import icon, number, percent, when
from honeyguide.features.emails import services
from honeyguide.features.emails.models import Email, EmailVersion
from honeyguide.features.emails.pages import preview, sending, testing
from honeyguide.features.emails.resource import EMAILS
from honeyguide.features.fields.definitions import definitions
from honeyguide.features.forms.models import Form
from honeyguide.features.pages.models import Page as LandingPage
from honeyguide.features.segments.models import Segment

UTM = (("utmSource", "Source"), ("utmMedium", "Medium"), ("utmCampaign", "Campaign"), ("utmContent", "Content"))
ATTRIBUTES = (
    ("fromName", "from_name"), ("fromAddress", "from_address"), ("replyToAddress", "reply_to_address"),
    ("bccAddress", "bcc_address"), ("customHtml", "custom_html"), ("plainText", "plain_text"), ("language", "language"),
    ("preferenceCenter", "preference_center_id"), ("unsubscribeForm", "unsubscribe_form_id"),
)  # fmt: skip
TOKENS = (
    ("{unsubscribe_text}", "Unsubscribe sentence"), ("{unsubscribe_url}", "Unsubscribe address"),
    ("{webview_text}", "Sentence: view in the browser"), ("{webview_url}", "Address of the web view"),
    ("{signature}", "Signature"), ("{ownerfield=firstname}", "Owner's first name"), ("{ownerfield=email}", "Owner's e-mail"),
    ("{today}", "Today's date"), ("{subject}", "Subject"),
)  # fmt: skip


def show_name(email: Email) -> str:
    kind = "segment e-mail" if email.email_type == "list" else "template e-mail"
    return format_html(
        '<a href="/s/emails/view/{}">{}</a><div class="text-secondary small">{} {}</div>',
        email.pk, email.name, icon("users" if email.email_type == "list" else "template", "icon-sm"), kind,
    )  # fmt: skip


def show_figures(email: Email) -> str:
    link = f"/s/emails/view/{email.pk}"
    return format_html(
        '<a class="badge bg-blue-lt" href="{0}/recipients?show=sent">{1} sent</a> '
        '<a class="badge bg-teal-lt" href="{0}/recipients?show=opened">{2} opened</a> '
        '<span class="badge bg-secondary-lt">{3}</span>',
        link, number(email.sent_count), number(email.read_count),
        percent(email.read_count, email.sent_count),
    )  # fmt: skip


def find(request: HttpRequest, email_id: int, action: str) -> Email:
    """The e-mail, if the user may do this to it."""
    call = call_of(request, EMAILS)
    email = standard.find(EMAILS, email_id, call)
    standard.check(EMAILS, call, action, email)
    return email


def detail(request: HttpRequest, email: Email) -> dict[str, Any]:
    may_publish = call_of(request, EMAILS).may_touch(EMAILS, "publish", email)
    shown = {**sending.figures(email), **testing.figures(email), "may_publish": may_publish}
    return {**shown, "lists": email.lists.all(), "excluded": email.excluded_lists.all()}


def figures_view(request: HttpRequest, email_id: int) -> HttpResponse:
    email = find(request, email_id, "view")
    return render(request, "emails/figures.html", {"item": email, **sending.figures(email)})


def frame_view(request: HttpRequest, email_id: int) -> HttpResponse:
    shown = services.preview(find(request, email_id, "view"), preview.contact_id(request))
    return framed(shown.html)


def recipients_view(request: HttpRequest, email_id: int) -> HttpResponse:
    email = find(request, email_id, "view")
    context = {"title": f"Recipients of {email.name}", "item": email, **sending.recipients(request, email)}
    if context["show"] == "unknown":
        context["stats_unknown"] = services.statistics(email).unknown
        context["may_settle"] = call_of(request, EMAILS).may_touch(EMAILS, "publish", email)
    return render(request, "emails/recipients.html", context)


def send_view(request: HttpRequest, email_id: int) -> HttpResponse:
    email = find(request, email_id, "publish")
    return sending.send(request, email) if request.method == "POST" else sending.dialog(request, email)


def example_view(request: HttpRequest, email_id: int) -> HttpResponse:
    """The dialog that sends test copies."""
    email = find(request, email_id, "view")
    context: dict[str, Any] = {"item": email, "addresses": request.POST.get("addresses", request.user.email)}
    if request.method == "POST":
        try:
            count = services.send_example(
                email, context["addresses"].replace("\x00", "").split(",")[:20], by=request.user
            )
        except Invalid as error:
            context["errors"] = error.errors
            return render(request, "emails/example.html", context, status=422)
        messages.success(request, f"{count} test cop{'y is' if count == 1 else 'ies are'} on the way.")
        return HttpResponse(status=204, headers={"HX-Redirect": f"/s/emails/view/{email.pk}"})
    return render(request, "emails/example.html", context)


def withdraw_view(request: HttpRequest, email_id: int) -> HttpResponse:
    email = find(request, email_id, "publish")
    count = services.withdraw(email, by=request.user)
    messages.success(request, f"{number(count)} messages that were waiting will not be sent.")
    return redirect(f"/s/emails/view/{email.pk}")


def settle_unknown_view(request: HttpRequest, email_id: int) -> HttpResponse:
    email = find(request, email_id, "publish")
    resend = request.GET.get("what") == "resend"
    count = services.settle_unknown(email, resend=resend, by=request.user)
    messages.success(request, f"{number(count)} messages {'are sent again' if resend else 'count as sent'}.")
    return redirect(f"/s/emails/view/{email.pk}")


def variant_view(request: HttpRequest, email_id: int) -> HttpResponse:
    call_of(request, EMAILS).require(EMAILS.rights.level("create"))
    return testing.add_variant(request, find(request, email_id, "edit"))


def shares_view(request: HttpRequest, email_id: int) -> HttpResponse:
    return testing.arrange(request, find(request, email_id, "edit"))


def winner_view(request: HttpRequest, email_id: int) -> HttpResponse:
    return testing.declare(request, find(request, email_id, "publish"))


# --- form -----------------------------------------------------------------------------------------------------------


def prepare_form(request: HttpRequest, email: Email | None) -> dict[str, Any]:
    posted = request.method == "POST"
    values: dict[str, Any] = {name: getattr(email, attribute) or "" for name, attribute in ATTRIBUTES} if email else {}
    chosen = {"lists": [], "excludedLists": []}
    if email:
        chosen = {
            "lists": [s.pk for s in email.lists.all()],
            "excludedLists": [s.pk for s in email.excluded_lists.all()],
        }
    kind = email.email_type if email else request.GET.get("type", "list")
    owner_mails = bool(email and email.use_owner_as_mailer)
    utm = dict(email.utm_tags) if email and isinstance(email.utm_tags, dict) else {}
    headers = email.headers if email and isinstance(email.headers, dict) else {}
    header_text = "\n".join(f"{name}: {value}" for name, value in headers.items())
    if posted:
        values = {name: request.POST.get(name, "") for name, _ in ATTRIBUTES}
        chosen = {name: [int(v) for v in request.POST.getlist(name) if v.isdecimal()] for name in chosen}
        kind = request.POST.get("emailType", "list")
        utm = {name: request.POST.get(name, "") for name, _ in UTM}
        header_text = request.POST.get("headers", "")
        owner_mails = "useOwnerAsMailer" in request.POST
    return {
        "values": values,
        "chosen": chosen,
        "kind": "template" if kind == "template" else "list",
        "utm": [(name, label, utm.get(name) or "") for name, label in UTM],
        "header_text": header_text,
        "owner_mails": owner_mails,
        "preference_centers": LandingPage.objects.filter(is_preference_center=True).order_by("title")[:1000],
        "forms": Form.objects.filter(is_published=True).order_by("name")[:1000],
        "built": versions.built(versions.newest(EmailVersion, email.pk), email.custom_html) if email else "",
        "all_segments": Segment.objects.filter(is_published=True).order_by("name")[:1000],
        "tokens": TOKENS,
        "fields": [(f"{{contactfield={d.alias}}}", d.label) for d in definitions("lead").values()],
    }


def collect_form(request: HttpRequest, email: Email | None) -> dict[str, Any]:
    """What the form sent, as attributes of the model."""
    post = request.POST
    values: dict[str, Any] = {
        "name": clean(post.get("name"))[:191],
        "subject": clean(post.get("subject")),
        "email_type": "template" if post.get("emailType") == "template" else "list",
        "is_published": "isPublished" in post,
        "use_owner_as_mailer": "useOwnerAsMailer" in post,
        "utm_tags": {name: clean(post.get(name)) for name, _ in UTM if clean(post.get(name))} or [],
        "headers": read_headers(clean(post.get("headers"))),
        "lists": post.getlist("lists") if post.get("emailType") != "template" else [],
        "excluded_lists": post.getlist("excludedLists") if post.get("emailType") != "template" else [],
    }
    for name, attribute in ATTRIBUTES:
        text = (post.get(name) or "").replace("\x00", "")
        if attribute.endswith("_id"):
            values[attribute] = int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
            continue
        values[attribute] = text if attribute in ("custom_html", "plain_text") else text.strip() or None
    values["language"] = (values["language"] or "en")[:20]
    for name, attribute in (("publishUp", "publish_up"), ("publishDown", "publish_down")):
        values[attribute] = EMAILS.by_name[name].clean(utc_text(post.get(name, ""))) if post.get(name) else None
    return values


def clean(text: str | None) -> str:
    return (text or "").replace("\x00", "").strip()


def read_headers(text: str) -> dict[str, str]:
    """`Name: value` lines."""
    pairs = (line.partition(":") for line in text.splitlines() if ":" in line)
    return {name.strip(): value.strip() for name, _, value in pairs if name.strip()}


def save(request: HttpRequest, email: Email | None, values: dict[str, Any]) -> Email:
    if email is None:
        return services.create_email(values, by=request.user)
    return services.update_email(email, values, by=request.user)


def keep_blocks(request: HttpRequest, source: Email, copy: Email) -> None:
    """What the original is built of, so is its clone."""
    versions.copy(EmailVersion, source.pk, copy.pk, by=request.user)


MENU = Menu(label="E-mails", path="/s/emails", icon="mail", order=40, right="email:emails:viewown", shortcut="Shift+E")
SCREEN = Screen(
    resource=EMAILS,
    slug="emails",
    icon="mail",
    one="e-mail",
    many="E-mails",
    title=lambda email: email.name,
    columns=[
        Column(label="Name", show=show_name, sort="name"),
        Column(label="Subject", show=lambda e: format_html('<span class="text-secondary">{}</span>', e.subject[:90])),
        Column(label="Figures", show=show_figures),
        Column(label="Modified", show=lambda e: when(e.date_modified or e.date_added, "ago"), sort="dateModified"),
        Column(label="Created by", show=lambda e: e.created_by_user),
        Column(label="ID", show=lambda e: e.pk, sort="id", css="hg-num"),
    ],
    sections=[
        Section(title="Message", fields=["name", "subject"]),
        Section(title="Publishing", fields=["isPublished", "publishUp", "publishDown"], aside=True),
    ],
    labels={
        "name": "Internal name",
        "isPublished": "Published",
        "publishUp": "Send from",
        "publishDown": "Send until",
    },
    help={
        "subject": "May hold tokens, such as {contactfield=firstname|there}.",
        "publishUp": "When given, a published segment e-mail is sent by itself from then on, also to new members.",
    },
    initial={"isPublished": True},
    tip="A segment e-mail goes once to everyone in its segments; a template e-mail to one contact at a time.",
    search_help=[("name:word", "name contains"), ("is:published", "published ones")],
    detail=detail,
    detail_template="emails/detail.html",
    form_template="emails/form.html",
    prepare_form=prepare_form,
    collect_form=collect_form,
    save=save,
    after_clone=keep_blocks,
)
VIEW, EDIT, PUBLISH = "email:emails:viewown", "email:emails:editown", "email:emails:publishown"
BOTH = ("GET", "POST")
PAGES = Pages(
    Page(path="emails/preview", view=preview.draft_view, right=VIEW, methods=("POST",)),
    Page(path="emails/plaintext", view=preview.plain_text_view, right=VIEW, methods=("POST",)),
    Page(path="emails/frame/<int:email_id>", view=frame_view, right=VIEW),
    Page(path="emails/figures/<int:email_id>", view=figures_view, right=VIEW),
    Page(path="emails/view/<int:email_id>/recipients", view=recipients_view, right=VIEW),
    Page(path="emails/send/<int:email_id>", view=send_view, right=PUBLISH, methods=BOTH),
    Page(path="emails/example/<int:email_id>", view=example_view, right=EDIT, methods=BOTH),
    Page(path="emails/unknown/<int:email_id>", view=settle_unknown_view, right=PUBLISH, methods=("POST",)),
    Page(path="emails/variant/<int:email_id>", view=variant_view, right=EDIT, methods=("POST",)),
    Page(path="emails/shares/<int:email_id>", view=shares_view, right=EDIT, methods=("POST",)),
    Page(path="emails/winner/<int:email_id>", view=winner_view, right=PUBLISH, methods=("POST",)),
    Page(path="emails/withdraw/<int:email_id>", view=withdraw_view, right=PUBLISH, methods=("POST",)),
)
