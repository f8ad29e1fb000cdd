"""Seccomp: which system calls a child may make. Needs no privilege, works in containers, cannot be undone.

A list of what is refused, not of what is allowed: it closes the network, new processes, other processes and the doors
kernel exploits like, and leaves parsers the rest. Files are Landlock's matter, amounts are the resource limits'.
"""

import ctypes
import errno
import os
import platform
import struct

# name: (x86-64, arm64); None where the architecture has no such call
REFUSED: dict[str, tuple[int | None, int | None]] = {
    "socket": (41, 198), "socketpair": (53, 199), "connect": (42, 203), "bind": (49, 200), "listen": (50, 201),
    "accept": (43, 202), "accept4": (288, 242), "fork": (57, None), "vfork": (58, None), "execve": (59, 221),
    "execveat": (322, 281), "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "tkill": (200, 130), "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240), "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438), "pidfd_send_signal": (424, 424), "unshare": (272, 97), "setns": (308, 268),
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51), "fsopen": (430, 430),
    "move_mount": (429, 429), "open_tree": (428, 428), "mount_setattr": (442, 442), "open_by_handle_at": (304, 265),
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282), "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426), "io_uring_register": (427, 427), "keyctl": (250, 219), "add_key": (248, 217),
    "request_key": (249, 218), "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106),
    "kexec_load": (246, 104), "reboot": (169, 142), "swapon": (167, 224), "swapoff": (168, 225),
    "memfd_create": (319, 279), "shmget": (29, 194), "shmat": (30, 196), "msgget": (68, 186), "semget": (64, 190),
    "mq_open": (240, 180),
}  # fmt: skip
OWN_PROCESS_ONLY: dict[str, tuple[int, int]] = {"kill": (62, 129), "tgkill": (234, 131), "prlimit64": (302, 261)}
CLONE: tuple[int, int] = (56, 220)
CLONE3 = 435
CLONE_THREAD = 0x10000
MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
X32_CALLS = 0x40000000  # the same calls once more, under numbers the list does not know

LOAD, JUMP_EQUAL, JUMP_AT_LEAST, JUMP_BITS, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
ALLOW, KILL, REFUSE = 0x7FFF0000, 0x80000000, 0x00050000
CALL_NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16
PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2

_libc = ctypes.CDLL(None, use_errno=True)


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p)]


def is_available() -> bool:
    """Asked without a program, a kernel that knows filters complains about the address, others about the question."""
    if platform.machine() not in MACHINES:
        return False
    _libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, None, 0, 0)
    return ctypes.get_errno() == errno.EFAULT


def refuse_the_outside(*, may_thread: bool) -> None:
    """From here on, for this process for ever. The caller has given up new privileges before."""
    instructions = _filter(os.getpid(), may_thread=may_thread)
    program = _Program(len(instructions) // 8, instructions)
    if _libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _filter(own_pid: int, *, may_thread: bool) -> bytes:
    column, architecture = MACHINES[platform.machine()]
    refuse = REFUSE | errno.EPERM
    steps = [(LOAD, 0, 0, ARCHITECTURE), (JUMP_EQUAL, 1, 0, architecture), (RETURN, 0, 0, KILL)]
    steps += [(LOAD, 0, 0, CALL_NUMBER), (JUMP_AT_LEAST, 0, 1, X32_CALLS), (RETURN, 0, 0, refuse)]
    for numbers in REFUSED.values():
        if (number := numbers[column]) is not None:
            steps += [(JUMP_EQUAL, 0, 1, number), (RETURN, 0, 0, refuse)]
    for calls in OWN_PROCESS_ONLY.values():
        steps += _first_argument(calls[column], [(JUMP_EQUAL, 1, 0, own_pid), (JUMP_EQUAL, 0, 1, 0)])
    steps += _first_argument(
        CLONE[column], [(JUMP_BITS, 0, 1, CLONE_THREAD)] if may_thread else [(JUMP_AT_LEAST, 1, 1, 0)]
    )
    steps += [(JUMP_EQUAL, 0, 1, CLONE3), (RETURN, 0, 0, REFUSE | errno.ENOSYS), (RETURN, 0, 0, ALLOW)]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)


def _first_argument(number: int, tests: list[tuple[int, int, int, int]]) -> list[tuple[int, int, int, int]]:
    """For one call, look at its first argument: the last test leads to the first return, or past it to the second."""
    body = [(LOAD, 0, 0, FIRST_ARGUMENT), *tests, (RETURN, 0, 0, ALLOW), (RETURN, 0, 0, REFUSE | errno.EPERM)]
    return [(JUMP_EQUAL, 0, len(body), number), *body]
