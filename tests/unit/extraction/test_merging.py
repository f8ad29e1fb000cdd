"""Three texts side by side: what one changed is taken, what both changed is asked, and nothing is lost."""

from hypothesis import given
from hypothesis import strategies as st

from extraction.merging import BOTH, CONFLICT, MINE, SAME, THEIRS, Resolved, _taken, three_way

BASE = ["Say what stands there.", "Quote it.", "Never guess.", "Units as written.", "Answer in JSON."]


def kinds(mine: list[str], theirs: list[str], base: list[str] = BASE) -> list[str]:
    return [one.kind for one in three_way(base, mine, theirs)]


def text(mine: list[str], theirs: list[str], **resolved: Resolved) -> list[str]:
    known = {int(number[1:]): one for number, one in resolved.items()}
    return [line for one in three_way(BASE, mine, theirs) for line in _taken(one, known)]


def test_changes_in_different_places_come_together():
    mine = ["Say what stands there, and where.", *BASE[1:]]
    theirs = [*BASE[:4], "Answer in JSON, nothing else."]

    assert kinds(mine, theirs) == [MINE, SAME, THEIRS]
    assert text(mine, theirs) == [mine[0], *BASE[1:4], theirs[4]]


def test_what_both_changed_alike_is_no_conflict():
    mine = theirs = [*BASE[:2], "Never guess, never sum.", *BASE[3:]]
    assert kinds(mine, theirs) == [SAME, BOTH, SAME]


def test_what_both_changed_differently_is_asked():
    mine = [*BASE[:2], "Never guess a dose.", *BASE[3:]]
    theirs = [*BASE[:2], "Never guess a unit.", *BASE[3:]]

    (conflict,) = [one for one in three_way(BASE, mine, theirs) if one.kind == CONFLICT]
    assert (conflict.base, conflict.mine, conflict.theirs) == ((BASE[2],), (mine[2],), (theirs[2],))
    for choice, lines in (("mine", [mine[2]]), ("theirs", [theirs[2]]), ("both", [mine[2], theirs[2]])):
        assert text(mine, theirs, _0=Resolved(choice)) == [*BASE[:2], *lines, *BASE[3:]]
    assert text(mine, theirs, _0=Resolved("own", "Never guess anything."))[2] == "Never guess anything."


def test_what_one_took_out_and_the_other_changed_is_asked():
    mine, theirs = [*BASE[:2], *BASE[3:]], [*BASE[:2], "Never, ever guess.", *BASE[3:]]
    assert kinds(mine, theirs) == [SAME, CONFLICT, SAME]


def test_nothing_was_changed():
    assert kinds(BASE, BASE) == [SAME]
    assert kinds([], [], []) == []


LINES = st.lists(st.sampled_from("abcdef"), max_size=12)


@given(LINES, LINES, LINES)
def test_each_side_is_whole_in_its_chunks(base: list[str], mine: list[str], theirs: list[str]):
    chunks = list(three_way(base, mine, theirs))
    for name, whole in (("base", base), ("mine", mine), ("theirs", theirs)):
        assert [line for one in chunks for line in getattr(one, name)] == whole


@given(LINES, LINES)
def test_who_changed_nothing_gets_what_the_other_wrote(base: list[str], mine: list[str]):
    for chunks, whole in ((three_way(base, mine, base), mine), (three_way(base, base, mine), mine)):
        assert [line for one in chunks for line in _taken(one, {})] == whole
