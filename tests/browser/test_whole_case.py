"""One case through all that the house does, by keyboard: she speaks and is answered, a letter is sorted, facts are
checked, a film is read, what was found becomes a report, it is signed, the case is taken out, and a Python that has
none of our packages proves the file. Before she tells the mother she practises it; practice belongs to no case.

Nothing but loopback is needed. In a network namespace that has nothing else:

    unshare -n sh -c 'ip link set lo up && .venv/bin/python -m pytest tests/browser/test_whole_case.py'
"""

import re
import subprocess
import sys
import time
import zipfile
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from clinic.inference.speech.speaking import speak
from radiology.inference.generated import Kind, draw
from tests.browser import voices
from tests.browser.backstage import Backstage
from tests.browser.by_keyboard import press_on, read_film, tab_to, type_in
from tests.browser.windows import SITE, Windows

QUESTION = "Does this cough need a film?"
SAID = "She has had a cough for three days. She has a fever. She drinks well."
TYPED = "Cough for three days, fever of 38.9 since yesterday. She drinks well."
LETTER = (
    "Dear colleague, this girl has had cough and wheeze for three days. On examination crackles at the right base, "
    "respiratory rate 46, oxygen saturation 94 % in air. Asthma in the family. I would be glad of a chest film."
)
NOTE = "Four days of fever. Amoxicillin 250 mg by mouth three times a day for 5 days. Temperature 38.9 C. No vomiting."
FINDINGS = "Opacity of the right lower zone. No effusion."
ENGINES = ("Consult rules", "Specialty of documents", "Field rules", "Chest")  # as their sentences are signed with
OWN_WORDS = "Seen with her mother, who knows what to look out for."
PRACTISED = "The picture shows an infection of her lung. We can treat it. What worries you most?"
WITHIN_S, LOOKS_AGAIN_MS = 300, 20_000
DWELL_MS = 3_100  # a class that must not be missed has to be open a while
AT_REVIEW = re.compile(r"/review/[0-9a-f-]{36}/")
AT_RECORD = re.compile(r"/[0-9a-f-]{36}/$")


def test_case_when_worked_through_by_keyboard_then_it_leaves_signed_and_proves_itself(
    windows: Windows, backstage: Backstage, tmp_path: Path
) -> None:
    page = desk(windows)
    case = open_case(page)
    speak_and_type(page)
    sort_letter(page, case)
    check_facts(page, case)
    film = add_film(page, case, tmp_path)
    have_it_read(windows, backstage, film)
    windows.sign_in(page, "clinician", is_fresh=True)
    practise(page)
    settle(page, case)
    write_report(page, case)
    sign(windows, page, case)
    prove(take_along(page, case, tmp_path / "case.zip"))


def desk(windows: Windows) -> Page:
    page = windows.open()
    windows.watch(page).expects(401)  # while another reads the film, she may be signed out
    page.context.grant_permissions(["microphone"])
    page.context.add_init_script(voices.heard_by_the_microphone(speak(SAID, "en").wav))
    windows.sign_in(page, "clinician", is_fresh=True)
    page.goto("/cases/")
    return page


def open_case(page: Page) -> str:
    """Of a child of three; its address."""
    page.keyboard.press("c")
    page.wait_for_url("**/cases/new/")
    page.get_by_label("Born").focus()
    page.keyboard.type(f"0101{time.localtime().tm_year - 3}")
    tab_to(page, page.get_by_role("textbox", name="Question"))
    page.keyboard.type(QUESTION)
    tab_to(page, page.get_by_role("button", name="Open case"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=QUESTION)).to_be_visible()
    return page.url


def speak_and_type(page: Page) -> None:
    page.keyboard.press("c")
    page.wait_for_url("**/consults/new/**")
    press_on(page, page.get_by_role("button", name="Begin"))
    page.wait_for_url(AT_RECORD)
    expect(page.locator("[data-recorder]").get_by_role("button", name="Record")).to_be_enabled()
    page.keyboard.press("r")
    saved = page.locator("[data-recorder-saved]")
    expect(saved).to_contain_text(re.compile(r"Saved up to 00:(0[6-9]|[1-5]\d)"), timeout=60_000)
    page.keyboard.press("r")
    expect(saved).to_contain_text("Stored in the case", timeout=30_000)
    await_(page, page.get_by_role("heading", name="Transcript"))
    page.keyboard.press("t")
    expect(page.get_by_label("What was said")).to_be_focused()
    page.keyboard.insert_text(TYPED)
    press_on(page, page.get_by_role("button", name="Add words"))
    expect(page.get_by_label("What was said")).to_have_value("", timeout=30_000)
    await_(page, page.locator("#consult-note .soap", has_text="38.9"))
    expect(page.locator(".answer .ref[href]").first).to_be_visible()


