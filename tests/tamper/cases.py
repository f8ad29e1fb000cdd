"""A small audit as an export and its witness, sound and damaged in every way the verifier must name. Made without the
product's code, so that a mistake there does not hide itself.
"""

import base64
import copy
import hashlib
import json
import struct
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

Told = dict[str, Any]
EVENTS, EVERY = 14, 5  # three checkpoints are due, two are made: the last four events wait
HERE, THERE = uuid.UUID(int=1), uuid.UUID(int=2)
EXPORTED_AT = "2026-05-01T12:00:00+00:00"
KEY_ID = "k-1"


def key(number: int) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)


def compact(told: Told, *, sort: bool = False) -> str:
    return json.dumps(told, sort_keys=sort, separators=(",", ":"))


def sha(*parts: bytes) -> str:
    return hashlib.sha256(b"".join(parts)).hexdigest()


@dataclass
class World:
    """What the verifier is given, as things to be damaged before they are written down."""

    links: list[Any]  # of Told, and text where a line is torn
    checkpoints: list[Any]
    begin: Told = field(default_factory=lambda: {"format": "rounds-audit-1", "scope": "all", "at": EXPORTED_AT})
    end: Told = field(default_factory=dict)
    extra: list[Told] = field(default_factory=list)
    keys: Told = field(default_factory=dict)

    def export(self) -> Iterator[str]:
        for told in (self.begin, *self.links, *self.extra, *([self.end] if self.end else [])):
            yield told if isinstance(told, str) else compact(told)

    def witness(self) -> Iterator[str]:
        for told in self.checkpoints:
            yield told if isinstance(told, str) else compact(told, sort=True)


def sound() -> World:
    links = chained([{"event": str(uuid.UUID(int=100 + n)), "at_us": 1_700_000_000_000_000 - n * 1000, "told": body(n)}
                     for n in range(1, EVENTS + 1)])  # fmt: skip
    world = World(links, witnessed(links, [EVERY, 2 * EVERY]))
    world.end = {"end": True, "head": {"seq": EVENTS, "hash": links[-1]["hash"]}}
    world.keys = {KEY_ID: base64.b64encode(key(1).public_key().public_bytes_raw()).decode()}
    return world


def body(number: int) -> Told:
    return {
        "event": f"thing.done_{number}", "site": str(HERE if number % 3 else THERE), "actor_id": str(uuid.UUID(int=7)),
        "target_id": str(uuid.UUID(int=200 + number)), "case": str(uuid.UUID(int=300)), "patient": None,
        "actor": "Zoë",
    }  # fmt: skip


def chained(events: list[Told], *, start: int = 1, prev: str = "00") -> list[Told]:
    links = []
    for seq, event in enumerate(events, start=start):
        told = event["told"]
        link = {"seq": seq, "event": event["event"], "at_us": event["at_us"], "prev": prev,
                "body": compact(told), "columns": columns_of(told)}  # fmt: skip
        link["hash"] = prev = hash_of(link)
        links.append(link)
    return links


def columns_of(told: Told) -> Told:
    return {"event": told["event"], "site": told["site"], "actor": told["actor_id"], "target": told["target_id"],
            "case": told["case"], "patient": told["patient"]}  # fmt: skip


def hash_of(link: Told) -> str:
    return sha(bytes.fromhex(link["prev"]), struct.pack(">q", link["seq"]), uuid.UUID(link["event"]).bytes,
               struct.pack(">q", link["at_us"]), link["body"].encode())  # fmt: skip


def witnessed(links: list[Told], upto: list[int], *, at: str = "2026-05-01T11:00:00+00:00") -> list[Told]:
    made: list[Told] = []
    for seq in upto:
        add_checkpoint(made, links, seq, at=at)
    return made


def add_checkpoint(made: list[Told], links: list[Told], seq: int, *, at: str, by: int = 1) -> None:
    first = made[-1]["seq"] + 1 if made else 1
    tags = b"".join(bytes.fromhex(link["hash"])[:4] for link in links[first - 1 : seq])
    told = {"v": 1, "first": first, "seq": seq, "hash": links[seq - 1]["hash"], "at": at,
            "previous": sha(compact(made[-1], sort=True).encode()) if made else "",
            "tags": base64.b64encode(tags).decode(), "key": KEY_ID}  # fmt: skip
    made.append(signed(told, by))


