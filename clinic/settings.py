"""Every setting, one file. A variable carries its unit in its name; what is wrong is told at once and stops the start.

Embedded parts (PostgreSQL, queue, files, keys) are the default; a variable replaces each by a real one, and nothing
else changes.
"""

import sys
from pathlib import Path
from typing import Any

from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from clinic.authorization import breaches
from clinic.embedded.postgres import Embedded, default_home
from clinic.environment import Environment
from clinic.inference.speech.configured import settings_from as speech_from
from clinic.language.engines import engines_from
from clinic.outgoing import addresses
from clinic.storage import key_entries
from clinic.viruses import scanner_from

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment()

# --- what this installation is ---------------------------------------------------------------------------------------
MODE = env.choice("ROUNDS_MODE", "demo", ("demo", "production", "test"))
IS_DEMO, IS_PRODUCTION, IS_TEST = MODE == "demo", MODE == "production", MODE == "test"
DEBUG = False
HOME = Path(env.text("ROUNDS_HOME") or default_home())
EMBEDDED = Embedded(HOME)
VERSION = "0.1.0"
ALLOWED_HOSTS = env.listing("ROUNDS_HOSTS", [] if IS_PRODUCTION else ["localhost", "127.0.0.1", "[::1]", "testserver"])
if IS_PRODUCTION and not ALLOWED_HOSTS:
    env.problems.append("ROUNDS_HOSTS is not set. Name the host names people use, separated by commas.")
HAS_TLS = env.flag("ROUNDS_TLS", IS_PRODUCTION)
TRUSTED_PROXIES = env.number("ROUNDS_TRUSTED_PROXIES", 0)

# --- secrets ---------------------------------------------------------------------------------------------------------
SECRET_KEY = env.secret(
    "ROUNDS_SECRET_KEY", needed=IS_PRODUCTION, at_least_chars=48,
    how="Make one: python3 -c 'import secrets; print(secrets.token_urlsafe(64))'",
)  # fmt: skip
MASTER_KEYS = env.secret(
    "ROUNDS_MASTER_KEYS", needed=IS_PRODUCTION, at_least_chars=44,
    how="Give id:base64 of 32 random bytes, the current one first, kept apart from the data.", fits=key_entries.parse,
)  # fmt: skip
SIGNING_KEYS = env.secret(
    "ROUNDS_SIGNING_KEYS", needed=IS_PRODUCTION, at_least_chars=44,
    how="Give id:base64 of 32 random bytes, the current one first, kept apart from the data.", fits=key_entries.parse,
)  # fmt: skip
if SIGNING_KEYS and SIGNING_KEYS == MASTER_KEYS:
    env.problems.append("ROUNDS_SIGNING_KEYS is the same as ROUNDS_MASTER_KEYS. Give keys of its own.")

BACKUP_KEYS = env.secret(
    "ROUNDS_BACKUP_KEYS", needed=False, at_least_chars=44,
    how="Give id:base64 of 32 random bytes, the current one first, kept apart from backups.", fits=key_entries.parse,
)  # fmt: skip
if BACKUP_KEYS and BACKUP_KEYS in (MASTER_KEYS, SIGNING_KEYS):
    env.problems.append("ROUNDS_BACKUP_KEYS is the same as other keys. Give keys of their own.")
TRUSTED_ENGINE_KEYS = env.secret(
    "ROUNDS_TRUSTED_ENGINE_KEYS", needed=False, at_least_chars=44, fits=key_entries.parse,
    how="Give id:base64 of Ed25519 public keys whose engines may be installed here.",
)  # fmt: skip
ENGINES_FOLDER = HOME / "engines"
LANGUAGE_ENGINES = engines_from(env)  # the best first; none is asked unless it is named
LISTEN_AT_ONCE = env.number("ROUNDS_LISTEN_AT_ONCE", 2, at_least=1)  # recordings heard while they come, by a listener
SPEECH = speech_from(env)  # a Whisper model of the site, remote ones; PocketSphinx needs no naming

