import io
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from clinic.inference import child
from clinic.inference.bounded import conversation, landlock, nursery
from clinic.inference.bounded.keeper import KEPT_VARIABLES, PYTHON, VARIABLES, Keeper, bubblewrap, keeper
from clinic.inference.child import (
    ChildCrashed,
    ChildFailed,
    ChildOutOfMemory,
    ChildOutputTooLarge,
    ChildRefused,
    ChildTimeout,
    ChildUnavailable,
    run_bounded,
)

HERE = Path(__file__).resolve().parent
MIB = 1024 * 1024


@pytest.fixture(scope="module", autouse=True)
def fresh_nursery():
    """One that can import the functions beside this file."""
    sys.path.insert(0, str(HERE))
    child.close()
    yield
    child.close()
    sys.path.remove(str(HERE))


def run(function: str, payload: child.Payload = b"", **more):
    return run_bounded(f"bounded_functions:{function}", payload, **more)


def value(function: str, payload: child.Payload = b"", **more):
    return run(function, payload, **more).value


def nursery_pid() -> int:
    assert keeper._process is not None
    return keeper._process.pid


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def becomes(condition, seconds: float = 5) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.01)
    return False


class Opened:
    def chunks(self):
        yield from (b"one ", b"two")


@pytest.mark.parametrize(
    ("payload", "expected"),
    [(b"bytes", b"bytes"), (bytearray(b"array"), b"array"), (memoryview(b"view"), b"view"), (b"", b""),
     (iter([b"a", b"b"]), b"ab"), (Opened(), b"one two"), (b"x" * 3 * MIB, b"x" * 3 * MIB)],
)  # fmt: skip
def test_payload_when_given_in_any_form_arrives_whole(payload, expected):
    answer = value("echo", payload, args={"number": 1, "text": "ñ"})

    assert answer == {"content": expected, "args": {"number": 1, "text": "ñ"}, "list": [1, {"deep": b"blob"}, None],
                      "nothing": b""}  # fmt: skip


def test_payload_when_a_handle_is_read_from_it(tmp_path):
    (tmp_path / "file").write_bytes(b"from a file")

    with (tmp_path / "file").open("rb") as opened:
        assert value("first_bytes", opened.fileno(), args={"count": 4}) == b"from"


def test_arrays_when_returned_keep_type_and_shape():
    numpy = pytest.importorskip("numpy")

    answer = value("arrays")

    grid = numpy.arange(12, dtype="float32").reshape(3, 4)
    for name, expected in (("grid", grid), ("columns", grid.T), ("empty", grid[:0]), ("mask", grid > 5)):
        assert answer[name].dtype == expected.dtype
        assert numpy.array_equal(answer[name], expected)
    assert answer["one"] == 1.5
    with pytest.raises(ChildFailed):
        run("objects")


def test_answer_when_given_tells_its_cost():
    answer = run("sleep", args={"seconds": 0.1})

    assert answer.value == "slept"
    assert 0.1 <= answer.wall_s < 5
    assert answer.cpu_s < answer.wall_s
    assert answer.peak_bytes > MIB


@pytest.mark.parametrize("function", ["hog", "slow_hog"])
def test_memory_when_over_the_limit_is_told(function):
    with pytest.raises(ChildOutOfMemory):
        run(function, memory_bytes=100 * MIB)


@pytest.mark.parametrize("function", ["spin", "stubborn_spin"])
def test_processor_when_over_the_limit_is_a_timeout(function):
    with pytest.raises(ChildTimeout):
        run(function, cpu_s=1, wall_s=10)


def test_wall_time_when_over_the_limit_is_a_timeout_and_nothing_stays():
    started = time.monotonic()

    with pytest.raises(ChildTimeout):
        run("sleep", wall_s=0.2, args={"seconds": 60})

    assert time.monotonic() - started < 3
    assert becomes(lambda: not children_of(nursery_pid()))


