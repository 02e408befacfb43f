"""What comes along with a campaign: things of which kinds, what of them a file tells, and how they are made of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model
from django.http import HttpRequest

from honeyguide.engine.api import standard
from honeyguide.engine.api.call import Call
from honeyguide.engine.resource import Resource, Rights
from honeyguide.features.campaigns.files.names import (
    KEYS,
    Translate,
    ids_in_tokens,
    names_in_tokens,
    translated_filters,
    with_references,
)
from honeyguide.features.dynamiccontents.resource import DYNAMIC_CONTENTS
from honeyguide.features.emails.models import Email
from honeyguide.features.emails.resource import EMAILS
from honeyguide.features.emails.services import create_email, update_email
from honeyguide.features.focus.resource import FOCUS
from honeyguide.features.forms.field_kinds import ACTION_SETTINGS
from honeyguide.features.forms.models import Form, FormAction, FormField
from honeyguide.features.forms.resource import FORMS, forget_files
from honeyguide.features.messages.models import CHANNELS
from honeyguide.features.messages.resource import MESSAGES
from honeyguide.features.notifications.resource import NOTIFICATIONS
from honeyguide.features.pages.resource import PAGES
from honeyguide.features.points.resource import POINT_GROUPS
from honeyguide.features.segments.models import Segment
from honeyguide.features.segments.resource import SEGMENTS
from honeyguide.features.segments.services import create_segment, update_segment
from honeyguide.features.smses.resource import SMSES
from honeyguide.features.stages import STAGES
from honeyguide.features.tags import TAGS

Data = dict[str, Any]
Put = Callable[[Any, Data, Any], Any]  # (the item or None, what it shall be, the user) -> the item


@dataclass(frozen=True)
class Part:
    """Things of one kind, listed in the file under `section`.

    `values` are attributes that hold one value each, `required` those without which there is none. `nested` are lists of maps
    with the names that these may hold, the first of them a text that must be there; no names means any. `maps` hold whatever.
    `texts` are those values in which tokens name other things, `tell` adds what is nested, `refer` translates what refers to
    something else, and `put` makes or changes one.
    """

    section: str
    model: type[Model]
    word: str
    rights: Rights
    values: Sequence[str]
    put: Put
    required: Sequence[str] = ("name",)
    nested: Mapping[str, Sequence[str]] = field(default_factory=dict)
    maps: Sequence[str] = ()
    texts: Sequence[str] = ()
    tell: Callable[[Any], Data] = lambda item: {}
    refer: Callable[[Data, Translate], Data] = lambda data, translate: data

    @property
    def name(self) -> str:
        return self.model.__name__

    @property
    def key(self) -> str:
        """The attribute by which files name one."""
        return KEYS[self.name]

    @property
    def names(self) -> tuple[str, ...]:
        return (*self.values, *self.nested, *self.maps)

    def told(self, item: Any, translate: Translate) -> Data:
        """What a file says of the item, `translate` making names of ids."""
        data = self.refer(attributes(item, self.values) | self.tell(item), translate)
        return {
            name: names_in_tokens(value, translate) if name in self.texts else value for name, value in data.items()
        }

    def meant(self, data: Mapping[str, Any], translate: Translate) -> Data:
        """What a file says, `translate` making ids of names."""
        known = self.refer(dict(data), translate)
        return {name: ids_in_tokens(value, translate) if name in self.texts else value for name, value in known.items()}


def attributes(item: Model, names: Sequence[str]) -> Data:
    """The attributes that say something."""
    values = {name: plain(getattr(item, name)) for name in names}
    return {name: value for name, value in values.items() if value not in (None, "")}


def plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def call_of(resource: Resource, method: str, params: Data, by: Any) -> Call:
    """A call of the API, as if the user sent these parameters."""
    return Call(request=HttpRequest(), method=method, user=by, params=params, query={}, resource=resource)


def _rest(resource: Resource) -> Put:
    """As the API makes and changes one."""
    parameters = {one.attribute: one.name for one in resource.fields} | {"is_published": "isPublished"}

    def put(item: Any, data: Data, by: Any) -> Any:
        params = {parameters[name]: value for name, value in data.items()}
        if item is None:
            return standard.create(resource, params, call_of(resource, "POST", params, by))[0]
        return standard.update(resource, item, params, call_of(resource, "PATCH", params, by))

    return put


# --- segments, e-mails --------------------------------------------------------------------------------------------------


def _put_segment(item: Any, data: Data, by: Any) -> Any:
    values = data | {"filters": data.get("filters") or []}
    return create_segment(values, by=by) if item is None else update_segment(item, values, by=by)


def _put_email(item: Any, data: Data, by: Any) -> Any:
    return create_email(data, by=by) if item is None else update_email(item, data, by=by)


def _refer_filters(data: Data, translate: Translate) -> Data:
    return data | {"filters": translated_filters(data["filters"], translate)} if "filters" in data else data


# --- forms ------------------------------------------------------------------------------------------------------------

FIELD = (
    "alias", "label", "type", "show_label", "default_value", "is_required", "validation_message", "help_message", "properties",
    "validation", "parent", "conditions", "label_attributes", "input_attributes", "container_attributes", "save_result",
    "is_auto_fill", "mapped_object", "mapped_field", "show_when_value_exists", "show_after_x_submissions", "always_display",
)  # fmt: skip
ACTION = ("type", "name", "description", "properties")
LISTS = {
    "assets": "Asset", "categories": "Category", "emails": "Email", "users": "User", "segments": "Segment",
    "groups": "PointGroup",
}  # fmt: skip


def _tell_form(form: Form) -> Data:
    fields, actions = list(form.fields.all()), list(form.actions.all())
    aliases = {str(one.pk): one.alias for one in fields}
    told = [_differing(one, FIELD) for one in fields]
    for one in told:
        if "parent" in one:
            one["parent"] = aliases.get(one["parent"], one["parent"])
    return {"fields": told, "actions": [_differing(one, ACTION) for one in actions]}


def _defaults(model: type[Model]) -> Data:
    return {one.attname: one.get_default() for one in model._meta.concrete_fields}


def _differing(item: Model, names: Sequence[str]) -> Data:
    """The attributes that are not as they are by default."""
    defaults = _defaults(type(item))
    return {name: value for name, value in attributes(item, names).items() if value not in (defaults[name], [], {})}


def _refer_form(data: Data, translate: Translate) -> Data:
    if "actions" not in data:
        return data
    actions = []
    for one in data["actions"]:
        settings = ACTION_SETTINGS.get(str(one.get("type")), ())
        references = {setting.name: LISTS[setting.kind] for setting in settings if setting.kind in LISTS}
        actions.append(one | {"properties": with_references(one.get("properties"), references, translate)})
    return data | {"actions": actions}


_put_form_itself = _rest(FORMS)


def _put_form(form: Form | None, data: Data, by: Any) -> Form:
    """Fields stay the same fields by their aliases, actions by their place among those of their kind; what is not listed goes."""
    fields, actions = data.get("fields"), data.get("actions")
    values = dict(data)
    known = {one.alias: one.pk for one in form.fields.all()} if form else {}
    done = list(form.actions.all()) if form else []
    if fields is not None:
        values["fields"] = [
            _entry(one, FIELD, FormField, number, known.get(one["alias"])) for number, one in enumerate(fields, 1)
        ]
    if actions is not None:
        values["actions"] = []
        for number, one in enumerate(actions, 1):
            same = next((there for there in done if there.type == one["type"]), None)
            if same:
                done.remove(same)
            values["actions"].append(_entry(one, ACTION, FormAction, number, same and same.pk))
    form = _put_form_itself(form, values, by)
    if actions is not None:
        form.actions.filter(pk__in=[one.pk for one in done]).delete()
    if fields is not None:
        _settle_fields(form, fields)
    return form


def _entry(told: Data, names: Sequence[str], model: type[Model], number: int, known: int | None) -> Data:
    """A field or an action as the API takes it; whatever is not told is as by default."""
    defaults = _defaults(model)
    values = {_camel(name): told.get(name, defaults[name]) for name in names if name != "parent"}
    return values | {"order": number} | ({"id": known} if known else {})


def _settle_fields(form: Form, told: Sequence[Data]) -> None:
    aliases = [one["alias"] for one in told]
    gone = list(form.fields.exclude(alias__in=aliases).values_list("pk", flat=True))
    form.fields.filter(pk__in=gone).delete()
    forget_files(form.pk, gone)
    ids = dict(form.fields.values_list("alias", "pk"))
    unset = {name: None for name in FIELD if _defaults(FormField)[name] is None}  # the API makes a false of a null
    for one in told:
        values = {name: value for name, value in unset.items() if name not in one}
        if parent := ids.get(one.get("parent")):
            values["parent"] = str(parent)
        form.fields.filter(alias=one["alias"]).update(**values)


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


# --- others -------------------------------------------------------------------------------------------------------------


def _refer_focus(data: Data, translate: Translate) -> Data:
    return data | {"form_id": translate("Form", data["form_id"])} if data.get("form_id") else data


def _tell_message(message: Any) -> Data:
    channels = [one for one in message.channels.all() if one.is_enabled and one.channel_id]
    return {"channels": [{"channel": one.channel, "item": one.channel_id} for one in channels]}


def _refer_message(data: Data, translate: Translate) -> Data:
    channels = []
    for one in data.get("channels") or ():
        model = CHANNELS.get(one["channel"])
        has_names = model is not None and model.__name__ in KEYS and one.get("item")
        channels.append(one | {"item": translate(model.__name__, one["item"])} if has_names else one)
    return data | {"channels": channels} if "channels" in data else data


_put_message_itself = _rest(MESSAGES)


def _put_message(message: Any, data: Data, by: Any) -> Any:
    channels = [
        {"channel": one["channel"], "channelId": one.get("item"), "isEnabled": True} for one in data.get("channels", ())
    ]
    return _put_message_itself(message, data | ({"channels": channels} if "channels" in data else {}), by)


# What another part may ask for comes before it.
PARTS: Sequence[Part] = (
    Part("tags", TAGS.model, "tag", TAGS.rights, ("tag", "description"), _rest(TAGS), required=("tag",)),
    Part("stages", STAGES.model, "stage", STAGES.rights, ("name", "description", "weight", "is_published"), _rest(STAGES)),
    Part("point_groups", POINT_GROUPS.model, "point group", POINT_GROUPS.rights, ("name", "description"), _rest(POINT_GROUPS)),
    Part(
        "segments", Segment, "segment", SEGMENTS.rights,
        ("alias", "name", "public_name", "description", "is_published", "is_global", "is_preference_center"), _put_segment,
        required=("alias", "name"), nested={"filters": ()},
        tell=lambda segment: {"filters": segment.filters or []}, refer=_refer_filters,
    ),
    Part(
        "emails", Email, "e-mail", EMAILS.rights,
        ("name", "subject", "description", "email_type", "language", "is_published", "from_address", "from_name",
         "reply_to_address", "bcc_address", "use_owner_as_mailer", "template", "plain_text", "custom_html"),
        _put_email, required=("name", "subject"), texts=("subject", "plain_text", "custom_html"),
    ),
    Part("smses", SMSES.model, "text message", SMSES.rights,
         ("name", "message", "description", "language", "sms_type", "is_published"), _rest(SMSES), texts=("message",)),
    Part(
        "notifications", NOTIFICATIONS.model, "notification", NOTIFICATIONS.rights,
        ("name", "heading", "message", "url", "button", "description", "language", "mobile", "is_published"),
        _rest(NOTIFICATIONS), required=("name", "heading", "message"), texts=("message", "url"),
    ),
    Part(
        "forms", Form, "form", FORMS.rights,
        ("name", "description", "form_type", "post_action", "post_action_property", "template", "in_kiosk_mode", "render_style",
         "no_index", "form_attributes", "language", "progressive_profiling_limit", "is_published"),
        _put_form, nested={"fields": FIELD, "actions": ACTION}, texts=("post_action_property",),
        tell=_tell_form, refer=_refer_form,
    ),
    Part(
        "pages", PAGES.model, "page", PAGES.rights,
        ("alias", "title", "language", "meta_description", "redirect_type", "redirect_url", "is_preference_center", "no_index",
         "template", "custom_html", "head_script", "footer_script", "is_published"),
        _rest(PAGES), required=("alias", "title"), texts=("custom_html",),
    ),
    Part(
        "dynamic_contents", DYNAMIC_CONTENTS.model, "dynamic content", DYNAMIC_CONTENTS.rights,
        ("name", "content", "slot_name", "is_campaign_based", "language", "description", "is_published"),
        _rest(DYNAMIC_CONTENTS), nested={"filters": ()}, texts=("content",),
        tell=lambda content: {"filters": content.filters} if content.filters else {}, refer=_refer_filters,
    ),
    Part(
        "focus_items", FOCUS.model, "focus item", FOCUS.rights,
        ("name", "description", "type", "style", "website", "form_id", "html_mode", "html", "editor", "is_published"),
        _rest(FOCUS), required=("name", "type", "style"), maps=("properties",), texts=("html", "editor"),
        tell=lambda item: {"properties": item.properties} if item.properties else {}, refer=_refer_focus,
    ),
    Part(
        "messages", MESSAGES.model, "message", MESSAGES.rights, ("name", "description", "is_published"), _put_message,
        nested={"channels": ("channel", "item")}, tell=_tell_message, refer=_refer_message,
    ),
)  # fmt: skip
BY_MODEL: Mapping[str, Part] = {part.name: part for part in PARTS}