def signed(told: Told, by: int = 1, *, domain: bytes = b"rounds/1\0audit-checkpoint\0") -> Told:
    unsigned = {name: value for name, value in told.items() if name != "signature"}
    signature = key(by).sign(domain + compact(unsigned, sort=True).encode())
    return unsigned | {"signature": base64.b64encode(signature).decode()}


# --- damages ----------------------------------------------------------------------------------------------------------

Damage = Callable[[World], None]
DAMAGES: dict[str, tuple[Damage, tuple[int, str]]] = {}


def finds(code: int, words: str) -> Callable[[Damage], Damage]:
    def listed(damage: Damage) -> Damage:
        DAMAGES[damage.__name__] = (damage, (code, words))
        return damage

    return listed


def at(world: World, seq: int) -> Told:
    link: Told = world.links[seq - 1]
    return link


def rehash(world: World, start: int) -> None:
    """Everything from there on, and the head: consistent in itself."""
    prev = at(world, start - 1)["hash"] if start > 1 else "00"
    for link in world.links[start - 1 :]:
        link["prev"] = prev
        link["hash"] = prev = hash_of(link)
    world.end["head"] = {"seq": world.links[-1]["seq"], "hash": prev}


def rebody(link: Told, **changes: Any) -> None:
    told = json.loads(link["body"]) | changes
    link["body"], link["columns"] = compact(told), columns_of(told)


@finds(0, "holds exported_at=2026-05-01T12:00:00+00:00 events=14 of_other_sites=0 checkpoints=2 witnessed_to=10 "
          "not_yet_witnessed=4")  # fmt: skip
def nothing(world: World) -> None: ...


@finds(0, "witnessed_to=14 not_yet_witnessed=0")
def nothing_and_all_is_witnessed(world: World) -> None:
    add_checkpoint(world.checkpoints, world.links, 14, at=EXPORTED_AT)


@finds(1, "seq=3 reason=changed")
def body_edited(world: World) -> None:
    rebody(at(world, 3), actor="Nobody")


@finds(1, "seq=12 reason=changed")
def body_edited_after_the_last_checkpoint(world: World) -> None:
    rebody(at(world, 12), actor="Nobody")


@finds(1, "seq=12 reason=changed")
def time_edited(world: World) -> None:
    at(world, 12)["at_us"] += 1


@finds(1, "seq=12 reason=changed")
def event_id_edited(world: World) -> None:
    at(world, 12)["event"] = str(uuid.UUID(int=999))


@finds(1, "seq=11 reason=changed")
def two_events_changed_places(world: World) -> None:
    for name in ("event", "at_us", "body", "columns"):
        at(world, 11)[name], at(world, 13)[name] = at(world, 13)[name], at(world, 11)[name]


@finds(1, "seq=12 reason=unlinked")
def previous_hash_edited(world: World) -> None:
    at(world, 12)["prev"] = "11" * 32


@finds(1, "seq=13 reason=unlinked")
def one_rehashed_after_the_last_checkpoint(world: World) -> None:
    rebody(at(world, 12), actor="Nobody")
    at(world, 12)["hash"] = hash_of(at(world, 12))


@finds(1, "seq=7 reason=rewritten")
def one_rehashed(world: World) -> None:
    rebody(at(world, 7), actor="Nobody")
    at(world, 7)["hash"] = hash_of(at(world, 7))


@finds(1, "seq=14 reason=head")
def the_last_rehashed(world: World) -> None:
    rebody(at(world, 14), actor="Nobody")
    at(world, 14)["hash"] = hash_of(at(world, 14))


@finds(1, "seq=2 reason=rewritten")
def the_rest_rehashed(world: World) -> None:
    rebody(at(world, 2), actor="Nobody")
    rehash(world, 2)


@finds(1, "seq=1 reason=rewritten")
def all_of_it_rehashed(world: World) -> None:
    rebody(at(world, 1), actor="Nobody")
    rehash(world, 1)


@finds(1, "seq=10 reason=rewritten")
def the_last_witnessed_rehashed(world: World) -> None:
    rebody(at(world, 10), actor="Nobody")
    rehash(world, 10)


