"""Landing pages have any address that nothing else has, so they are asked last."""

from django.urls import path, re_path

from honeyguide.features.pages import public

urlpatterns = [
    path("page/preview/<int:page_id>", public.preview),
    re_path(r"^(?P<address>.+)$", public.show),
]
