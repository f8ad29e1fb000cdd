"""What deploy/ says, read as a test wants it: command lines, variables, probes, whatever they stand in."""

import configparser
import re
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[3]
DEPLOY = ROOT / "deploy"
OURS = "rounds"  # the image


@dataclass
class Container:
    place: str
    command: list[str]
    variables: set[str] = field(default_factory=set)
    probes: list[dict[str, Any]] = field(default_factory=list)
    told: dict[str, Any] = field(default_factory=dict)


def documents(path: Path) -> list[dict[str, Any]]:
    return [one for one in yaml.safe_load_all(path.read_text()) if one]


def compose() -> dict[str, Any]:
    return documents(DEPLOY / "compose.yaml")[0]


def compose_services() -> dict[str, dict[str, Any]]:
    """Those that run our image."""
    return {name: told for name, told in compose()["services"].items() if told["image"].startswith(f"{OURS}:")}


def kubernetes() -> list[tuple[Path, dict[str, Any]]]:
    return [(path, one) for path in sorted((DEPLOY / "kubernetes").rglob("*.yaml")) for one in documents(path)]


def containers() -> list[Container]:
    found = list(_of_compose()) + list(_of_kubernetes()) + list(_of_systemd())
    assert len(found) > 15
    return found


def _of_compose() -> Iterator[Container]:
    for name, told in compose_services().items():
        probe = told.get("healthcheck", {}).get("test", [])[1:]
        yield Container(f"compose:{name}", told.get("command", []), set(told["environment"]),
                        [{"exec": {"command": probe}}] if probe else [], told)  # fmt: skip


def built(folder: str) -> list[dict[str, Any]]:
    """What kubectl makes of it, patches and all."""
    done = subprocess.run(["kubectl", "kustomize", str(DEPLOY / folder)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [one for one in yaml.safe_load_all(done.stdout) if one]


def hosts() -> set[str]:
    """The names that people use, as each way of deploying says them."""
    settings = next(one["data"] for path, one in kubernetes() if path.name == "settings.yaml")
    found = {settings["ROUNDS_HOSTS"]}
    for path in (DEPLOY / "example.env", DEPLOY / "systemd/rounds.env"):
        found |= set(re.findall(r"^ROUNDS_HOSTS=(.*)$", path.read_text(), re.MULTILINE))
    return found


def _of_kubernetes() -> Iterator[Container]:
    for path, one in kubernetes():
        pod = one.get("spec", {}).get("template", {}).get("spec", {}) if isinstance(one.get("spec"), dict) else {}
        for told in pod.get("containers", []) + pod.get("initContainers", []):
            probes = [probe for name, probe in told.items() if name.endswith("Probe")]
            yield Container(f"{path.name}:{told['name']}", told.get("command", []), set(), probes, {"pod": pod, **told})


def _of_systemd() -> Iterator[Container]:
    for path in sorted((DEPLOY / "systemd").glob("*.service")):
        for line in re.findall(r"^ExecStart=(.*)$", path.read_text(), re.MULTILINE):
            yield Container(path.name, shlex.split(line))


def unit(name: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=False, interpolation=None, delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(DEPLOY / "systemd" / name)
    return parser


def env_file(path: Path) -> set[str]:
    return {
        line.partition("=")[0] for line in path.read_text().splitlines() if "=" in line and not line.startswith("#")
    }
