"""Reading the environment. Every variable goes through `env`; every problem is collected and told at once, in words."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

T = TypeVar("T")


class Environment:
    def __init__(self, values: dict[str, str] | None = None) -> None:
        self.values = dict(os.environ) if values is None else values
        self.problems: list[str] = []

    def text(self, name: str, default: str = "") -> str:
        """NAME, or the content of the file NAME_FILE names (how orchestrators hand over secrets)."""
        if name in self.values:
            return self.values[name].strip()
        if path := self.values.get(f"{name}_FILE"):
            try:
                return Path(path).read_text().strip()
            except OSError:
                self.problems.append(f"{name}_FILE names {path}, which cannot be read.")
        return default

    def _converted(self, name: str, default: T, convert: Callable[[str], T], hint: str) -> T:
        raw = self.text(name)
        if not raw:
            return default
        try:
            return convert(raw)
        except ValueError:
            self.problems.append(f"{name} is {raw!r}: {hint}.")
            return default

    def number(self, name: str, default: int, *, at_least: int = 0) -> int:
        value = self._converted(name, default, int, "it must be a whole number")
        if value < at_least:
            self.problems.append(f"{name} is {value}: it must be at least {at_least}.")
        return value

    def flag(self, name: str, default: bool) -> bool:
        words = {
            "1": True,
            "true": True,
            "yes": True,
            "on": True,
            "0": False,
            "false": False,
            "no": False,
            "off": False,
        }
        return self._converted(name, default, lambda raw: _lookup(words, raw.lower()), "it must be on or off")

    def choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        return self._converted(
            name, default, lambda raw: _one_of(raw, allowed), f"it must be one of {', '.join(allowed)}"
        )

    def listing(self, name: str, default: list[str] | None = None) -> list[str]:
        raw = self.text(name)
        return [item.strip() for item in raw.split(",") if item.strip()] if raw else list(default or [])

    def zone(self, name: str, default: str) -> str:
        return self._converted(name, default, _zone, "it must be a time zone such as Europe/Madrid")

    def secret(
        self, name: str, *, needed: bool, at_least_chars: int, how: str, fits: Callable[[str], object] | None = None
    ) -> str:
        """`fits` raises where the value cannot be used; its words are told, so they must not quote it."""
        value = self.text(name)
        if needed and not value:
            self.problems.append(f"{name} is not set. {how}")
        elif value and (len(value) < at_least_chars or len(set(value)) < at_least_chars // 4):
            self.problems.append(f"{name} is too weak: {at_least_chars} random characters at least. {how}")
        elif value and fits:
            try:
                fits(value)
            except Exception as why:
                self.problems.append(f"{name} cannot be used ({why}). {how}")
        return value

    def database(self, name: str) -> dict[str, str]:
        """Empty where it is not set. The URL is never shown: it holds a password."""
        raw = self.text(name)
        if not raw:
            return {}
        try:
            parts = urlsplit(raw)
            place = {"host": parts.hostname or "", "port": str(parts.port or ""), "user": unquote(parts.username or ""),
                     "password": unquote(parts.password or ""), "dbname": parts.path.lstrip("/")}  # fmt: skip
        except ValueError:
            place = {}
        if not (place.get("user") and place.get("dbname")):
            self.problems.append(f"{name} is no URL of a database: postgresql://user:password@host:5432/name is meant.")
        elif parts.query:
            self.problems.append(f"{name} has options behind a `?`. Give variables instead: PGSSLMODE, PGSSLROOTCERT.")
        return place

    def stop_if_wrong(self) -> None:
        if self.problems:
            lines = "\n".join(f"rounds: {problem}" for problem in dict.fromkeys(self.problems))
            print(lines, file=sys.stderr)
            raise SystemExit(2)


def _lookup(words: dict[str, bool], raw: str) -> bool:
    if raw not in words:
        raise ValueError(raw)
    return words[raw]


def _zone(raw: str) -> str:
    try:
        return ZoneInfo(raw).key
    except (KeyError, OSError) as problem:
        raise ValueError(raw) from problem


def _one_of(raw: str, allowed: tuple[str, ...]) -> Any:
    if raw not in allowed:
        raise ValueError(raw)
    return raw