def children_of(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def test_other_processes_and_threads_when_wanted_are_refused():
    assert value("fork_bomb") == ["PermissionError", "PermissionError", "RuntimeError"]


def test_threads_when_allowed_can_be_started_but_processes_cannot():
    assert value("thread", may_thread=True) == "did it: None"
    assert value("fork_bomb", may_thread=True)[:2] == ["PermissionError", "PermissionError"]


@pytest.mark.parametrize(("function", "args"), [("large", {"size": 2 * MIB}), ("flood", None)])
def test_output_when_over_the_limit_is_refused(function, args):
    with pytest.raises(ChildOutputTooLarge):
        run(function, args=args, output_bytes=MIB)


def test_output_when_within_the_limit_arrives():
    assert len(value("large", args={"size": 5 * MIB}, output_bytes=5 * MIB)) == 5 * MIB


@pytest.mark.parametrize(("function", "number"), [("crash", signal.SIGSEGV), ("abort", signal.SIGABRT)])
def test_crash_when_it_happens_tells_its_signal(function, number):
    with pytest.raises(ChildCrashed) as crash:
        run(function)

    assert crash.value.signal == number


@pytest.mark.parametrize(
    ("function", "args", "about"),
    [("secretive", None, "ValueError"), ("recurse", None, "RecursionError"), ("not_json", None, "TypeError"),
     ("leave", {"code": 3}, ""), ("leave", {"code": 0}, ""), ("no_such_function", None, "AttributeError"),
     ("refuse", {"code": "Not A Code: canary"}, "ValueError"), ("echo", {"payload": 1}, "TypeError")],
)  # fmt: skip
def test_failure_when_undeclared_tells_the_class_and_no_word_more(function, args, about):
    with pytest.raises(ChildFailed) as failure:
        run(function, args=args)

    assert failure.value.about == about
    assert "canary" not in str(failure.value)


def test_module_when_unknown_fails_and_the_next_call_works():
    with pytest.raises(ChildFailed, match="ModuleNotFoundError"):
        run_bounded("no_such_module:function")

    assert value("first_bytes", b"fine", args={"count": 4}) == b"fine"


def test_refusal_when_declared_carries_its_code():
    with pytest.raises(ChildRefused) as refusal:
        run("refuse", args={"code": "too_many_pages"})

    assert refusal.value.code == "too_many_pages"


@pytest.mark.parametrize(
    "said",
    [b"", b"\0", b"\0" * 8, b"\xff" * 8, (10).to_bytes(8, "big") + b"{}", (2).to_bytes(8, "big") + b"{}",
     (18).to_bytes(8, "big") + b'{"value":{"x":1}}x', (100_000).to_bytes(8, "big") + b"[" * 100_000]
    + [len(head).to_bytes(8, "big") + head + b"12345678" for head in (
        b'{"value":{"returned":null},"blobs":[[["returned"],9,null,null]]}',
        b'{"value":{"returned":null},"blobs":[[["returned"],-1,null,null]]}',
        b'{"value":{"returned":null},"blobs":[[["returned"],8,"|O8",[1]]]}',
        b'{"value":{"returned":null},"blobs":[[["returned"],8,"<f8",[-1]]]}',
        b'{"value":{"returned":null},"blobs":[[["a","b"],8,null,null]]}',
        b'{"value":{"returned":1},"blobs":[[["returned"],8,null,null]]}',
        b'{"value":{"returned":null},"blobs":[]}',
        b'{"value":{"refused":"some patient\'s name"},"blobs":[[["x"],8,null,null]]}',
    )],
)  # fmt: skip
def test_answer_when_forged_is_a_failure(said):
    with pytest.raises(ChildFailed) as failure:
        run("lie", said)

    assert "patient" not in str(failure.value)


def test_printing_when_much_goes_nowhere(capfd):
    assert value("print_much") == "fine"

    assert "canary" not in "".join(capfd.readouterr())


@pytest.fixture
def listening(tmp_path):
    path = f"/tmp/rounds-{os.getpid()}.sock"
    with socket.create_server(("127.0.0.1", 0)) as inet, socket.socket(socket.AF_UNIX) as unix:
        unix.bind(path)
        unix.listen()
        yield inet, unix, path
    Path(path).unlink()


def test_network_when_wanted_is_not_there(listening):
    inet, unix, path = listening

    found = value("reach_out", args={"port": inet.getsockname()[1], "path": path})

    assert not any(answer.startswith("did it") for answer in found[:3])
    assert select.select([inet, unix], [], [], 0)[0] == []


def test_surroundings_when_looked_at_hold_no_secret_and_no_handle(tmp_path, monkeypatch):
    monkeypatch.setenv("ROUNDS_MASTER_KEYS", "canary")
    secret = tmp_path / "secret"
    secret.write_text("canary")
    handle = os.open(secret, os.O_RDONLY)
    os.set_inheritable(handle, True)

    found = value(
        "look_around", args={"secret_file": str(secret), "pid": os.getpid(), "inherited": handle}, file_bytes=100
    )

    os.close(handle)
    assert set(found["environment"]) <= {*VARIABLES, *KEPT_VARIABLES, "LC_CTYPE"}
    assert found["handles"] == [0, 1, 2, 3]
    assert found["inherited"] == "OSError"
    assert found["here"] == "did it: []"
    assert found["code"] == "did it: True"
    for place in ("secret", "parent environment", "passwords", "home", "kill"):
        assert found[place] in ("PermissionError", "FileNotFoundError", "ProcessLookupError")


def test_privileges_when_asked_for_are_none():
    found = value("identity")

    assert found["leads its session"]
    assert not found["capable"]
    assert set(value("raise_limits")) == {"ValueError"}


def test_files_when_written_outside_the_folder_are_refused(tmp_path):
    for place in (str(tmp_path / "file"), "/tmp/rounds-test-file", str(HERE / "file.py"), "../file", "/dev/shm/file"):
        assert value("write", args={"place": place, "size": 1}, file_bytes=100) == "PermissionError"
    assert list(tmp_path.iterdir()) == []


def test_files_when_written_inside_are_bounded_and_removed():
    left = value("write_temporary", args={"size": 1000}, file_bytes=1000)

    assert not Path(left).parent.exists()
    with pytest.raises(ChildFailed):
        run("write_temporary", args={"size": 1001}, file_bytes=1000)
    with pytest.raises(ChildFailed):
        run("write_temporary", args={"size": 1})


def test_child_when_born_knows_nothing_of_the_web():
    assert value("modules") == []


def test_decoder_when_run_inside_works():
    out = io.BytesIO()
    Image.new("RGB", (8, 8), (200, 10, 30)).save(out, "PNG")

    assert value("decode", out.getvalue()) == [200, 10, 30]
    with pytest.raises(ChildFailed, match="UnidentifiedImageError"):
        run("decode", b"not a picture")


def test_calls_when_many_come_at_once_all_get_their_own_answer():
    with ThreadPoolExecutor(8) as pool:
        contents = [str(number).encode() * 1000 for number in range(60)]

        answers = list(pool.map(lambda content: value("echo", content)["content"], contents))

    assert answers == contents


def test_slow_child_when_others_come_holds_nobody_up():
    with ThreadPoolExecutor(2) as pool:
        slow = pool.submit(value, "sleep", args={"seconds": 1})
        time.sleep(0.1)
        started = time.monotonic()
        value("first_bytes", b"x", args={"count": 1})
        took = time.monotonic() - started

        assert took < 0.8
        assert slow.result() == "slept"


def test_nursery_when_lost_between_calls_is_replaced():
    value("first_bytes", b"x", args={"count": 1})
    os.kill(nursery_pid(), signal.SIGKILL)

    assert value("first_bytes", b"x", args={"count": 1}) == b"x"


def test_nursery_when_lost_during_a_call_takes_the_child_along():
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(value, "sleep", args={"seconds": 30}, wall_s=60)
        assert becomes(lambda: keeper._process and children_of(nursery_pid()))
        (pid,) = children_of(nursery_pid())

        os.kill(nursery_pid(), signal.SIGKILL)

        with pytest.raises(ChildCrashed):
            call.result()
    assert becomes(lambda: not is_alive(int(pid)))


def test_nursery_when_it_hangs_is_given_up_and_replaced(monkeypatch):
    value("first_bytes", b"x", args={"count": 1})
    hung = nursery_pid()
    os.kill(hung, signal.SIGSTOP)
    monkeypatch.setattr(conversation, "START_S", 0.2)

    with pytest.raises(ChildUnavailable):
        run("echo")

    monkeypatch.undo()
    assert value("first_bytes", b"x", args={"count": 1}) == b"x"
    assert not is_alive(hung)


def test_nursery_when_it_hangs_during_a_call_ends_in_a_timeout(monkeypatch):
    monkeypatch.setattr(conversation, "GRACE_S", 0.2)
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(value, "sleep", args={"seconds": 30}, wall_s=0.5)
        assert becomes(lambda: keeper._process and children_of(nursery_pid()))
        (pid,) = children_of(nursery_pid())
        os.kill(nursery_pid(), signal.SIGSTOP)

        with pytest.raises(ChildTimeout):
            call.result()
    assert becomes(lambda: not is_alive(int(pid)))


PARENT = """
import os, sys, threading
from clinic.inference.bounded.keeper import keeper
from clinic.inference.child import run_bounded
threading.Thread(target=run_bounded, args=("bounded_functions:sleep",), daemon=True,
                 kwargs={"args": {"seconds": 60}, "wall_s": 60}).start()
while not keeper._process or not open(f"/proc/{keeper._process.pid}/task/{keeper._process.pid}/children").read():
    pass
print(keeper._process.pid, flush=True)
threading.Event().wait()
"""


def test_parent_when_killed_takes_nursery_and_child_along():
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True, env=importable())
    assert parent.stdout is not None
    its_nursery = int(parent.stdout.readline())
    (its_child,) = children_of(its_nursery)

    parent.kill()
    parent.communicate()

    assert becomes(lambda: not is_alive(its_nursery) and not is_alive(int(its_child)))