def sort_letter(page: Page, case: str) -> None:
    paste(page, f"/documents/add/{pk_of(case)}/", LETTER, "referral.txt", "Sort this text")
    await_(page, page.locator(".ai"))
    expect(page.locator(".document-text")).to_contain_text("crackles at the right base")


def check_facts(page: Page, case: str) -> None:
    paste(page, f"/extraction/add/{pk_of(case)}/", NOTE, "note.txt", "Find its facts")
    await_(page, page.locator(".page-head", has_text=re.compile(r"[1-9]\d* to check")))
    while left := facts_left(page):
        page.keyboard.press("a")
        expect(page.locator(".page-head")).to_contain_text(f"{left - 1} to check")
    page.keyboard.press("s")
    expect(page.get_by_text("Checked to the end.")).to_be_visible()


def facts_left(page: Page) -> int:
    found = re.search(r"(\d+) to check", page.locator(".page-head").inner_text())
    return int(found.group(1)) if found else 0


def paste(page: Page, address: str, text: str, name: str, way: str) -> None:
    page.goto(address)
    form = page.locator("form", has=page.get_by_role("button", name=way))
    type_in(page, form.locator("textarea"), text)
    type_in(page, form.get_by_role("textbox", name="Name"), name)
    press_on(page, form.get_by_role("button", name=way))
    page.wait_for_url(AT_RECORD)


def add_film(page: Page, case: str, folder: Path) -> str:
    picture = folder / "chest.png"
    picture.write_bytes(draw(Kind.OPACITY_RIGHT, 81).png)
    page.goto(f"/films/add/{pk_of(case)}/")
    choose_file = page.locator("#film-file")
    tab_to(page, choose_file)
    choose_file.set_input_files(picture)  # the dialog behind it is the system's, no part of the page
    expect(page.get_by_role("checkbox", name="chest.png")).to_be_checked(timeout=30_000)
    page.keyboard.press("s")
    page.wait_for_url(re.compile(r"/films/[0-9a-f-]{36}/$"))
    return page.url


def have_it_read(windows: Windows, backstage: Backstage, film: str) -> None:
    said = backstage.ask("film_answered", who=f"clinician@{SITE}", film=pk_of(film))["said"]
    theirs = windows.visit("radiologist", film)
    read_film(theirs, said, FINDINGS)
    theirs.close()


def practise(page: Page) -> None:
    page.goto("/coaching/")
    page.keyboard.press("n")
    page.wait_for_url(re.compile(r"/coaching/practices/"))
    press_on(page, page.locator("summary", has_text="Answer in writing instead"))
    type_in(page, page.get_by_role("textbox", name="Your answer"), PRACTISED)
    press_on(page, page.get_by_role("button", name="Send"))
    await_(page, page.get_by_role("heading", name="Coaching engine suggests"))


def settle(page: Page, case: str) -> None:
    """What engines left to a person: flagged answers, and sources that contradict each other. What came late, as words
    that were heard after she was answered, may leave her more."""
    page.goto(case)
    reference = page.locator(".crumbs [aria-current]").inner_text()
    nothing_waits(page, f"{case}report/")
    while page.locator("#report-checks").get_by_text(re.compile("^Decide on")).count():
        decide_flagged(page, reference)
        decide_contradictions(page, case)
        nothing_waits(page, f"{case}report/")


def decide_flagged(page: Page, reference: str) -> None:
    while (waiting := in_queue(page, reference)).count():
        press_on(page, waiting.first)
        page.wait_for_url(AT_REVIEW)
        page.wait_for_timeout(DWELL_MS)
        engine_said = page.locator(".ai b").first
        choose(page, engine_said.inner_text() if engine_said.count() else "")
        expect(page.get_by_role("button", name="Undo")).to_be_visible()


