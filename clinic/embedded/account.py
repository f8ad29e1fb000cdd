"""Whose process the database is. PostgreSQL refuses to run as root, so for root it is a service user's."""

import os
import pwd
import shutil
import subprocess
from typing import Any, NamedTuple

from clinic.embedded.unavailable import Unavailable

SERVICE_USER = "rounds-db"


class Account(NamedTuple):
    name: str
    uid: int
    gid: int

    @property
    def is_another(self) -> bool:
        return self.uid != os.geteuid()

    def process_arguments(self) -> dict[str, Any]:
        """Arguments that make a child run as this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.is_another else {}


def known_account() -> Account | None:
    """The account as it is now; None where root has not made the service user yet. Changes nothing."""
    if os.geteuid() != 0:
        return Account(_own_name(), os.geteuid(), os.getegid())
    try:
        entry = pwd.getpwnam(SERVICE_USER)
    except KeyError:
        return None
    return Account(SERVICE_USER, entry.pw_uid, entry.pw_gid)


def account() -> Account:
    return known_account() or _made_service_account()


def _own_name() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:  # a container may run under a number without a name
        return str(os.geteuid())


def _made_service_account() -> Account:
    useradd = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if useradd:
        options = ["--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin"]
        subprocess.run([useradd, *options, SERVICE_USER], check=False, capture_output=True)
    made = known_account()  # asked again, not taken from useradd: another start may have been first
    if made is None:
        raise Unavailable(
            f"PostgreSQL does not run as root and the user {SERVICE_USER} could not be made: "
            "make it, or start as a normal user"
        )
    return made
