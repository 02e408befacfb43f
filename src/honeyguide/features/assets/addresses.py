"""Addresses of assets: `/asset/{id}:{alias}`."""

from honeyguide.features.assets.models import Asset


def path_of(asset: Asset) -> str:
    """The one address of an asset, without the server."""
    return f"/asset/{asset.pk}:{asset.alias}"