# --- database --------------------------------------------------------------------------------------------------------
DATABASE, DATABASE_OWNER = env.database("DATABASE_URL"), env.database("DATABASE_OWNER_URL")
if DATABASE and not DATABASE_OWNER and "migrate" in sys.argv:
    env.problems.append(
        "DATABASE_OWNER_URL is not set. Migrations need the owner's login, the application's may not alter."
    )
LOCK_TIMEOUT_SECONDS = env.number("ROUNDS_LOCK_TIMEOUT_SECONDS", 10, at_least=1)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- queue -----------------------------------------------------------------------------------------------------------
BROKER_URL = env.text("CELERY_BROKER_URL") or ("memory://" if IS_TEST else "pgmq://localhost")
LEASE_SECONDS = env.number("ROUNDS_LEASE_SECONDS", 20, at_least=3)
SWEEP_SECONDS = env.number("ROUNDS_SWEEP_SECONDS", 2, at_least=1)
RENUDGE_AFTER_SECONDS = env.number("ROUNDS_RENUDGE_AFTER_SECONDS", 10, at_least=1)
CHECK_LIMIT_SECONDS = env.number("ROUNDS_CHECK_LIMIT_SECONDS", 60, at_least=1)  # of the built-in clinic.check

# --- files -----------------------------------------------------------------------------------------------------------
FILES_BUCKET = env.text("ROUNDS_S3_BUCKET")
FILES_S3: dict[str, Any] = {
    "bucket_name": FILES_BUCKET,
    "endpoint_url": addresses.store(env, "ROUNDS_S3_ENDPOINT") or None,
    "region_name": env.text("ROUNDS_S3_REGION") or None,
    "access_key": env.text("ROUNDS_S3_ACCESS_KEY") or None,
    "secret_key": env.secret("ROUNDS_S3_SECRET_KEY", needed=False, at_least_chars=8, how="It is your store's.") or None,
}
FILES_COLD_CLASS = env.text("ROUNDS_S3_COLD_CLASS")  # for example STANDARD_IA; one that opens at once
FILES_FOLDER = HOME / "files"
CHUNK_BYTES = env.number("ROUNDS_CHUNK_BYTES", 2 * 1024 * 1024, at_least=64 * 1024)
VIRUS_SCANNER = scanner_from(env)  # clamd; none where it is not named
UPLOAD_SESSION_HOURS = env.number("ROUNDS_UPLOAD_SESSION_HOURS", 48, at_least=1)
COACHING_SESSION_MINUTES = env.number("ROUNDS_COACHING_SESSION_MINUTES", 60, at_least=5)
RECORDING_HOURS = env.number("ROUNDS_RECORDING_HOURS", 4, at_least=1)
ORPHAN_AFTER_MINUTES = env.number("ROUNDS_ORPHAN_AFTER_MINUTES", 60, at_least=0)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_HANDLERS = ["clinic.intake.NoFilesHere"]  # the upload views put in the one that encrypts as it reads

# --- backups ---------------------------------------------------------------------------------------------------------
BACKUP_FOLDER = Path(env.text("ROUNDS_BACKUP_FOLDER") or HOME / "backups")  # where the newest is looked for

# --- witness of the audit --------------------------------------------------------------------------------------------
WITNESS_FILE = Path(env.text("ROUNDS_WITNESS_FILE") or HOME / "witness" / "audit.jsonl")
WITNESS_BUCKET = env.text("ROUNDS_WITNESS_S3_BUCKET")
WITNESS_S3: dict[str, Any] = {
    "bucket_name": WITNESS_BUCKET,
    "endpoint_url": addresses.store(env, "ROUNDS_WITNESS_S3_ENDPOINT") or None,
    "region_name": env.text("ROUNDS_WITNESS_S3_REGION") or None,
    "access_key": env.text("ROUNDS_WITNESS_S3_ACCESS_KEY") or None,
    "secret_key": env.secret(
        "ROUNDS_WITNESS_S3_SECRET_KEY", needed=False, at_least_chars=8, how="It is your store's."
    ) or None,
}  # fmt: skip
WITNESS_KEEP_DAYS = env.number("ROUNDS_WITNESS_KEEP_DAYS", 3650, at_least=1)

