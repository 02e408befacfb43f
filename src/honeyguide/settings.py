"""Every setting of the process, typed, from the environment.

`NAME_FILE` may name a file that holds the value of `NAME` (for secrets). What a person changes while the product runs is
not here but in `engine.config`.
"""

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit


def env(name: str, default: str = "") -> str:
    """The value of an environment variable, or of the file that `<name>_FILE` names."""
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    return os.environ.get(name, default)


def env_bool(name: str, default: bool = False) -> bool:
    value = env(name).strip().lower() or ("yes" if default else "no")
    if value not in {"1", "0", "yes", "no", "true", "false", "on", "off"}:
        raise SystemExit(f"{name}={value!r} is not a yes or a no.")
    return value in {"1", "yes", "true", "on"}


def env_int(name: str, default: int) -> int:
    value = env(name) or str(default)
    if not value.lstrip("-").isdecimal():
        raise SystemExit(f"{name}={value!r} is not a whole number.")
    return int(value)


PACKAGE_DIR = Path(__file__).resolve().parent
DATA_DIR = Path(env("HONEYGUIDE_DATA_DIR") or Path.home() / ".local/share/honeyguide").expanduser().resolve()
HOST = env("HONEYGUIDE_HOST", "127.0.0.1") or "127.0.0.1"
PORT = env_int("HONEYGUIDE_PORT", 8080)
SITE_URL = env("HONEYGUIDE_SITE_URL").rstrip("/")
SMTP_URL = env("HONEYGUIDE_SMTP_URL")
ADMIN_PASSWORD = env("HONEYGUIDE_ADMIN_PASSWORD")
DEMO = env_bool("HONEYGUIDE_DEMO")
CATCHER_PORT = env_int("HONEYGUIDE_CATCHER_PORT", 1025)
WEB_PROCESSES = env_int("HONEYGUIDE_WEB_PROCESSES", 2)
WEB_THREADS = env_int("HONEYGUIDE_WEB_THREADS", 4)


def secret_key() -> str:
    """The key of all signatures: given, or made once and kept in the data directory."""
    if given := env("HONEYGUIDE_SECRET_KEY"):
        return given
    path = DATA_DIR / "secret_key"
    if not path.exists():
        DATA_DIR.mkdir(parents=True, exist_ok=True)
        try:
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(48))
        except FileExistsError:  # another process was first
            pass
    return path.read_text().strip()


SECRET_KEY = secret_key()
DEBUG = False
ALLOWED_HOSTS = ["*"]  # the product answers under any name; links are built from the site URL, not from Host
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
USE_I18N = True

DATABASE_URL = env("DATABASE_URL")


def database() -> dict:
    """Django's connection settings: the given PostgreSQL, or the embedded one's socket in the data directory."""
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    from honeyguide.engine.database.embedded import connection_parameters

    try:
        given = conninfo_to_dict(DATABASE_URL) if DATABASE_URL else connection_parameters(DATA_DIR)
    except ProgrammingError:  # whose text may tell the password
        raise SystemExit("DATABASE_URL is not like postgresql://user:password@host:5432/name.") from None
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": given.pop("dbname", "honeyguide"),
        "USER": given.pop("user", ""),
        "PASSWORD": given.pop("password", ""),
        "HOST": given.pop("host", ""),
        "PORT": str(given.pop("port", "")),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": False,  # engine.database.connections notices broken ones without a round trip
        # Django switches preparing off unless told; it saves the plan of a statement each time, which may cost more than it.
        "OPTIONS": {"prepare_threshold": 5, **given, "application_name": "honeyguide"},
    }


DATABASES = {"default": database()}
INSTALLED_APPS = [
    "django.contrib.auth",  # its middleware and password hashing; permissions are our own
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "procrastinate.contrib.django",
    "honeyguide.apps.HoneyguideConfig",
]
AUTH_USER_MODEL = "honeyguide.User"
AUTHENTICATION_BACKENDS = ["honeyguide.engine.access.backend.UserNameOrEmailBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
ROOT_URLCONF = "honeyguide.urls"
WSGI_APPLICATION = "honeyguide.wsgi.application"
# Only admin pages need sessions, CSRF and messages; the API and the public endpoints take a thin path (0.1 ms less).
MIDDLEWARE = ["honeyguide.engine.ui.middleware.for_admin_pages"]
APPEND_SLASH = False
LOGIN_URL = "/s/login"
LOGIN_REDIRECT_URL = "/s/dashboard"
PASSWORD_RESET_TIMEOUT = 3600
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SITE_URL.startswith("https:")
CSRF_TRUSTED_ORIGINS = [f"{urlsplit(SITE_URL).scheme}://{urlsplit(SITE_URL).netloc}"] if SITE_URL else []
SESSION_ENGINE = "honeyguide.engine.access.sessions"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 32 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
FILE_UPLOAD_TEMP_DIR = None

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE_DIR / "engine/ui/templates", *sorted(PACKAGE_DIR.glob("features/*/templates"))],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "honeyguide.engine.ui.context.shell",
            ],
            "builtins": ["honeyguide.engine.ui.tags"],
        },
    }
]

METRICS_TOKEN = env("HONEYGUIDE_METRICS_TOKEN").strip()
TRACES = env("OTEL_EXPORTER_OTLP_ENDPOINT").strip()
if METRICS_TOKEN or TRACES:
    MIDDLEWARE.append("honeyguide.engine.observation.routes.noting")
LOG_FORMAT = env("HONEYGUIDE_LOG_FORMAT", "text").strip().lower()
if LOG_FORMAT not in ("text", "json"):
    raise SystemExit(f"HONEYGUIDE_LOG_FORMAT={LOG_FORMAT!r} is neither text nor json.")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
        "json": {"()": "honeyguide.engine.observation.logs.JsonLines"},
    },
    "filters": {"away": {"()": "honeyguide.engine.database.away.OneLine"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["away"]}},
    "root": {"handlers": ["stderr"], "level": env("HONEYGUIDE_LOG_LEVEL", "INFO")},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "procrastinate": {"level": "WARNING"},
        "mail.log": {"level": "WARNING"},
    },
}
PROCRASTINATE_ON_APP_READY = None
SILENCED_SYSTEM_CHECKS = ["urls.W002"]
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""  # tasks are in `jobs.py`, which `honeyguide.loader` finds
