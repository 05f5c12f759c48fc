"""Which of the listed briefs are versions of one item, so that the newest stands for all, and which tell one story that was filed
more than once. Pure: briefs in, briefs out.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from trans.alike import NOTHING_IN_COMMON, groups, similarity
from trans.article import Article, Metadata, Source
from trans.identity import Age, age, is_unique, web_item
from trans.index_entry import Also, Copy, Listed
from trans.phrases import folded

COPIES_TOLD = 5
"""Other copies of a story that a brief names; a list of thousands of the same would be nothing else."""


def newest(briefs: Iterable[Listed]) -> list[Listed]:
    """Return one brief an item, the newest version's. What has nothing in common with it stays: to list one too many is better
    than to lose one. Of an item that its publisher took back by its own id all are killed.
    """
    items: dict[str, list[Listed]] = defaultdict(list)
    for listed in briefs:
        items[listed.item].append(listed)
    return [listed for versions in items.values() for listed in (_newest(versions) if len(versions) > 1 else versions)]


def with_copies(briefs: Sequence[Listed]) -> list[Listed]:
    """Return the briefs in their order, each with the others of its story, those that were filed first before others."""
    found = list(briefs)
    for group in groups([listed.entry.signature for listed in briefs]):
        in_time = sorted(group, key=lambda place: (briefs[place].when, briefs[place].entry.id))
        told = [_copy(briefs[place]) for place in in_time[: COPIES_TOLD + 1]]
        story = briefs[in_time[0]].entry.id
        for at, place in enumerate(in_time):
            copies = [copy for other, copy in enumerate(told) if other != at][:COPIES_TOLD]
            found[place] = replace(briefs[place], also=Also(story, tuple(copies), len(group) - 1 - len(copies)))
    return found


def _newest(versions: list[Listed]) -> list[Listed]:
    kept: list[Listed] = []
    for listed in sorted(versions, key=_age, reverse=True):
        if all(_is_another(listed, other) for other in kept):
            kept.append(listed)
    # An address may be one that a site gives to all its pages: what is killed under it says nothing of the others.
    item = kept[0].item
    if not kept[0].entry.killed or not is_unique(item) or web_item(item):
        return kept
    return [replace(listed, entry=replace(listed.entry, killed=True)) for listed in kept]


def _age(listed: Listed) -> Age:
    entry = listed.entry
    about = Metadata(published=entry.published, received=entry.received, version=entry.version)
    return age(Article(entry.id, Source(entry.id, "", "", 0), "", (), (), about))


def _is_another(one: Listed, other: Listed) -> bool:
    """Say whether two briefs of one name, as of an address that a site gives to all its pages, are of two articles."""
    if similarity(one.entry.signature, other.entry.signature) > NOTHING_IN_COMMON:
        return False
    return folded(one.entry.headline_arabic) != folded(other.entry.headline_arabic)


def _copy(listed: Listed) -> Copy:
    return Copy(listed.entry.dateline or listed.entry.id, listed.page, listed.entry.killed)
