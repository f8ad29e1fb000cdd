"""The tests here trust their watch; this one sees that it is not asleep."""

from tests.browser.windows import Windows

MISBEHAVE = """() => {
  const script = document.createElement("script");
  script.textContent = "globalThis.ran = true";
  document.body.append(script);
  document.body.append(Object.assign(new Image(), { src: "http://127.0.0.1:9/elsewhere.png" }));
  return globalThis.ran;
}"""


def test_the_watch_sees_scripts_and_requests_that_do_not_belong_here(windows: Windows) -> None:
    page = windows.visit("clinician", "/cases/")
    watch = windows.watch(page)
    assert page.evaluate(MISBEHAVE) is None, "a script without the page's nonce ran"
    page.wait_for_timeout(300)
    assert any("policy violated: script-src" in words for words in watch.complaints)
    assert any("policy violated: img-src" in words for words in watch.complaints)
    watch.complaints.clear()
    watch.foreign.clear()
