"""Tweets that campaigns send (contract resource-tweets)."""

from __future__ import annotations

from django.db import models

from honeyguide.engine.resource import Resource, Rights
from honeyguide.engine.resource.fields import Integer, ReadOnly, Text
from honeyguide.engine.resource.models import Stamped
from honeyguide.engine.resource.references import Category


class Tweet(Stamped):
    name = models.CharField(max_length=191)
    text = models.CharField(max_length=280)
    description = models.TextField(null=True)
    language = models.CharField(max_length=20, default="en")
    category = models.ForeignKey("honeyguide.Category", models.SET_NULL, null=True)
    media_id = models.TextField(null=True)
    media_path = models.TextField(null=True)
    asset_id = models.BigIntegerField(null=True)
    page_id = models.BigIntegerField(null=True)
    sent_count = models.IntegerField(default=0)
    favorite_count = models.IntegerField(default=0)
    retweet_count = models.IntegerField(default=0)

    class Meta:
        app_label = "honeyguide"
        db_table = "tweets"


TWEETS = Resource(
    name="tweets",
    one="tweet",
    many="tweets",
    label="Tweets",
    example={"name": "Hello", "text": "Hello, world."},
    model=Tweet,
    rights=Rights("mauticSocial:tweets"),
    keyed=True,
    fields=[
        ReadOnly("id"),
        Text("name", required="A name is required."),
        Text("text", required="A value is required.", max_length=280),
        ReadOnly("language", default="en"),
        Category("plugin:mauticSocial"),
        ReadOnly("mediaId"),
        ReadOnly("mediaPath"),
        ReadOnly("sentCount", default=0, kind="integer"),
        ReadOnly("favoriteCount", default=0, kind="integer"),
        ReadOnly("retweetCount", default=0, kind="integer"),
        Text("description", html=True),
        ReadOnly("isPublished", hidden=True),  # tweets are always published
        Integer("asset", attribute="asset_id", hidden=True),
        Integer("page", attribute="page_id", hidden=True),
    ],
    search=["name"],
    standard_commands=False,
)
