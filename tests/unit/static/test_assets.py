"""Our own styles, scripts and drawings: nothing from another host, nothing the page's policy would refuse."""

import json
import re

import pytest

from tests.unit.static.places import OUR_SCRIPTS, OUR_STYLES, PAGES, STATIC, name

SYMBOLS = set(re.findall(r'<symbol id="i-([^"]+)"', (STATIC / "icons.svg").read_text()))
ADDRESS = re.compile(r"https?://(?!www\.w3\.org)", re.IGNORECASE)


@pytest.mark.parametrize("path", [*OUR_STYLES, *OUR_SCRIPTS], ids=name)
def test_asset_names_no_other_host(path):
    assert not ADDRESS.search(path.read_text())


@pytest.mark.parametrize("path", OUR_STYLES, ids=name)
def test_style_uses_files_not_data_addresses(path):
    for address in re.findall(r'url\("?([^")]+)"?\)', path.read_text()):
        assert (path.parent / address).is_file(), address


@pytest.mark.parametrize("path", OUR_STYLES[1:], ids=name)
def test_style_stays_in_the_layers_theme_declares(path):
    outside = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)

    assert set(re.findall(r"@layer (\w+)", outside)) <= {"tokens", "base", "shell", "parts", "pages", "print"}
    assert outside.lstrip().startswith("@layer")


# What of a recording is not acknowledged yet waits encrypted; static files and an empty shell are about nobody.
MAY_KEEP = {"spool.js": ("indexedDB",), "leaving.js": ("indexedDB", "caches"), "capture_worker.js": ("caches",)}


@pytest.mark.parametrize("path", OUR_SCRIPTS, ids=name)
def test_script_runs_no_text_and_keeps_nothing_in_the_browser(path):
    code = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)

    for banned in ("eval(", "new Function", "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write",
                   "localStorage", "sessionStorage", "indexedDB", "caches"):  # fmt: skip
        assert banned not in code or banned in MAY_KEEP.get(path.name, ()), banned


@pytest.mark.parametrize("path", OUR_SCRIPTS, ids=name)
def test_script_imports_only_files_that_exist(path):
    code = path.read_text()

    for address in re.findall(r'(?:from|import) "([^"]+)"', code):
        assert address.startswith("./") and (path.parent / address).is_file(), address
    for address in re.findall(r'import\("([^"]+)"\)', code):
        assert address.startswith(("./", "../vendor/")) and (path.parent / address).is_file(), address


def test_every_sentence_a_script_says_is_in_the_page():
    pages = [STATIC.parent / "templates/clinic/shell/words.html", *STATIC.parent.glob("templates/*/_*_words.html"),
             *STATIC.parent.glob("templates/*/partials/*_words.html")]  # fmt: skip
    known = {word for page in pages for word in re.findall(r'"(\w+)": "\{\{', page.read_text())}
    said = {word for path in OUR_SCRIPTS for word in re.findall(r'(?:\bwords\("|"(?=film_))(\w+)"', path.read_text())}
    states = {f"upload_{state}" for state in ("waiting", "sending", "paused", "retrying", "done", "cancelled")}

    tools = {f"film_tool_{tool}" for tool in ("window", "zoom", "pan", "length", "region")}

    assert said | states | tools | {"upload_empty", "upload_unreadable"} <= known


def test_web_manifest_names_icons_that_exist():
    manifest = json.loads((STATIC / "site.webmanifest").read_text())

    assert all((STATIC / icon["src"]).is_file() for icon in manifest["icons"])
    assert {"192x192", "512x512"} <= {icon["sizes"] for icon in manifest["icons"]}


def test_web_manifest_when_installed_then_it_begins_with_capturing():
    manifest, theme = json.loads((STATIC / "site.webmanifest").read_text()), (STATIC / "theme.css").read_text()

    assert (manifest["name"], manifest["start_url"], manifest["scope"]) == ("Rounds", "/capture/", "/")
    assert manifest["display"] == "standalone"
    assert all(f"{manifest[name]};" in theme for name in ("background_color", "theme_color"))


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_template_draws_only_icons_of_the_sprite(path):
    used = set(re.findall(r'\{% icon "([^"]+)"', path.read_text()))

    assert used <= SYMBOLS, used - SYMBOLS