def decide_contradictions(page: Page, case: str) -> None:
    page.goto(f"{case}conflicts/")
    while (decide := page.get_by_role("button", name="Decide", exact=True)).count():
        form = page.locator("form", has=decide).first
        form.get_by_role("radio").first.focus()
        page.keyboard.press("Space")
        type_in(page, form.locator("textarea"), "Asked her mother again.")
        press_on(page, decide.first)
        page.goto(f"{case}conflicts/")


def in_queue(page: Page, reference: str) -> Locator:
    page.goto("/review/")
    return page.locator("[data-key-row] button", has_text=f"{reference} ·")


def choose(page: Page, label: str) -> None:
    """What the engine said, else that it can wait; with a word about why."""
    choices = page.locator("#decide-form label[data-key]")
    said = choices.filter(has_text=label or "Routine")
    wanted = said if said.count() else choices.filter(has_text="Routine")
    page.keyboard.press(str(wanted.first.get_attribute("data-key")))
    page.keyboard.press("e")
    page.keyboard.insert_text("Read with the child before me.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")


def write_report(page: Page, case: str) -> None:
    """A sentence of each engine that was asked, with what it rests on, and one of her own."""
    page.goto(case)
    page.keyboard.press("r")
    page.wait_for_url("**/report/")
    taken = 0
    while (offer := first_of_another_engine(page)) is not None:
        press_on(page, offer)
        taken += 1
        expect(page.locator(".sentences .sentence")).to_have_count(taken)
    assert taken == len(ENGINES)
    form = page.locator("form", has=page.get_by_role("button", name="Add", exact=True))
    type_in(page, form.get_by_role("textbox", name="Sentence"), OWN_WORDS)
    press_on(page, form.get_by_role("button", name="Add", exact=True))
    own = page.locator(".sentences .sentence").filter(has=page.locator("textarea", has_text=OWN_WORDS))
    press_on(page, own.get_by_role("button", name="I wrote this"))
    expect(page.get_by_text("Ana Alder wrote this")).to_be_visible()


def first_of_another_engine(page: Page) -> Locator | None:
    """To take over: of an engine of which the draft says nothing yet."""
    rows = page.locator(".offered .sentence")
    for engine in ENGINES:
        theirs = rows.filter(has=page.locator(".meta", has_text=engine))
        if theirs.count() and not theirs.filter(has_text="In the draft").count():
            return theirs.get_by_role("button", name="Take over").first
    return None


def sign(windows: Windows, page: Page, case: str) -> None:
    windows.sign_in(page, "clinician", is_fresh=True)
    nothing_waits(page, f"{case}report/sign/")
    press_on(page, page.get_by_role("button", name="Sign and seal"))
    expect(page.get_by_role("heading", name="Seal")).to_be_visible()


def nothing_waits(page: Page, address: str) -> None:
    until = time.monotonic() + WITHIN_S
    page.goto(address)
    while page.get_by_text(re.compile("Wait for")).count() and time.monotonic() < until:
        page.wait_for_timeout(1000)
        page.goto(address)


def take_along(page: Page, case: str, where: Path) -> Path:
    page.goto(f"{case}export/")
    with page.expect_download() as coming:
        press_on(page, page.get_by_role("button", name="Export"))
    coming.value.save_as(where)
    return where


def prove(capsule: Path) -> None:
    """As whoever is handed the file does it: unpacked, by its own verifier, with no package of ours to be found."""
    folder = capsule.with_suffix("")
    with zipfile.ZipFile(capsule) as archive:
        archive.extractall(folder)
        assert {"fhir/bundle.json", "reports/report-v1.pdf", "radiology/film-1.sr.dcm"} <= set(archive.namelist())
    done = subprocess.run([sys.executable, "-I", "-S", "verify.py"], cwd=folder, capture_output=True, text=True,
                          check=False)  # fmt: skip
    assert (done.returncode, "HOLDS" in done.stdout) == (0, True), done.stdout + done.stderr


def await_(page: Page, goal: Locator) -> None:
    """What engines take their time for. Who only waits is signed out after a while here, so she looks again."""
    until = time.monotonic() + WITHIN_S
    while time.monotonic() < until:
        try:
            expect(goal.first).to_be_visible(timeout=LOOKS_AGAIN_MS)
            return
        except AssertionError:
            page.reload()
    expect(goal.first).to_be_visible()


def pk_of(address: str) -> str:
    return address.rstrip("/").rpartition("/")[2]
