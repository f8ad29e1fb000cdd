"""What deploy/ names is there: settings, commands, lanes, addresses. No container is started by this; docs/deploying.md
says what was tried and what was not."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands
from django.urls import resolve

from clinic import health
from clinic.lanes import LANES
from tests.unit.deploy import parts
from tests.unit.deploy.parts import DEPLOY, ROOT, Container
from tools import new_secrets

BACKUPS_NEED = {"DATABASE_OWNER_URL_FILE", "ROUNDS_BACKUP_KEYS_FILE"}
READS = """
import clinic.environment as environment
asked = set()
text = environment.Environment.text
def telling(self, name, default=""):
    asked.add(name)
    return text(self, name, default)
environment.Environment.text = telling
import clinic.settings
print(*sorted(asked))
"""


@pytest.fixture(scope="session")
def settings_read(tmp_path_factory) -> set[str]:
    """Every variable that settings ask for, and those of the one command that has its own; each also as a file."""
    home = tmp_path_factory.mktemp("home")
    known = {name: value for name, value in os.environ.items() if not name.startswith("ROUNDS_")}
    asked = subprocess.run([sys.executable, "-c", READS], cwd=ROOT, env={**known, "ROUNDS_HOME": str(home)},
                           capture_output=True, text=True, check=True)  # fmt: skip
    commands = (ROOT / "clinic/management/commands/prepare_database.py").read_text()
    names = set(asked.stdout.split()) | set(re.findall(r'env, "(\w+)"', commands)) | {"ROUNDS_HOME"}
    assert len(names) > 50
    return names | {f"{name}_FILE" for name in names}


def test_files_when_parsed_then_each_is_yaml_and_is_used():
    for path in DEPLOY.rglob("*.y*ml"):
        assert parts.documents(path), path
    listed = [line for path, one in parts.kubernetes() if path.name == "kustomization.yaml"
              for line in (str((path.parent / name).resolve()) for name in one["resources"])]  # fmt: skip
    manifests = {str(path) for path, _one in parts.kubernetes() if path.name != "kustomization.yaml"}
    assert manifests <= set(listed)
    assert all(Path(name).exists() for name in listed)


def test_variables_when_named_then_settings_read_them(settings_read):
    named = set().union(*(one.variables for one in parts.containers()))
    named |= next(set(one["data"]) for path, one in parts.kubernetes() if path.name == "settings.yaml")
    named |= set(
        re.findall(r"\b(?:ROUNDS|DATABASE|CELERY)_[A-Z0-9_]+", (DEPLOY / "kubernetes/settings.yaml").read_text())
    )
    named |= set(re.findall(r"\b(?:ROUNDS_)[A-Z0-9_]+", (DEPLOY / "Dockerfile").read_text()))
    for path in (DEPLOY / "systemd").glob("*.env"):
        named |= parts.env_file(path)

    assert named - settings_read == set()
    assert len(named) > 20


def test_compose_when_it_asks_for_variables_then_the_example_has_them():
    asked = set(re.findall(r"\$\{(\w+)", (DEPLOY / "compose.yaml").read_text()))

    assert asked == parts.env_file(DEPLOY / "example.env")


def test_secrets_when_given_to_containers_then_as_files_that_are_declared():
    told = parts.compose()

    for name, service in parts.compose_services().items():
        files = {Path(path).name for path in service["environment"].values() if str(path).startswith("/run/secrets/")}
        assert files <= set(service["secrets"]) <= set(told["secrets"]), name
        assert {v for v in service["environment"] if re.search(r"KEY|TOKEN|URL|PASSWORD", v)} == {
            v for v in service["environment"] if v.endswith("_FILE")
        }


@pytest.mark.parametrize("service", ["web", "worker-io-batch"])
def test_settings_when_given_as_deploy_gives_them_then_production_starts(tmp_path, service: str):
    """The names that compose gives, with files for what is secret, through the check of production."""
    new_secrets.write(tmp_path)
    told = parts.compose_services()[service]["environment"]
    given = {name: str(value).replace("/run/secrets", str(tmp_path)) for name, value in told.items()}
    given |= {"ROUNDS_HOSTS": "rounds.example.org", "ROUNDS_TIME_ZONE": "UTC", "ROUNDS_HOME": str(tmp_path / "home")}
    known = {name: value for name, value in os.environ.items() if not name.startswith(("ROUNDS_", "DJANGO_"))}

    run = subprocess.run(
        [sys.executable, "-m", "clinic.settings"],
        cwd=ROOT,
        env={**known, **given},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (run.returncode, run.stderr) == (0, "")


def lanes_of(command: list[str]) -> str:
    return command[command.index("-Q") + 1] if "-Q" in command else ""


def test_lanes_when_deployed_then_each_has_a_service_of_its_own_everywhere():
    in_compose = [lanes_of(one["command"]) for one in parts.compose_services().values() if one.get("command")]
    in_kubernetes = [one["labels"][0]["pairs"]["lane"] for _path, one in parts.kubernetes() if "nameSuffix" in one]
    in_systemd = re.findall(r"rounds-worker@(\w+)\.service", (DEPLOY / "systemd/rounds.target").read_text())

    for found in (in_compose, in_kubernetes, in_systemd):
        assert sorted(name for name in found if name) == sorted(LANES)


def test_autoscalers_when_they_ask_a_lane_then_it_is_theirs_and_the_figure_is_one_of_ours():
    for _path, one in parts.kubernetes():
        if "nameSuffix" in one:
            [lane] = re.findall(r"matchLabels/lane, value: (\w+)", one["patches"][0]["patch"])
            assert lane == one["labels"][0]["pairs"]["lane"]
    assert '"rounds_lane_waiting"' in (ROOT / "clinic/views/metrics.py").read_text()
    assert "rounds_lane_waiting" in (DEPLOY / "prometheus/adapter.yaml").read_text()


@pytest.mark.parametrize("one", parts.containers(), ids=lambda one: one.place)
def test_command_when_named_then_it_is_there(one: Container):
    words = " ".join(one.command)
    for command in re.findall(r"manage\.py (\w+)", words):
        assert command in get_commands(), one.place
    for module in re.findall(r"-m ([\w.]+)", words):
        assert module in ("celery", "gunicorn") or (ROOT / f"{module.replace('.', '/')}.py").exists(), one.place
    assert one.place.endswith(("compose:web", "web.yaml:web")) or one.command


@pytest.mark.parametrize("one", [one for one in parts.containers() if one.probes], ids=lambda one: one.place)
def test_probe_when_it_points_somewhere_then_that_answers(one: Container):
    for probe in one.probes:
        if "httpGet" in probe:
            assert resolve(probe["httpGet"]["path"]).url_name in ("health_live", "health_serving", "health_ready")
        else:
            words = probe["exec"]["command"]
            assert words[:3] == ["python", "-m", "clinic.embedded.probe"] and words[3] in ("serving", "beating")


def test_image_when_it_runs_then_as_nobody_who_can_write_its_program():
    lines = (DEPLOY / "Dockerfile").read_text().splitlines()
    stages = [line for line in lines if line.startswith("FROM")]
    last = lines[len(lines) - 1 - lines[::-1].index(stages[-1]) :]

    assert len(stages) == 3
    assert "USER 10001:10001" in last
    assert [line for line in last if line.startswith("COPY") and "--chown" in line] == []


def test_containers_when_they_run_then_not_as_root_on_a_disk_that_is_read_only():
    for one in parts.containers():
        if one.place.startswith("compose:"):
            assert (one.told["read_only"], one.told["user"], one.told["cap_drop"]) == (True, "10001:10001", ["ALL"])
        elif ".yaml" in one.place:
            told, pod = one.told["securityContext"], one.told["pod"]
            assert told["readOnlyRootFilesystem"] and not told["allowPrivilegeEscalation"]
            assert pod["securityContext"]["runAsNonRoot"] and not pod["automountServiceAccountToken"]
        else:
            service = parts.unit(one.place)["Service"]
            assert (service["User"], service["NoNewPrivileges"], service["ProtectSystem"]) == (
                "rounds",
                "yes",
                "strict",
            )


def test_owner_login_and_backup_keys_when_deployed_then_only_where_tables_are_made_or_backups():
    in_compose = {one.place: {name for name in one.variables if "OWNER" in name or "BACKUP" in name}
                  for one in parts.containers() if one.place.startswith("compose:")}  # fmt: skip
    units = DEPLOY / "systemd"
    in_systemd = {path.relative_to(units).as_posix(): set(re.findall(r"(owner|backup)\.env", path.read_text()))
                  for path in units.rglob("*") if path.is_file() and path.suffix != ".env"}  # fmt: skip

    assert {place: names for place, names in in_compose.items() if names} == {
        "compose:prepare": {"DATABASE_OWNER_URL_FILE"},
        "compose:migrate": {"DATABASE_OWNER_URL_FILE"},
        "compose:worker-io-batch": BACKUPS_NEED,
    }
    assert {place: names for place, names in in_systemd.items() if names} == {
        "rounds-migrate.service": {"owner"},
        "rounds-backup.service": {"backup"},
        "rounds-worker@io_batch.service.d/backups.conf": {"backup"},
    }
    assert parts.env_file(DEPLOY / "systemd/backup.env") == BACKUPS_NEED


def test_secrets_of_compose_when_given_then_nobody_gets_what_he_does_not_name():
    for name, service in parts.compose_services().items():
        named = {Path(path).name for path in service["environment"].values() if str(path).startswith("/run/secrets/")}
        assert set(service["secrets"]) == named, name


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not here")
def test_worker_of_backups_when_kubernetes_starts_it_then_it_alone_has_what_they_need():
    having = {one["metadata"]["name"]: {told["name"] for told in container.get("env", ())} - {"LANE"}
              for one in parts.built("kubernetes") if one["kind"] == "Deployment"
              for container in one["spec"]["template"]["spec"]["containers"]}  # fmt: skip
    whole = {secret["secretRef"]["name"] for one in parts.built("kubernetes") if one["kind"] == "Deployment"
             for container in one["spec"]["template"]["spec"]["containers"]
             for secret in container["envFrom"] if "secretRef" in secret}  # fmt: skip

    assert having.pop("worker-io-batch") == {name.removesuffix("_FILE") for name in BACKUPS_NEED}
    assert not any(having.values())
    assert whole == {"rounds"}  # the owner's secret holds a superuser's login too


# --- watching it ------------------------------------------------------------------------------------------------------


def test_prometheus_when_it_asks_then_by_tls_and_a_name_that_is_let_in():
    """Another host is refused, and what comes without TLS is sent elsewhere."""
    told = parts.documents(DEPLOY / "prometheus/prometheus.yml")[0]["scrape_configs"]
    [in_docs] = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs/watching.md").read_text(), re.DOTALL)

    assert yaml.safe_load(in_docs)["scrape_configs"] == told
    for one in told:
        assert one["scheme"] == "https"
        for target in one["static_configs"][0]["targets"]:
            assert target.rpartition(":")[0] in parts.hosts() and target.endswith(":443")


def test_networks_when_somebody_is_let_in_then_by_the_way_on_which_he_gets_an_answer():
    """By its own address a web process answers probes alone."""
    [people] = [one for _path, one in parts.kubernetes()
                if one["kind"] == "NetworkPolicy" and one["metadata"]["name"] == "people"]  # fmt: skip
    let_in = [place["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"]
              for rule in people["spec"]["ingress"] for place in rule["from"]]  # fmt: skip

    assert let_in == ["ingress-nginx"]


def test_alerts_when_a_part_has_a_rule_of_its_own_then_the_general_one_leaves_it_out():
    [told] = parts.documents(DEPLOY / "prometheus/rounds.rules.yaml")
    rules = {one["alert"]: one["expr"] for group in told["groups"] for one in group["rules"]}
    own = {part for name, expr in rules.items() if name != "RoundsPartGone"
           for part in re.findall(r'rounds_part_ready\{part="(\w+)"\} *\) == 0', expr)}  # fmt: skip
    [left_out] = re.findall(r'part!~"([^"]*)"', rules["RoundsPartGone"])

    assert set(left_out.split("|")) == own == {health.WITNESS, health.DRILL}


def test_image_when_it_is_built_then_nothing_that_git_leaves_out_goes_in():
    left_out = set((DEPLOY / "Dockerfile.dockerignore").read_text().split())
    made_here = {line.strip("/") for line in (ROOT / ".gitignore").read_text().splitlines()
                 if line in ("/.venv", "/.venv-docs", "/site/", "/var/")}  # fmt: skip

    assert len(made_here) == 4 and made_here <= left_out


def test_rolling_restart_when_kubernetes_does_it_then_it_waits_for_health():
    deployments = [one for _path, one in parts.kubernetes() if one["kind"] == "Deployment"]

    assert {one["metadata"]["name"] for one in deployments} == {"web", "worker", "scheduler", "listener"}
    for one in deployments:
        assert one["spec"]["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}
        assert (
            "readinessProbe" in one["spec"]["template"]["spec"]["containers"][0]
            or one["metadata"]["name"] == "listener"
        )


def test_releases_when_named_then_all_are_this_one():
    from django.conf import settings

    named = [one["images"][0]["newTag"] for _path, one in parts.kubernetes() if "images" in one]
    named += re.findall(r"^RELEASE=(.*)$", (DEPLOY / "example.env").read_text(), re.MULTILINE)

    assert set(named) == {settings.VERSION} and len(named) == 3


def test_files_when_they_are_read_then_no_registry_host_stands_in_them():
    images = [told["image"] for told in parts.compose()["services"].values()]

    assert not [image for image in images if "." in image.partition("/")[0].partition(":")[0]]
    assert "index-url" not in (DEPLOY / "Dockerfile").read_text()


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not here")
@pytest.mark.parametrize("folder", ["kubernetes", "kubernetes/migrate"])
def test_kustomization_when_built_then_it_is_whole(folder: str):
    names = [(one["kind"], one["metadata"]["name"]) for one in parts.built(folder)]
    assert len(names) == len(set(names))
    if folder == "kubernetes":
        assert {name for kind, name in names if kind == "HorizontalPodAutoscaler"} == {
            "web", *(f"worker-{lane.replace('_', '-')}" for lane in LANES)
        }  # fmt: skip
