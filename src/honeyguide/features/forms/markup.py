"""A form as HTML, as visitors get it (engine forms.md 7). Names, ids and classes are those that sites' styles and scripts use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from honeyguide.engine import config
from honeyguide.engine.delivery.surroundings import site_url
from honeyguide.features.forms.choices import TRUE, choices, is_multiple, properties_of

INPUTS = {
    "date": "date", "datetime": "datetime-local", "email": "email", "file": "file", "hidden": "hidden", "number": "number",
    "password": "password", "tel": "tel", "url": "url",
}  # fmt: skip
CLASSES = {"select": "selectbox", "country": "selectbox", "textarea": "textarea"}
HINTS = {"captcha": (("autocomplete", "off"),), "number": (("step", "any"),)}
NEVER_FILLED = ("password", "file", "captcha")
STYLE = mark_safe("""<style>
.mauticform_wrapper{max-width:600px;margin:10px auto}
.mauticform-row{margin-bottom:20px}
.mauticform-label{display:block;margin-bottom:5px;font-weight:bold}
.mauticform-required .mauticform-label:after{content:" *";color:#b00}
.mauticform-input,.mauticform-selectbox,.mauticform-textarea{width:100%;padding:.5em;border:1px solid #8a8a8a;
  box-sizing:border-box;font:inherit}
.mauticform-helpmessage{display:block;margin-bottom:5px;font-size:.9em}
.mauticform-errormsg,.mauticform-error{display:block;color:#b00}
.mauticform-error:empty,.mauticform-message:empty{display:none}
.mauticform-message{color:#060}
.mauticform-has-error .mauticform-input,.mauticform-has-error .mauticform-selectbox,
.mauticform-has-error .mauticform-textarea{border-color:#b00}
.mauticform-button{padding:.5em 1.2em;font:inherit;cursor:pointer}
.mauticform-trap{position:absolute;left:-9999px}
</style>
""")


@dataclass(frozen=True)
class Asked:
    """How a form looks for one visitor: aliases that are left out, and values that are filled in."""

    hidden: frozenset[str] = frozenset()
    filled: tuple[tuple[str, str], ...] = ()


EVERYTHING = Asked()


def markup(form: Any, asked: Asked = EVERYTHING, *, fields: Sequence[Any] | None = None) -> str:
    """The whole form: its style, unless its theme brings one, its fields (or the `fields` given) on their pages, and
    what the server needs to know."""
    own = form.fields.all() if fields is None and form.pk else fields or ()
    shown = [field for field in own if field.alias not in asked.hidden]
    by_id = {str(field.pk): field for field in shown}
    filled = dict(asked.filled)
    rows = [_Row(form, number, field, by_id, filled) for number, field in enumerate(shown, 1)]
    pages = list(_pages(rows))
    messages = format_html(
        '<div class="mauticform-error" id="mauticform_{}_error" role="alert"></div>\n'
        '<div class="mauticform-message" id="mauticform_{}_message" role="status"></div>',
        form.alias, form.alias,
    )  # fmt: skip
    at_bottom = config.get("successful_submit_action") == "bottom"
    return format_html(
        '{}<div id="mauticform_wrapper_{}" class="mauticform_wrapper">\n'
        '<form autocomplete="false" role="form" method="post" action="{}/form/submit?formId={}" id="mauticform_{}" '
        'data-mautic-form="{}" enctype="multipart/form-data"{}>\n{}\n<div class="mauticform-innerform">\n{}\n{}\n</div>\n{}\n'
        "</form>\n</div>",
        "" if form.render_style else STYLE, form.alias, site_url(), form.pk or "", form.alias, form.alias,
        _attributes(form.form_attributes), "" if at_bottom else messages,
        format_html_join("\n", "{}", ((_page(n, page, len(pages)),) for n, page in enumerate(pages, 1))),
        format_html_join("\n", '<input type="hidden" name="mauticform[{}]" id="mauticform_{}_{}" value="{}">', (
            (name, form.alias, id_, value)
            for name, id_, value in (("formId", "id", form.pk or ""), ("return", "return", ""), ("formName", "name", form.alias))
        )),
        messages if at_bottom else "",
    )  # fmt: skip


def embedded(form: Any, asked: Asked = EVERYTHING) -> str:
    """The form with the script that checks and sends it without leaving the page."""
    script = format_html('<script src="{}/media/js/mautic-form.js" async></script>', site_url())
    return markup(form, asked) + script


class _Row:
    """A field in its place in the form."""

    def __init__(self, form: Any, number: int, field: Any, by_id: dict[str, Any], filled: dict[str, str]):
        self.form, self.number, self.field = form, number, field
        self.parent = by_id.get(str(field.parent)) if field.parent else None
        self.properties = properties_of(field)
        self.name = f"mauticform[{field.alias}]"
        self.id = f"mauticform_input_{form.alias}_{field.alias}"
        is_open = field.type not in NEVER_FILLED
        self.value = filled.get(field.alias) or field.default_value or "" if is_open else ""

    def html(self) -> SafeString:
        field = self.field
        if field.type == "button":
            return format_html(
                '<div id="mauticform_{}_{}" class="mauticform-row mauticform-button-wrapper mauticform-field-{}">'
                '<button type="submit" name="mauticform[submit]" id="{}" value="1" class="mauticform-button btn btn-default"'
                "{}>{}</button></div>",
                self.form.alias, field.alias, self.number, self.id, _attributes(field.input_attributes), field.label,
            )  # fmt: skip
        return format_html(
            '<div id="mauticform_{}_{}" class="{}"{}{}>{}{}{}'
            '<span class="mauticform-errormsg" style="display: none;">{}</span></div>',
            self.form.alias, field.alias, self._classes(), self._data(), _attributes(field.container_attributes),
            self._label(),
            format_html('<span class="mauticform-helpmessage">{}</span>', field.help_message) if field.help_message else "",
            self._control(), field.validation_message or "",
        )  # fmt: skip

    def _classes(self) -> str:
        found = ["mauticform-row", f"mauticform-{self.field.type}", f"mauticform-field-{self.number}"]
        if self.field.is_required:
            found.append("mauticform-required")
        if self.field.type == "captcha" and not self.properties.get("captcha"):
            found.append("mauticform-trap")
        return " ".join(found)

    def _data(self) -> SafeString:
        """What the script needs: whether an answer must be there, and on which answer to another field this one depends."""
        found = []
        if self.field.is_required or self.field.type in ("email", "number", "url"):
            found += [("data-validate", self.field.alias), ("data-validation-type", self.field.type)]
        if self.parent is not None:
            conditions = self.field.conditions if isinstance(self.field.conditions, dict) else {}
            listed = conditions.get("values")
            values = [str(v) for v in (listed.values() if isinstance(listed, dict) else listed or ())]
            is_any = conditions.get("any") in TRUE
            found.append(("data-mautic-form-show-on", f"{self.parent.alias}:{'*' if is_any else '|'.join(values)}"))
            found.append(("data-mautic-form-expr", str(conditions.get("expr") or "in")))
        return format_html_join("", ' {}="{}"', found)

    def _label(self) -> SafeString | str:
        if self.field.show_label is False or self.field.type in ("hidden", "freehtml"):
            return ""
        group = self.field.type in ("checkboxgrp", "radiogrp", "freetext")
        return format_html(
            '<label id="mauticform_label_{}_{}"{} class="mauticform-label"{}>{}</label>',
            self.form.alias, self.field.alias, "" if group else format_html(' for="{}"', self.id),
            _attributes(self.field.label_attributes), self.field.label,
        )  # fmt: skip

    def _control(self) -> SafeString:
        kind, extra = self.field.type, _attributes(self.field.input_attributes)
        if kind in ("freetext", "freehtml"):
            text = mark_safe(str(self.properties.get("text") or ""))  # noqa: S308 - its author may write HTML
            return format_html('<div id="{}" class="mauticform-{}">{}</div>', self.id, kind, text)
        if kind in ("checkboxgrp", "radiogrp"):
            return self._group(extra)
        css = f"mauticform-{CLASSES.get(kind, 'input')}"
        placeholder = self.properties.get("placeholder") or ""
        if kind in ("select", "country"):
            return self._select(extra, css, str(placeholder))
        if kind == "textarea":
            return format_html(
                '<textarea id="{}" name="{}" class="{}" placeholder="{}"{}>{}</textarea>',
                self.id, self.name, css, placeholder, extra, self.value,
            )  # fmt: skip
        hints = format_html_join("", ' {}="{}"', HINTS.get(kind, ()))
        return format_html(
            '<input id="{}" type="{}" name="{}" value="{}" class="{}" placeholder="{}"{}{}>',
            self.id, INPUTS.get(kind, "text"), self.name, self.value, css, placeholder, hints, extra,
        )  # fmt: skip

    def _select(self, extra: SafeString, css: str, placeholder: str) -> SafeString:
        several, chosen = is_multiple(self.field), self._chosen()
        options = format_html_join(
            "", '<option value="{}"{}>{}</option>',
            ((value, _flag("selected", value in chosen), label) for value, label in choices(self.field)),
        )  # fmt: skip
        return format_html(
            '<select id="{}" name="{}{}" class="{}"{}{}>{}{}</select>',
            self.id, self.name, "[]" if several else "", css, _flag("multiple", several), extra,
            "" if several else format_html('<option value="">{}</option>', placeholder), options,
        )  # fmt: skip

    def _group(self, extra: SafeString) -> SafeString:
        kind, suffix = ("checkbox", "[]") if self.field.type == "checkboxgrp" else ("radio", "")
        css, chosen = f"mauticform-{self.field.type}", self._chosen()
        return format_html_join(
            "",
            '<div class="{}-row"><label class="{}-label" for="{}{}"><input class="{}-{}" type="{}" name="{}{}" id="{}{}" '
            'value="{}"{}{}> {}</label></div>',
            (
                (
                    css,
                    css,
                    self.id,
                    n,
                    css,
                    kind,
                    kind,
                    self.name,
                    suffix,
                    self.id,
                    n,
                    value,
                    _flag("checked", value in chosen),
                    extra,
                    label,
                )
                for n, (value, label) in enumerate(choices(self.field))
            ),
        )

    def _chosen(self) -> set[str]:
        """The values that are chosen to begin with."""
        if not is_multiple(self.field):
            return {self.value}
        return {part.strip() for part in self.value.replace("|", ",").split(",")}


def _pages(rows: Sequence[_Row]) -> Iterator[tuple[list[_Row], _Row | None]]:
    """The rows of each page, and the break that ends it. The button stands on the last page, whatever its place."""
    page: list[_Row] = []
    for row in [r for r in rows if r.field.type != "button"]:
        if row.field.type == "pagebreak":
            yield page, row
            page = []
        else:
            page.append(row)
    yield page + [r for r in rows if r.field.type == "button"], None


def _page(number: int, page: tuple[list[_Row], _Row | None], count: int) -> SafeString:
    shown, end = page
    turning = ""
    if end is not None:
        turning = format_html(
            '<div class="mauticform-row mauticform-pagebreak-wrapper mauticform-field-{}">'
            '<button type="button" class="mauticform-pagebreak-back mauticform-pagebreak btn btn-default"{}>{}</button> '
            '<button type="button" class="mauticform-pagebreak-next mauticform-pagebreak btn btn-default">{}</button></div>',
            end.number, _flag("disabled", number == 1),
            end.properties.get("prev_page_label") or "Back", end.properties.get("next_page_label") or "Next",
        )  # fmt: skip
    return format_html(
        '<div class="mauticform-page-wrapper mauticform-page-{}" data-mautic-form-page="{}"{}>\n{}\n{}</div>',
        number, number, _flag("data-mautic-form-pagebreak-lastpage", number == count),
        format_html_join("\n", "{}", ((row.html(),) for row in shown)), turning,
    )  # fmt: skip


def _flag(name: str, on: bool) -> SafeString | str:
    return format_html(" {}", name) if on else ""


def _attributes(text: str | None) -> SafeString:
    """Attributes as their author wrote them, with a space before."""
    return mark_safe(f" {text}") if text and "<" not in text and ">" not in text else mark_safe("")  # noqa: S308
