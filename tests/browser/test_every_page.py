"""Every page an administrator can reach: no complaint on the console, and nothing that people typed ever runs."""

from urllib.parse import urljoin, urlsplit

from django.utils import timezone

from honeyguide.engine.channels.models import Dispatch
from honeyguide.features.assets.models import Asset
from honeyguide.features.companies.services import create_company
from honeyguide.features.contacts.services import create_contact
from honeyguide.features.dashboard.services import create as create_dashboard
from honeyguide.features.data.resource import widgets
from honeyguide.features.dynamiccontents.models import DynamicContent
from honeyguide.features.emails import variants
from honeyguide.features.emails.services import create_email
from honeyguide.features.focus.models import FocusItem
from honeyguide.features.forms.models import Form, FormSubmission
from honeyguide.features.messages.models import Message
from honeyguide.features.notifications.models import Notification
from honeyguide.features.pages.models import Page
from honeyguide.features.reports.models import Report
from honeyguide.features.segments.services import create_segment, rebuild
from honeyguide.features.smses.models import Sms
from people import ada

ATTACK = '"><svg onload=alert(1)><script>alert(2)</script>{{7*7}}'
MAX_PAGES = 90
BUDGET = 150 * 1024


def fill_with_attacks() -> None:
    contact = {
        "firstname": ATTACK, "lastname": ATTACK, "city": ATTACK, "company": ATTACK, "position": ATTACK,
        "email": "x@example.com", "tags": [ATTACK[:100]], "website": "javascript:alert(3)",
    }  # fmt: skip
    made = create_contact(contact, by=None)
    create_company({"companyname": f"{ATTACK} two", "companydescription": ATTACK}, by=None)
    filters = [
        {
            "glue": "and",
            "object": "lead",
            "field": "city",
            "type": "text",
            "operator": "=",
            "properties": {"filter": ATTACK},
        }
    ]
    segment = create_segment({"name": ATTACK, "description": ATTACK, "filters": filters})
    rebuild(segment)
    page = Page.objects.create(title=ATTACK, alias="a", custom_html=ATTACK, meta_description=ATTACK, head_script=ATTACK)
    Page.objects.create(
        title=ATTACK, alias="b", custom_html=ATTACK, variant_parent=page, variant_start_date=timezone.now()
    )
    Asset.objects.create(title=ATTACK, alias="c", storage_location="remote", remote_path=ATTACK, description=ATTACK)
    Notification.objects.create(name=ATTACK, heading=ATTACK, message=ATTACK, url="javascript:alert(4)", button=ATTACK)
    texts = {
        "headline": ATTACK,
        "tagline": ATTACK,
        "css": ATTACK,
        "link_url": "javascript:alert(5)",
        "link_text": ATTACK,
    }
    FocusItem.objects.create(name=ATTACK, type="link", style="bar", website=ATTACK, properties={"content": texts})
    DynamicContent.objects.create(
        name=ATTACK, content=ATTACK, slot_name=ATTACK, is_campaign_based=False, filters=filters, description=ATTACK
    )
    message = Message.objects.create(name=ATTACK, description=ATTACK)
    sms = Sms.objects.create(name=ATTACK, message=ATTACK, sms_type="list")
    sms.lists.set([segment])
    message.channels.create(channel="sms", channel_id=sms.pk, is_enabled=True)
    placed = [{"type": kind, "name": ATTACK[:190], "params": {"limit": ATTACK}} for kind in widgets()]
    create_dashboard(ada(), ATTACK[:190], placed)
    Report.objects.create(
        name=ATTACK, description=ATTACK, source="leads", columns=["l.id", "l.email", "l.city", "l.website"], system=True,
        filters=[{"column": "l.city", "condition": "notEmpty", "value": ATTACK, "dynamic": 1}],
        graphs=["mautic.lead.graph.line.leads"],
    )  # fmt: skip
    Dispatch.objects.create(
        channel="sms", item_id=sms.pk, contact_id=made.pk, occasion="x", address=ATTACK, content=ATTACK, answer=ATTACK, state=4,
        due_at=timezone.now(), queued_at=timezone.now(),
    )  # fmt: skip
    email = create_email(
        {"name": ATTACK, "subject": ATTACK, "email_type": "list", "custom_html": f"<p>{ATTACK}</p>", "lists": [segment]}
    )
    variants.add_variant(email)
    form = Form.objects.create(name=ATTACK, alias="d", description=ATTACK)
    form.fields.create(label=ATTACK, alias="answer", type="text", order=1)
    FormSubmission.objects.create(
        form=form,
        contact_id=made.pk,
        page=page,
        date_submitted=timezone.now(),
        referer=ATTACK,
        results={"answer": ATTACK},
    )


def links_of(page) -> set[str]:
    found = page.eval_on_selector_all(
        "a[href]:not([download])", "links => links.map(link => link.getAttribute('href'))"
    )
    paths = set()
    for link in found:
        parts = urlsplit(urljoin(page.url, link))
        same = parts.netloc == urlsplit(page.url).netloc
        if same and parts.path.startswith("/s/") and "/failed/" not in parts.path:
            paths.add(parts.path + (f"?{parts.query}" if parts.query and "sort=" not in parts.query else ""))
    return paths


def test_crawl(signed_in):
    fill_with_attacks()
    page = signed_in
    waiting, seen = ["/s/dashboard"], set()
    while waiting and len(seen) < MAX_PAGES:
        path = waiting.pop(0)
        if path in seen:
            continue
        seen.add(path)
        answer = page.goto(path)
        page.wait_for_timeout(60)
        assert answer.status == 200, path
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        assert page.locator("h1").count() == 1, path
        waiting += sorted(links_of(page) - seen)
    assert len(seen) > 25
    assert page.complaints == []


def test_pages_are_light(signed_in):
    """What a first visit loads, compressed, without an island."""
    page = signed_in
    sizes: dict[str, int] = {}
    page.on("response", lambda answer: sizes.__setitem__(answer.url, _size(answer)))
    page.context.clear_cookies(name="nothing")
    for path in ("/s/contacts", "/s/segments"):
        sizes.clear()
        page.goto(path, wait_until="networkidle")
        assert sum(sizes.values()) < BUDGET, sizes


def _size(answer) -> int:
    return answer.request.sizes()["responseBodySize"]
