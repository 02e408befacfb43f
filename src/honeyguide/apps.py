"""The one Django app: every feature's models live in it, in one migration history."""

from django.apps import AppConfig


class HoneyguideConfig(AppConfig):
    name = "honeyguide"
    label = "honeyguide"
    default_auto_field = "django.db.models.BigAutoField"

    def import_models(self) -> None:
        """Collects the models of the engine and of every feature before Django looks for them."""
        from honeyguide.loader import load_all

        load_all("models")
        super().import_models()

    def ready(self) -> None:
        from django.core.signals import request_started

        from honeyguide.engine.database.connections import drop_broken

        request_started.connect(drop_broken, dispatch_uid="honeyguide.drop_broken")