# --- films over the network ------------------------------------------------------------------------------------------
DICOM_TITLE = env.text("ROUNDS_DICOM_TITLE", "ROUNDS")
DICOM_SENDERS = env.listing("ROUNDS_DICOM_SENDERS")  # application titles that may send
DICOM_PEERS = env.listing("ROUNDS_DICOM_PEERS")  # TITLE=host:port that may be sent to
DICOMWEB_PEERS = env.listing("ROUNDS_DICOMWEB_PEERS")  # addresses that may be asked

# --- parts -----------------------------------------------------------------------------------------------------------
FEATURES = ["consult", "radiology", "classify", "extraction", "coaching"]  # capabilities, with the same rooms
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "template_partials.apps.SimpleAppConfig",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "pgtrigger",
    "pghistory",
    *FEATURES,
    "clinic",
]
MIDDLEWARE = [
    "clinic.middleware.request_id.RequestIdMiddleware",
    "clinic.middleware.timing.TimingMiddleware",
    "clinic.middleware.language.OwnLanguageMiddleware",
    "clinic.middleware.health.HealthMiddleware",
    "clinic.middleware.plain.ProgramsComeByTlsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "clinic.middleware.compression.CompressedPagesMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "clinic.middleware.turnstile.TurnstileMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "clinic.middleware.failures.FailuresMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "clinic.middleware.sessions.SessionLimitsMiddleware",
    "clinic.middleware.identity.IdentityMiddleware",
    "clinic.middleware.language.PersonLanguageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "clinic.middleware.doors.ClosedByDefaultMiddleware",
    "clinic.middleware.credentials.OneTransactionMiddleware",
]
ROOT_URLCONF = "clinic.urls"
WSGI_APPLICATION = "clinic.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "clinic.views.shell.shell",
            ],
            "loaders": [
                ("template_partials.loader.Loader", [
                    ("django.template.loaders.cached.Loader", [
                        "django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader",
                    ]),
                ]),
            ],
            "builtins": ["template_partials.templatetags.partials", "django.templatetags.i18n",
                         "django.templatetags.static", "clinic.templatetags.look"],
        },
    }
]  # fmt: skip

# --- signing in ------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "clinic.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["clinic.authorization.passwords.SizedArgon2Hasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "clinic.authorization.house_words.HouseWordsValidator"},
    {"NAME": "clinic.authorization.breaches.BreachedPasswordValidator"},
]
BREACHED_PASSWORDS = env.text("ROUNDS_BREACHED_PASSWORDS")
if BREACHED_PASSWORDS and (_complaint := breaches.complaint(Path(BREACHED_PASSWORDS))):
    env.problems.append(f"ROUNDS_BREACHED_PASSWORDS names {BREACHED_PASSWORDS}, which {_complaint}.")
PASSWORD_RESET_TIMEOUT = 24 * 3600  # seconds a link to set a password holds, once
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "clinic.authorization.adapter.AccountAdapter"
ACCOUNT_FORMS = {"change_password": "clinic.forms.passwords.ChangePassword"}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/15m/key,30/15m/ip", "reauthenticate": "10/15m/user",
                       "reset_password": "20/m/ip,5/m/key", "change_password": "10/15m/user"}  # fmt: skip
SIGN_INS_AT_ONCE = env.number("ROUNDS_SIGN_INS_AT_ONCE", 2, at_least=1)  # in a web process
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
USERSESSIONS_TRACK_ACTIVITY = False
MFA_ADAPTER = "clinic.second_factors.SealedSecrets"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Rounds"
MFA_TOTP_TOLERANCE = 1  # steps of 30 s: who types slowly, or whose phone is a little off, gets in
MFA_ALLOW_UNVERIFIED_EMAIL = True  # an admin vouches for the address; nobody is kept from a second factor by it
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HAS_TLS
MFA_REQUIRED = env.flag("ROUNDS_MFA_REQUIRED", IS_PRODUCTION)
if IS_PRODUCTION and not MFA_REQUIRED:
    env.problems.append("ROUNDS_MFA_REQUIRED is off. A second factor is required outside the demo; leave it out.")
