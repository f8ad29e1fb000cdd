"""Asked from outside whether a process of ours does its work: `python -m clinic.embedded.probe serving [PORT]`, or
`beating [NAME]` for a worker and the scheduler; where a host is one process, as a container is, nobody has to be named.
The exit code answers. Without Django: it is asked often.
"""

import http.client
import socket
import sys

import psycopg
from psycopg.conninfo import make_conninfo

from clinic.embedded.home import default_home
from clinic.embedded.postgres import Embedded
from clinic.environment import Environment

SILENT_AFTER_SECONDS = 45
BEATS = "SELECT name FROM clinic_workerbeat WHERE host = %s AND at > now() - make_interval(secs => %s)"


def is_serving(port: int) -> bool:
    """May people be sent to the web server here: it answers, and reaches the database."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=4)
    try:
        connection.request("GET", "/health/serving")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def is_beating(name: str = "") -> bool:
    """No database, no verdict: ending all workers would not bring it back."""
    try:
        with psycopg.connect(_database(), connect_timeout=2) as connection:
            beats = connection.execute(BEATS, [socket.gethostname(), SILENT_AFTER_SECONDS]).fetchall()
            return any(not name or found.partition("@")[0] == name for (found,) in beats)
    except psycopg.Error:
        return True


def _database() -> str:
    given = Environment().database("DATABASE_URL")
    return make_conninfo("", **given) if given else Embedded(default_home()).dsn("rounds_app")


def main(words: list[str]) -> int:
    match words:
        case ["serving"]:
            return 0 if is_serving(8000) else 1
        case ["serving", port] if port.isdecimal():
            return 0 if is_serving(int(port)) else 1
        case ["beating"]:
            return 0 if is_beating() else 1
        case ["beating", name]:
            return 0 if is_beating(name) else 1
    print("rounds: serving [PORT] or beating [NAME] is meant", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
