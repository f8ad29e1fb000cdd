"""Rules every template keeps, so that the strict policy and the translations hold on pages nobody has opened yet."""

import re

import pytest
from django.template.loader import get_template

from tests.unit.static.places import PAGES, TEMPLATES, name

PARTIALS = sorted((TEMPLATES / "clinic" / "partials").glob("*.html"))
OTHER_HOST = re.compile(r'(?:src|href|action)="(?:https?:)?//', re.IGNORECASE)
PLAIN_SCRIPT = re.compile(r"<script(?![^>]*\b(?:src=|type=\"application/json\"))", re.IGNORECASE)
HANDLER = re.compile(r"\s(?:on[a-z]+|hx-on[:\w-]*)=", re.IGNORECASE)
TAG = re.compile(r"\{%.*?%\}")
COMMENT = re.compile(r"\{% comment %\}.*?\{% endcomment %\}", re.DOTALL)


def body(path):
    return COMMENT.sub("", path.read_text())


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_template_compiles(path):
    get_template(str(path.relative_to(TEMPLATES)))


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_template_has_no_inline_style_script_or_handler(path):
    text = body(path)

    assert not re.search(r'\sstyle="|<style', text)
    assert not PLAIN_SCRIPT.search(text)
    assert not HANDLER.search(TAG.sub("", text))  # `{% include ... with one=each %}` is none


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_template_asks_no_other_host(path):
    assert not OTHER_HOST.search(body(path))


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_script_of_a_template_carries_the_nonce(path):
    for script in re.findall(r"<script[^>]*\bsrc=[^>]*>", body(path)):
        assert "request.csp_nonce" in script, script


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_form_that_posts_carries_the_token(path):
    for form in re.findall(r'<form[^>]*method="post".*?</form>', body(path), re.DOTALL):
        assert "{% csrf_token %}" in form


@pytest.mark.parametrize("path", PARTIALS, ids=name)
def test_partial_says_what_it_takes(path):
    assert path.read_text().startswith("{% comment %}"), "a part without a header cannot be used without reading it"
    assert re.search(r"[Tt]akes|Drawn by|fills it in|Django's messages|One stage", path.read_text())


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_template_includes_only_templates_that_exist(path):
    for wanted in re.findall(r'\{% (?:include|extends) "([^"#]+)', body(path)):
        get_template(wanted)
