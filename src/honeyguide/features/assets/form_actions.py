"""Files that who sends a form gets."""

from __future__ import annotations

from django.utils.html import format_html

from honeyguide.engine.delivery.surroundings import site_url
from honeyguide.engine.resource.models import is_live
from honeyguide.features.assets.addresses import path_of
from honeyguide.features.assets.models import Asset
from honeyguide.features.forms.actions import Reply, Sent, SubmitAction


def offer(sent: Sent) -> Reply | None:
    """A link below the form's message; else the way there. Of a category it is the newest asset that is live."""
    asset = _asset(sent)
    if asset is None:
        return None
    url = f"{site_url()}{path_of(asset)}"
    if sent.form.post_action == "message":
        return Reply(message_html=format_html('<p><a href="{}">{}</a></p>', url, asset.title))
    return Reply(redirect=url)


def _asset(sent: Sent) -> Asset | None:
    named, category = sent.ids("asset"), sent.ids("category")
    if named:
        found = Asset.objects.filter(pk=named[0])
    elif category:
        found = Asset.objects.filter(category_id=category[0]).order_by("-date_added", "-pk")
    else:
        return None
    return next((asset for asset in found.iterator(chunk_size=50) if is_live(asset)), None)


DOWNLOAD = SubmitAction("asset.download", "Download an asset", offer, on_campaign_forms=True)
