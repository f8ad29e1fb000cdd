"""What queues of the plainest kind do by theory: what the simulation is held against."""


def erlang_c(servers: int, offered: float) -> float:
    """The chance to wait at all, where `offered` is arrivals a second times seconds of work."""
    blocked = 1.0
    for number in range(1, servers + 1):
        blocked = offered * blocked / (number + offered * blocked)
    return servers * blocked / (servers - offered * (1 - blocked))


def mean_wait_s(servers: int, per_second: float, work_s: float) -> float:
    offered = per_second * work_s
    return erlang_c(servers, offered) * work_s / (servers - offered)


def mean_stay_when_shared_s(per_second: float, work_s: float) -> float:
    """One core shared evenly: however the work varies, only its mean counts."""
    return work_s / (1 - per_second * work_s)