@finds(0, "holds")
def the_unwitnessed_rehashed(world: World) -> None:
    """What this does not prove: events younger than the last checkpoint."""
    rebody(at(world, 11), actor="Nobody")
    rehash(world, 11)


@finds(1, "seq=10 reason=rewritten")
def hash_differs_where_the_tag_does_not(world: World) -> None:
    """Only the whole hash in the checkpoint tells."""
    link = at(world, 10)
    link["hash"] = link["hash"][:8] + "0" * 56


@finds(1, "seq=4 reason=missing")
def link_deleted(world: World) -> None:
    del world.links[3]


@finds(1, "seq=1 reason=missing")
def first_link_deleted(world: World) -> None:
    del world.links[0]


@finds(1, "seq=12 reason=missing")
def link_given_another_place(world: World) -> None:
    at(world, 12)["seq"] = 99


@finds(1, "seq=6 reason=missing")
def link_twice(world: World) -> None:
    world.links.insert(5, copy.deepcopy(at(world, 5)))


@finds(1, "seq=5 reason=rewritten")
def event_put_in_between(world: World) -> None:
    world.links.insert(4, copy.deepcopy(at(world, 12)))
    for seq, link in enumerate(world.links, start=1):
        link["seq"] = seq


@finds(1, "seq=12 reason=no_event")
def event_deleted(world: World) -> None:
    at(world, 12).update(body=None, columns=dict.fromkeys(at(world, 12)["columns"]))


@finds(1, "seq=15 reason=no_place")
def event_without_a_place(world: World) -> None:
    world.extra.append({"no_place": str(uuid.uuid4())})


@finds(1, "seq=8 reason=missing")
def tail_cut_and_head_mended(world: World) -> None:
    del world.links[7:]
    world.end["head"] = {"seq": 7, "hash": at(world, 7)["hash"]}


@finds(1, "seq=10 reason=missing")
def one_witnessed_event_cut_and_head_mended(world: World) -> None:
    del world.links[9:]
    world.end["head"] = {"seq": 9, "hash": at(world, 9)["hash"]}


@finds(0, "holds")
def witness_goes_on_after_the_export(world: World) -> None:
    more = sound()
    add_checkpoint(world.checkpoints, more.links, 14, at="2026-05-01T12:00:01+00:00")
    del world.links[11:]
    world.end["head"] = {"seq": 11, "hash": at(world, 11)["hash"]}


@finds(1, "seq=12 reason=missing")
def witness_saw_more_at_the_moment_of_the_export(world: World) -> None:
    add_checkpoint(world.checkpoints, world.links, 14, at=EXPORTED_AT)
    del world.links[11:]
    world.end["head"] = {"seq": 11, "hash": at(world, 11)["hash"]}


@finds(1, "seq=13 reason=head")
def tail_cut_and_head_left(world: World) -> None:
    del world.links[12:]


@finds(1, "seq=10 reason=head")
def head_set_back(world: World) -> None:
    world.end["head"]["seq"] = 9


@finds(1, "seq=14 reason=head")
def head_hash_edited(world: World) -> None:
    world.end["head"]["hash"] = "00" * 32


@finds(1, "seq=1 reason=missing")
def everything_deleted(world: World) -> None:
    world.links.clear()
    world.end["head"] = {"seq": 0, "hash": "00"}


@finds(1, "seq=1 reason=unlinked")
def begun_from_another_start(world: World) -> None:
    at(world, 1)["prev"] = "01"
    at(world, 1)["hash"] = hash_of(at(world, 1))
    rehash(world, 2)
    world.checkpoints = witnessed(world.links, [5, 10])


def _column_edited(name: str) -> None:
    def edit(world: World) -> None:
        at(world, 3)["columns"][name] = str(uuid.UUID(int=77))

    edit.__name__ = f"column_{name}_edited"
    finds(1, "seq=3 reason=columns")(edit)


for _name in ("event", "site", "actor", "target", "case", "patient"):
    _column_edited(_name)


# --- of one site ------------------------------------------------------------------------------------------------------


