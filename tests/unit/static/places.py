from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
STATIC = ROOT / "static"
TEMPLATES = ROOT / "templates"
VENDOR = STATIC / "vendor"

OUR_SCRIPTS = sorted((STATIC / "js").rglob("*.js"))
OUR_STYLES = [STATIC / "theme.css", *sorted((STATIC / "css").glob("*.css"))]
PAGES = sorted(TEMPLATES.rglob("*.html"))


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))