SESSION_IDLE_MINUTES = env.number("ROUNDS_SESSION_IDLE_MINUTES", 15, at_least=1)
SESSION_ABSOLUTE_HOURS = env.number("ROUNDS_SESSION_ABSOLUTE_HOURS", 12, at_least=1)
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_HOURS * 3600
SESSION_COOKIE_NAME = "__Host-session" if HAS_TLS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HAS_TLS else "csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HAS_TLS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "clinic.views.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = env.listing("ROUNDS_ORIGINS", [f"https://{host}" for host in ALLOWED_HOSTS] if HAS_TLS else [])
TOKEN_MINUTES = env.number("ROUNDS_TOKEN_MINUTES", 15, at_least=1)
ACCESS_REVIEW_DAYS = env.number("ROUNDS_ACCESS_REVIEW_DAYS", 90, at_least=1)
API_KEY_MAX_DAYS = env.number("ROUNDS_API_KEY_MAX_DAYS", 365, at_least=1)
METRICS_TOKEN = env.secret(
    "ROUNDS_METRICS_TOKEN", needed=False, at_least_chars=24, how="Or leave it out: an API key works."
)
ALERT_WEBHOOK = addresses.from_environment(env, "ROUNDS_ALERT_WEBHOOK", "")  # what went over its limit is posted there
LANGUAGE_LOCAL_HOSTS = env.listing(addresses.LOCAL_HOSTS)
CACHES = {"default": {"BACKEND": "clinic.json_cache.JsonCache"}}

# --- browser ---------------------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE], "script-src": [SELF, NONCE], "style-src": [SELF, NONCE], "img-src": [SELF, "blob:"],
        "font-src": [SELF], "connect-src": [SELF], "media-src": [SELF, "blob:"], "manifest-src": [SELF],
        "worker-src": [SELF], "form-action": [SELF], "object-src": [NONE], "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}  # fmt: skip
PERMISSIONS_POLICY: dict[str, list[str]] = {
    "camera": ["self"], "microphone": ["self"], "geolocation": [], "payment": [], "usb": [], "display-capture": [],
    "publickey-credentials-get": ["self"], "publickey-credentials-create": ["self"],
}  # fmt: skip
SECURE_SSL_REDIRECT = HAS_TLS
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_HSTS_SECONDS = 31_536_000 if HAS_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HAS_TLS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("ROUNDS_STATIC_FOLDER") or HOME / "static")
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},  # uploads never go by Django's own storage
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage" if IS_TEST
        else "clinic.staticfiles.HashedStaticFiles"
    },
}  # fmt: skip
WHITENOISE_MAX_AGE = 31_536_000

# --- words -----------------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("es", _("Spanish"))]
LOCALE_PATHS = [BASE_DIR / "clinic" / "locale", BASE_DIR / "clinic" / "wording"]  # ours, and others' texts in our words
LANGUAGE_COOKIE_NAME = "__Host-language" if HAS_TLS else "language"
LANGUAGE_COOKIE_SECURE, LANGUAGE_COOKIE_HTTPONLY, LANGUAGE_COOKIE_SAMESITE = HAS_TLS, True, "Lax"
TIME_ZONE = env.zone("ROUNDS_TIME_ZONE", "UTC")
USE_TZ = True
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend" if env.text("ROUNDS_MAIL_HOST") else (
    "django.core.mail.backends.dummy.EmailBackend")  # fmt: skip
EMAIL_HOST, EMAIL_PORT = env.text("ROUNDS_MAIL_HOST"), env.number("ROUNDS_MAIL_PORT", 587)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = env.text("ROUNDS_MAIL_USER"), env.text("ROUNDS_MAIL_PASSWORD")
EMAIL_USE_TLS, DEFAULT_FROM_EMAIL = True, env.text("ROUNDS_MAIL_FROM", "rounds@localhost")

