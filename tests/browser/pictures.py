"""Takes the pictures of the README from the demo: `python -m tests.browser.pictures`, into docs/pictures."""

from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser import chromium, installation
from tests.browser.installation import ROOT, House
from tests.browser.windows import Windows

FOLDER = ROOT / "docs" / "pictures"
MOST_BYTES = 250_000
SIZE, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}


@dataclass(frozen=True)
class Picture:
    name: str
    path: str
    role: str = "clinician"
    theme: str = "light"
    is_phone: bool = False


PICTURES = [
    Picture("sign-in", "/account/login/", role=""),
    Picture("cases", "/cases/?show=all"),
    Picture("case", "{case}"),
    Picture("case-dark", "{case}", theme="dark"),
    Picture("case-phone", "{case}", is_phone=True),
    Picture("jobs", "/jobs/"),
]


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with installation.house() as house, sync_playwright() as playwright:
        windows = Windows(chromium.launch(playwright), house)
        case = longest_case(windows, house)
        for picture in PICTURES:
            take(windows, house, picture, case)
        windows.close()


def longest_case(windows: Windows, house: House) -> str:
    """The address of the case most was done to: the picture shows what a timeline holds."""
    page = open_as(windows, house, "clinician", "/cases/?show=all")
    urls = [link.get_attribute("href") or "" for link in page.locator(".case-table .row-link").all()]
    lengths = {}
    for url in urls:
        page.goto(url)
        lengths[url] = page.locator(".entry").count()
    return max(lengths, key=lambda url: lengths[url])


def take(windows: Windows, house: House, picture: Picture, case: str) -> None:
    page = open_as(windows, house, picture.role, picture.path.format(case=case), theme=picture.theme)
    page.set_viewport_size(PHONE if picture.is_phone else SIZE)  # type: ignore[arg-type]
    path = FOLDER / f"{picture.name}.png"
    page.screenshot(path=path)
    check_size(path)


def open_as(windows: Windows, house: House, role: str, path: str, theme: str = "light") -> Page:
    page = windows.open(theme=theme)
    if role:
        windows.sign_in(page, next(one["email"] for one in house.demo()["people"] if one["role"] == role))
    page.goto(path)
    return page


def check_size(path: Path) -> None:
    size = path.stat().st_size
    print(f"{path.relative_to(ROOT)}: {size // 1000} kB")
    if size > MOST_BYTES:
        raise SystemExit(f"{path.name} is larger than {MOST_BYTES // 1000} kB")


if __name__ == "__main__":
    main()
