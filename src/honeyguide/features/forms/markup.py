"""A form as HTML, as visitors get it."""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from honeyguide.engine.delivery.surroundings import site_url

INPUTS = {
    "date": "date", "datetime": "datetime-local", "email": "email", "file": "file", "hidden": "hidden", "number": "number",
    "password": "password", "tel": "tel", "url": "url",
}  # fmt: skip
LISTS = {"select": "list", "checkboxgrp": "optionlist", "radiogrp": "optionlist"}


def markup(form: Any) -> str:
    """The whole form: fields in their order, then what the server needs to know."""
    fields = format_html_join("\n", "{}", ((_field(field),) for field in form.fields.all())) if form.pk else ""
    return format_html(
        '<form autocomplete="false" role="form" method="post" action="{}/form/submit?formId={}" id="mauticform_{}" '
        'data-mautic-form="{}" enctype="multipart/form-data"{}>\n'
        '<div class="mauticform-error" id="mauticform_{}_error"></div>'
        '<div class="mauticform-message" id="mauticform_{}_message"></div>\n{}\n{}\n</form>',
        site_url(), form.pk or "", form.alias, form.alias, _attributes(form.form_attributes), form.alias, form.alias,
        fields,
        format_html_join("\n", '<input type="hidden" name="mauticform[{}]" value="{}">', (
            ("formId", form.pk or ""), ("return", ""), ("formName", form.alias)
        )),
    )  # fmt: skip


def _field(field: Any) -> SafeString:
    name = f"mauticform[{field.alias}]"
    properties = field.properties if isinstance(field.properties, dict) else {}
    if field.type == "button":
        return format_html(
            '<div class="mauticform-row mauticform-button-wrapper"><button type="submit" name="mauticform[submit]" value="1" '
            'class="mauticform-button"{}>{}</button></div>',
            _attributes(field.input_attributes), field.label,
        )  # fmt: skip
    if field.type in ("freetext", "freehtml"):
        return format_html('<div class="mauticform-row">{}</div>', mark_safe(str(properties.get("text") or "")))  # noqa: S308
    label = format_html(
        '<label class="mauticform-label"{}>{}</label>', _attributes(field.label_attributes), field.label
    )
    notice = field.help_message and format_html('<span class="mauticform-helpmessage">{}</span>', field.help_message)
    return format_html(
        '<div id="mauticform_{}" class="mauticform-row mauticform-{}" data-validate="{}" data-required="{}"{}>{}{}{}'
        '<span class="mauticform-errormsg" style="display: none;">{}</span></div>',
        field.alias, field.type, field.alias, int(field.is_required), _attributes(field.container_attributes),
        label if field.show_label is not False and field.type != "hidden" else "", notice or "",
        _control(field, name, properties), field.validation_message or "",
    )  # fmt: skip


def _control(field: Any, name: str, properties: dict[str, Any]) -> SafeString:
    extra = _attributes(field.input_attributes)
    value = field.default_value or ""
    if field.type == "textarea":
        return format_html('<textarea name="{}"{}>{}</textarea>', name, extra, value)
    if field.type in LISTS:
        return _choices(field, name, properties, extra)
    return format_html(
        '<input type="{}" name="{}" value="{}" placeholder="{}"{}>',
        INPUTS.get(field.type, "text"), name, value, properties.get("placeholder") or "", extra,
    )  # fmt: skip


def _choices(field: Any, name: str, properties: dict[str, Any], extra: SafeString) -> SafeString:
    listed = properties.get(LISTS[field.type])
    options = listed.get("list") if isinstance(listed, dict) else None
    pairs = [
        (option.get("value", option.get("label")), option.get("label"))
        if isinstance(option, dict)
        else (option, option)
        for option in (options if isinstance(options, list) else [])
    ]
    if field.type == "select":
        inner = format_html_join("", '<option value="{}">{}</option>', pairs)
        several = properties.get("multiple") in (True, 1, "1")
        return format_html(
            '<select name="{}{}"{}{}>{}</select>',
            name, "[]" if several else "", mark_safe(" multiple") if several else "", extra, inner,
        )  # fmt: skip
    kind, suffix = ("checkbox", "[]") if field.type == "checkboxgrp" else ("radio", "")
    return format_html_join(
        "",
        '<label><input type="{}" name="{}" value="{}"> {}</label>',
        ((kind, f"{name}{suffix}", value, label) for value, label in pairs),
    )


def _attributes(text: str | None) -> SafeString:
    """Attributes as their author wrote them, with a space before."""
    return mark_safe(f" {text}") if text and "<" not in text and ">" not in text else mark_safe("")  # noqa: S308