FORKED = """
import os
from clinic.inference.bounded.keeper import keeper
from clinic.inference.child import run_bounded
def ask():
    assert run_bounded("bounded_functions:first_bytes", b"x", args={"count": 1}).value == b"x"
    return keeper._process.pid
own = ask()
if os.fork() == 0:
    print(own != ask(), flush=True)
    keeper.close()
    os._exit(0)
os.wait()
print(own == ask())
"""


def test_forked_process_when_it_calls_gets_a_nursery_of_its_own():
    """As gunicorn's workers are forked."""
    program = subprocess.run(
        [sys.executable, "-c", FORKED], env=importable(), capture_output=True, text=True, check=True
    )

    assert program.stdout.split() == ["True", "True"]


def importable() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE.parents[1]), str(HERE)])}


def test_thread_that_started_the_nursery_when_it_ends_leaves_it_alone():
    child.close()
    starter = threading.Thread(target=value, args=("sleep",), kwargs={"args": {"seconds": 0}})
    starter.start()
    starter.join()
    pid = nursery_pid()

    assert value("first_bytes", b"x", args={"count": 1}) == b"x"
    assert nursery_pid() == pid


def test_close_when_called_leaves_no_process_and_no_folder():
    child.close()
    before = nursery_folders()
    value("first_bytes", b"x", args={"count": 1})
    pid = nursery_pid()
    meanwhile = nursery_folders()

    child.close()

    assert not is_alive(pid)
    assert len(meanwhile - before) == 1
    assert nursery_folders() <= before