# --- API -------------------------------------------------------------------------------------------------------------
API_REQUESTS_PER_MINUTE = env.number(
    "ROUNDS_API_REQUESTS_PER_MINUTE", 600, at_least=1
)  # per key; per person when changing
API_PIECES_PER_MINUTE = env.number("ROUNDS_API_PIECES_PER_MINUTE", 6000, at_least=1)  # files and pieces of files
API_TOKENS_PER_MINUTE = env.number("ROUNDS_API_TOKENS_PER_MINUTE", 30, at_least=1)
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["clinic.api.authentication.ActorAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["clinic.api.permissions.ActorMay"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["clinic.api.parsers.GuardedJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "clinic.api.describe.Description",
    "DEFAULT_VERSIONING_CLASS": None,
    "EXCEPTION_HANDLER": "clinic.api.problems.handle",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
    "UNICODE_JSON": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Rounds API",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "COMPONENT_SPLIT_PATCH": False,
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "clinic.api.describe.without_marks"],
    "ENUM_NAME_OVERRIDES": {
        "CaseState": "clinic.models.CaseState",
        "IncidentState": "clinic.models.IncidentState",
        "RunState": "clinic.models.RunState",
        "SessionState": "clinic.models.SessionState",
        "RunError": "clinic.models.RunError",
        "EngineState": "clinic.models.EngineState",
        "Urgency": "clinic.models.Urgency",
        "Purpose": "clinic.models.Purpose",
        "Sex": "clinic.models.Sex",
        "UploadKind": "clinic.models.UploadKind",
        "NoticeKind": "clinic.models.NoticeKind",
        "FindableKind": "clinic.models.FindableKind",
        "HandoverState": "clinic.models.HandoverState",
        "CoSignatureState": "clinic.models.CoSignatureState",
        "Keeps": "coaching.models.Keeps",
        "CoachRole": "coaching.api.serializers.COACH_ROLES",
        "AttemptState": "coaching.models.AttemptState",
        "QuestionState": "coaching.models.QuestionState",
        "Permission": "clinic.api.serializers.people.PERMISSIONS",
        "Role": "clinic.api.serializers.people.ROLES",
        "ProofState": "clinic.api.serializers.audit.PROOF_STATES",
        "StepCode": "clinic.api.serializers.incidents.STEP_CODES",
        "Code": "clinic.api.describe.CODES",
    },
}

# --- logs: JSON lines, an allow-list of fields, never values of patients ---------------------------------------------
LOG_LEVEL = env.choice("ROUNDS_LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR"))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "clinic.logs.JsonLines"}},
    "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["out"], "level": "WARNING"},
    "loggers": {
        "rounds": {"level": LOG_LEVEL, "propagate": True},
        "django.request": {"level": "CRITICAL", "propagate": True},  # ours is written by the failures middleware
        "django.security": {"level": "WARNING", "propagate": True},
    },
}

env.stop_if_wrong()
if __name__ == "__main__":  # `python -m clinic.settings`: the supervisor wants them judged before anything is made
    sys.exit()

# --- what the home knows: asked last, because asking makes it --------------------------------------------------------
SECRET_KEY = SECRET_KEY or EMBEDDED.secret("django")


def _database(given: dict[str, str], role: str) -> dict[str, object]:
    """The application's role may not alter tables or step around row-level security; migrations use the owner's."""
    place = given or EMBEDDED.connection(role)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": place["host"], "PORT": place["port"], "USER": place["user"], "PASSWORD": place["password"],
        "NAME": place["dbname"],
        "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True, "ATOMIC_REQUESTS": False,
        "OPTIONS": {"connect_timeout": 5, "application_name": "rounds"},
    }  # fmt: skip


DATABASES: dict[str, Any] = {
    "default": _database(DATABASE, "rounds_app"),
    "owner": _database(DATABASE_OWNER, "rounds_owner"),
}
# Whoever waits for a lock longer than this is told so; migrations wait as long as it takes.
DATABASES["default"]["OPTIONS"]["options"] = f"-c lock_timeout={LOCK_TIMEOUT_SECONDS}s"
QUEUE_DSN = EMBEDDED.dsn("rounds_queue") if BROKER_URL.startswith("pgmq") else ""
