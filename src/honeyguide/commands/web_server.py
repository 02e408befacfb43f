"""The web server: granian, with the application that is already imported."""

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from honeyguide import settings
from honeyguide.commands.supervisor import end_with_parent


def run() -> None:
    """Serves until SIGTERM or SIGINT, then lets requests under way end."""
    server = Granian(
        "honeyguide.wsgi:application",
        address=settings.HOST,
        port=settings.PORT,
        interface=Interfaces.WSGI,
        workers=settings.WEB_PROCESSES,
        blocking_threads=settings.WEB_THREADS,
        blocking_threads_idle_timeout=600,  # a thread that ends takes its database connection with it
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        respawn_interval=0.1,
        workers_kill_timeout=10,
        websockets=False,
    )
    server.serve(target_loader=_application, wrap_loader=False)


def _application():
    """Called in each web process."""
    from honeyguide.wsgi import application

    end_with_parent()
    return application