def nursery_folders() -> set[Path]:
    return set(Path(tempfile.gettempdir()).glob(f"{nursery.FOLDER_PREFIX}*"))


def test_sweep_when_folders_are_left_removes_only_the_old_and_unclaimed(tmp_path):
    left, claimed, young = (tmp_path / f"{nursery.FOLDER_PREFIX}{name}" for name in ("left", "claimed", "young"))
    for folder in (left, claimed, young):
        folder.mkdir()
        (folder / "file").write_text("x")
    for folder in (left, claimed):
        os.utime(folder, (0, 0))
    handle = nursery._claimed(str(claimed))

    nursery.sweep(str(tmp_path))

    os.close(handle)
    assert [folder.exists() for folder in (left, claimed, young)] == [False, True, True]


def test_nursery_when_it_cannot_start_says_so_at_once(monkeypatch):
    monkeypatch.setattr("clinic.inference.bounded.keeper.PYTHON", "/bin/false")
    broken = Keeper()

    with pytest.raises(ChildUnavailable):
        broken.walls()

    monkeypatch.setattr("clinic.inference.bounded.keeper.PYTHON", "/no/such/python")
    with pytest.raises(ChildUnavailable):
        broken.walls()


def test_arguments_when_large_are_sent_back():
    with pytest.raises(ValueError, match="payload"):
        run("echo", args={"text": "x" * 70_000})


def test_walls_when_asked_tell_what_this_machine_has():
    found = child.walls()

    assert found.files_refused == (landlock.version() > 0)
    assert found.calls_refused


@pytest.fixture
def without_landlock(monkeypatch):
    """A kernel that cannot refuse files, as far as the parent can tell."""
    if subprocess.run(["/usr/bin/env", "bwrap", "--ro-bind", "/", "/", "true"], capture_output=True).returncode:
        pytest.skip("needs bubblewrap")
    monkeypatch.setattr(landlock, "version", lambda: 0)
    child.close()
    yield
    child.close()


def test_bubblewrap_when_files_cannot_be_refused_wraps_the_nursery(without_landlock):
    assert child.walls().in_bubblewrap
    assert value("first_bytes", b"x", args={"count": 1}) == b"x"
    assert value("write_temporary", args={"size": 10}, file_bytes=10).startswith("/tmp/")


def test_bubblewrap_when_looked_out_of_shows_code_only(without_landlock, tmp_path):
    (tmp_path / "secret").write_text("canary")
    look = "import sys, os; print([os.path.exists(p) for p in sys.argv[1:]])"
    places = [str(tmp_path / "secret"), f"/proc/{os.getpid()}", "/etc/passwd", "/root/.bashrc", os.__file__]

    seen = subprocess.run(
        [*bubblewrap(), PYTHON, "-I", "-c", look, *places], capture_output=True, text=True, check=True, cwd="/"
    )

    assert seen.stdout.strip() == "[False, False, False, False, True]"
