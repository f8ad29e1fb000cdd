"""Small things that a scanner asks first: methods, files that are none, plain HTTP, odd requests, parameters twice."""

import os
import secrets
import subprocess
import sys
from io import BytesIO
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, override_settings
from gunicorn.config import Config
from gunicorn.http.errors import ParseException
from gunicorn.http.parser import RequestParser

from clinic.authorization.roles import Role
from clinic.models import Case
from tests import make
from tests.make import Staff
from tools.check_production import new_key

pytestmark = pytest.mark.django_db
ODD = ("/cases/", "/account/login/", "/api/v1/cases", "/fhir/metadata", "/static/css/")
NO_FILES = (
    "/.git/config", "/.git/HEAD", "/.env", "/.hg/", "/.svn/entries", "/manage.py", "/clinic/settings.py",
    "/pyproject.toml", "/static/", "/static/js/", "/static/../clinic/settings.py", "/static/%2e%2e/manage.py",
     "/var/", "/media/",
    "/server-status",
    "/static/.git/config", "/admin/", "/debug/", "/phpinfo.php", "/backup.zip", "/README.md",
)  # fmt: skip


@pytest.mark.parametrize("path", ODD)
def test_trace_when_asked_then_nothing_comes_back_of_the_request(as_person: Any, staff_a: Staff, path: str):
    for client in (Client(), as_person(staff_a[Role.ADMIN])):
        answer = client.trace(path, headers={"X-Told": "back-to-me"})
        assert answer.status_code in (302, 401, 403, 404, 405), (path, answer.status_code)
        assert b"back-to-me" not in answer.content


@pytest.mark.parametrize("path", NO_FILES)
def test_file_when_it_is_none_of_a_page_then_not_there(as_person: Any, staff_a: Staff, path: str):
    for client in (Client(), as_person(staff_a[Role.ADMIN])):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize(("path", "headers"), [
    ("/api/v1/cases", {}), ("/api/v1/tokens", {"Authorization": "Bearer rk_x"}), ("/fhir/Patient", {}),
    ("/metrics", {"Authorization": "Bearer abc"}), ("/api/problems/invalid", {}),
])  # fmt: skip
@override_settings(SECURE_SSL_REDIRECT=True)
def test_program_when_it_comes_in_the_clear_then_refused_and_not_sent_on(path: str, headers: dict[str, str]):
    answer = Client().get(path, headers=headers)

    assert answer.status_code == 403
    assert "Location" not in answer
    assert b"tls_needed" in answer.content or path.startswith("/fhir/")
    assert Client().get(path, headers=headers, secure=True).status_code != 403 or path == "/metrics"


@override_settings(SECURE_SSL_REDIRECT=True)
def test_browser_when_it_comes_in_the_clear_then_sent_on_to_tls():
    answer = Client().get("/account/login/")

    assert (answer.status_code, answer["Location"]) == (301, "https://testserver/account/login/")


def test_cookies_when_over_tls_then_bound_to_this_host_each_of_them(tmp_path):
    """As production has them; the settings are read by a process of their own."""
    given = {
        "ROUNDS_MODE": "production", "ROUNDS_HOME": str(tmp_path), "ROUNDS_HOSTS": "rounds.example.org",
        "ROUNDS_SECRET_KEY": secrets.token_urlsafe(64), "ROUNDS_MASTER_KEYS": new_key(),
        "ROUNDS_SIGNING_KEYS": new_key(),
        "DATABASE_URL": "postgresql://a:b@localhost/c", "DATABASE_OWNER_URL": "postgresql://a:b@localhost/c",
        "CELERY_BROKER_URL": "memory://",
    }  # fmt: skip
    ask = ("from clinic import settings as s; from django.conf import settings; settings.configure(HAS_TLS=s.HAS_TLS);"
           "from clinic.cookies import name_of;"
           "print(*[v for k, v in vars(s).items() if k.endswith('COOKIE_NAME')], name_of('theme'));"
           "print(*[v for k, v in vars(s).items() if k.endswith('COOKIE_SECURE')])")  # fmt: skip
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("ROUNDS_", "DATABASE_", "DJANGO_"))
    }

    told = subprocess.run([sys.executable, "-c", ask], env=kept | given, check=True, capture_output=True, text=True)

    names, secure = told.stdout.splitlines()
    assert sorted(names.split()) == ["__Host-csrf", "__Host-language", "__Host-session", "__Host-theme"]
    assert set(secure.split()) == {"True"}


TWO_ENDS = (
    b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 40\r\n\r\nabcd",
    b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +4\r\n\r\nabcd",
    b"POST / HTTP/1.1\r\nHost: a\r\n Content-Length: 4\r\n\r\nabcd",
    b"GET / HTTP/1.1\r\nHost: a\r\nX-A: b\x00c\r\n\r\n",
)


@pytest.mark.parametrize("sent", TWO_ENDS)
def test_request_when_two_programs_would_end_it_elsewhere_then_refused_by_the_server(sent: bytes):
    """The server of the product, asked as a proxy that is fooled would ask it."""
    with pytest.raises(ParseException):
        for request in RequestParser(Config(), iter([sent]), ("127.0.0.1", 1)):
            BytesIO(request.body.read())


def test_parameter_when_it_also_stands_elsewhere_then_only_its_own_place_counts(as_person: Any, staff_a: Staff):
    """What belongs into the body is not taken from the address, and what is said twice is said once."""
    person = staff_a[Role.CLINICIAN]
    client = as_person(person)
    case = make.case(person)

    answer = client.post(f"/cases/{case.pk}/notes/?text=from-the-address", {"text": ""})
    twice = client.get("/api/v1/cases?limit=1&limit=2")

    assert answer.status_code == 422
    assert twice.status_code == 400
    with person.at_work():
        assert not Case.objects.get(pk=case.pk).notes.exists()


def test_text_when_it_was_encoded_twice_then_decoded_once(as_person: Any, staff_a: Staff):
    assert b'value="%41"' in as_person(staff_a[Role.ADMIN]).get("/people/?q=%2541").content


def test_loggers_when_listed_then_all_speak_to_standard_error():
    told: dict[str, Any] = settings.LOGGING

    assert {handler["class"] for handler in told["handlers"].values()} == {"logging.StreamHandler"}
    assert {name for logger in [told["root"], *told["loggers"].values()] for name in logger.get("handlers", [])} == {
        "out"
    }
