import subprocess
import sys

PROGRAM = """
import importlib, pkgutil, sys
import clinic.doubt
for module in pkgutil.iter_modules(clinic.doubt.__path__):
    importlib.import_module(f"clinic.doubt.{module.name}")
heavy = ("sklearn", "mapie", "scipy.optimize", "scipy.stats", "django", "celery")
print([name for name in sys.modules if name.startswith(heavy)])
"""


def test_a_web_process_can_ask_without_loading_what_fits() -> None:
    loaded = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "[]"