def of_one_site(world: World) -> None:
    world.begin["scope"] = str(HERE)
    world.links = [
        link if link["columns"]["site"] == str(HERE) else {"seq": link["seq"], "hash": link["hash"]}
        for link in world.links
    ]


@finds(0, "holds exported_at=2026-05-01T12:00:00+00:00 events=14 of_other_sites=4 checkpoints=2")
def nothing_of_one_site(world: World) -> None:
    of_one_site(world)


@finds(1, "seq=4 reason=changed")
def body_edited_of_one_site(world: World) -> None:
    of_one_site(world)
    rebody(at(world, 4), actor="Nobody")


@finds(1, "seq=13 reason=unlinked")
def hidden_hash_edited_of_one_site(world: World) -> None:
    of_one_site(world)
    at(world, 12)["hash"] = "22" * 32


@finds(1, "seq=3 reason=rewritten")
def hidden_hash_edited_where_it_was_witnessed(world: World) -> None:
    of_one_site(world)
    at(world, 3)["hash"] = "22" * 32


@finds(3, "'body'")
def link_hidden_in_a_whole_export(world: World) -> None:
    world.links[11] = {"seq": 12, "hash": at(world, 12)["hash"]}


# --- the witness ------------------------------------------------------------------------------------------------------


@finds(2, "line=1 reason=signature")
def witness_signed_by_another_key(world: World) -> None:
    world.checkpoints = []
    add_checkpoint(world.checkpoints, world.links, 5, at=EXPORTED_AT, by=2)


@finds(2, "line=1 reason=signature")
def witness_signed_for_another_purpose(world: World) -> None:
    world.checkpoints = [signed(world.checkpoints[0], domain=b"rounds/1\0report\0")]


@finds(2, "line=2 reason=signature")
def witness_names_an_unknown_key(world: World) -> None:
    world.checkpoints[1] = signed(world.checkpoints[1] | {"key": "k-2"})


@finds(2, "line=2 reason=signature")
def witness_hash_edited(world: World) -> None:
    world.checkpoints[1]["hash"] = "33" * 32


@finds(2, "line=2 reason=signature")
def witness_signature_is_no_base64(world: World) -> None:
    world.checkpoints[1]["signature"] = "A"


@finds(2, "line=1 reason=order")
def witness_line_taken_out(world: World) -> None:
    del world.checkpoints[0]


@finds(2, "line=2 reason=order")
def witness_line_of_another_history(world: World) -> None:
    """Rightly signed and in its place, but it does not follow the line before."""
    world.checkpoints[1] = signed(world.checkpoints[1] | {"previous": "44" * 32})


@finds(2, "line=2 reason=order")
def witness_line_begins_later(world: World) -> None:
    world.checkpoints[1] = signed(world.checkpoints[1] | {"first": 7})


@finds(0, "holds")
def witness_line_torn(world: World) -> None:
    world.checkpoints[1:1] = ['{"at":"2026-', "[]", "{}", '"signature"']


@finds(0, "holds exported_at=2026-05-01T12:00:00+00:00 events=14 of_other_sites=0 checkpoints=0 witnessed_to=0 "
          "not_yet_witnessed=14")  # fmt: skip
def witness_empty(world: World) -> None:
    world.checkpoints.clear()


@finds(0, "holds")
def witness_signed_by_an_older_key_that_is_given(world: World) -> None:
    """As after a rotation."""
    world.checkpoints[1] = signed(world.checkpoints[1] | {"key": "k-0"}, 3)
    world.keys["k-0"] = base64.b64encode(key(3).public_key().public_bytes_raw()).decode()


# --- cannot be read ---------------------------------------------------------------------------------------------------


@finds(3, "cut off")
def export_cut_off(world: World) -> None:
    world.end.clear()


@finds(3, "not an export")
def export_of_another_form(world: World) -> None:
    world.begin["format"] = "rounds-audit-2"


@finds(3, "no JSON")
def export_torn(world: World) -> None:
    world.links[3] = '{"seq":'


@finds(3, "keys")
def keys_are_a_list(world: World) -> None:
    world.keys = []  # type: ignore[assignment]


@finds(3, "keys")
def key_too_short(world: World) -> None:
    world.keys[KEY_ID] = "AAAA"
