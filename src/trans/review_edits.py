"""The English of sentences as editors corrected it: corrections of sentences, of summaries, of names. Pure; knows no flag.

A correction of a sentence is for its Arabic, wherever in the article it stands; so is one of a name. Each has its turn in the
order of the events: a name that was corrected later is corrected in what an editor wrote before, too.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from trans.brief import Brief, Edit, Passage, Sentence, Summary, SummaryEdit
from trans.checks.support import draws_on
from trans.phrases import Phrases, words
from trans.review_events import MAX_TEXT, Event, sha256_of

# What a word may hold beside letters and digits: accents that are characters of their own, an apostrophe before a letter, as in
# Sana'a. That of a possessive is none of the name.
_BEFORE = r"(?<![\w\u0300-\u036f])(?<!\w['’ʻʼ‘`])"
_AFTER = r"(?![\w\u0300-\u036f]|['’ʻʼ‘`](?![sS]\b)\w)"

Numbered = tuple[int, Event]


@dataclass(frozen=True, slots=True)
class _Text:
    """The English of a sentence in the making; ``last`` is the event that wrote it, None for the machine's."""

    text: str
    last: Event | None = None


class Edits:
    """The corrections that count among ``events``, in their order; each is known by its number in it."""

    def __init__(self, events: Sequence[Event]) -> None:
        live, self._reset = _live(events)
        self.live = tuple(live)
        """Those that were not taken back, of each sentence the last."""
        self.held: set[int] = set()
        """The numbers of those that have found their Arabic in a brief; an editor wrote the others in vain."""
        self._of_text = {event.source_sha256: (n, event) for n, event in self.live if event.kind == "corrected"}
        self._of_summary = {
            _key(event): (n, event) for n, event in self.live if event.kind == "corrected" and event.is_of_summary
        }
        self._names = [(n, event) for n, event in self.live if event.kind == "name"]

    def __call__(self, brief: Brief) -> Brief:
        """Return a brief of the machine's with the corrections in it. Its flags are as they were."""
        if not self.live:
            return brief
        text = brief.article.text
        whole = sha256_of(text)
        return replace(
            brief,
            headline=self._passage(brief.headline),
            decks=tuple(map(self._passage, brief.decks)),
            summaries=tuple(
                self._summary(summary, brief, (whole, str(number)))
                for number, summary in enumerate(brief.summaries, start=1)
            ),
            paragraphs=tuple(map(self._passage, brief.paragraphs)),
        )

    def _passage(self, passage: Passage, instead: str = "", since: int = -1) -> Passage:
        """``instead`` is the Arabic where a sentence has none of its own: that which a summary of the English is made from."""
        return replace(passage, sentences=tuple(self._sentence(one, instead, since) for one in passage.sentences))

    def _sentence(self, sentence: Sentence, instead: str, since: int) -> Sentence:
        found = [self._of_text.get(sha) for sha in _keys(sentence.source)] if self._of_text and sentence.source else []
        correction = max(filter(None, found), default=None, key=_number)
        if self._reset:
            since = max(since, *(self._reset.get((sha,), -1) for sha in _keys(sentence.source)))
        made = self._folded(_Text(sentence.target), correction, sentence.source or instead, since)
        if made.last is None:
            return sentence
        edit = Edit(made.last.by, made.last.at, sentence.target, sentence.translation)
        return replace(sentence, target=made.text, translation=None, edit=edit)

    def _summary(self, summary: Summary, brief: Brief, key: tuple[str, ...]) -> Summary:
        correction = self._of_summary.get(key)
        if correction is None:
            since = self._reset.get(key, -1)
            return replace(summary, english=self._passage(summary.english, brief.article.text, since))
        # The Arabic beside which the editor wrote: the summariser may have made another since.
        said = correction[1].source
        arabic = said if said and len(said) < MAX_TEXT else summary.arabic
        drawn = summary.draws_on
        if arabic != summary.arabic:
            drawn = draws_on(arabic, [paragraph.text for paragraph in brief.article.paragraphs])
        machine = summary.english.target
        made = self._folded(_Text(machine), correction, arabic or brief.article.text)
        last = made.last or correction[1]
        sentence = Sentence(arabic, "", made.text, literal=not arabic, edit=Edit(last.by, last.at, machine))
        return replace(
            summary,
            arabic=arabic,
            english=Passage((sentence,)),
            decode=None,
            draws_on=drawn,
            edit=SummaryEdit(summary.arabic, summary.english, summary.decode, summary.draws_on),
        )

    def _folded(self, text: _Text, correction: Numbered | None, arabic: str, since: int = -1) -> _Text:
        """Return what becomes of a text by its own correction and by those of the names in its Arabic ``since`` a number."""
        machine = text.text
        named = [(n, event) for n, event in self._names if arabic and has_name(event.source, arabic)]
        self.held |= {n for n, _ in named if n < since}
        turns = [(n, event) for n, event in named if n >= since]
        for n, event in sorted([*turns, *([correction] if correction else [])], key=_number):
            if event.kind == "corrected":
                self.held.add(n)
                text = _Text(event.new, event)
                continue
            renamed = with_name(text.text, event.old, event.new)
            if renamed != text.text:
                text = _Text(renamed, event)
            if _whole_word(event.new).search(text.text):
                self.held.add(n)
        # Names there and back again are no edit.
        return text if correction or text.text != machine else _Text(machine)


def without_edits(brief: Brief) -> Brief:
    """Return the brief with the machine's English everywhere. Its flags are as they were."""
    return replace(
        brief,
        headline=_machine(brief.headline),
        decks=tuple(map(_machine, brief.decks)),
        summaries=tuple(map(_machine_summary, brief.summaries)),
        paragraphs=tuple(map(_machine, brief.paragraphs)),
    )


def edits_of(brief: Brief) -> tuple[Edit, ...]:
    """Return the edits of a brief in the order of ``parts``; none where it is all the machine's."""
    sentences = (sentence for _, _, passage in brief.parts() for sentence in passage.sentences)
    return tuple(sentence.edit for sentence in sentences if sentence.edit)


def has_name(name: str, arabic: str) -> bool:
    """Say whether an Arabic text has the name, in whatever clitics and spelling."""
    return bool(_phrases(name).find(arabic))


def with_name(english: str, old: str, new: str) -> str:
    """Return the English with ``new`` for each ``old`` that is a word of its own, or several; a possessive's s stays.

    Where ``new`` stands already it is left alone: 'Assad' becomes 'al-Assad', and 'al-Assad' stays.
    """
    # At one place 'al-Assad Street' is tried before 'al-Assad'.
    return _replaced(old, new).sub(lambda found: found[0] if found["new"] else new, english)


@lru_cache(maxsize=256)
def _phrases(name: str) -> Phrases[None]:
    return Phrases([(name, None)])


@lru_cache(maxsize=256)
def _replaced(old: str, new: str) -> re.Pattern[str]:
    return re.compile(f"{_BEFORE}(?:(?P<new>{_spaced(new)})|{_spaced(old)}){_AFTER}")


@lru_cache(maxsize=256)
def _whole_word(text: str) -> re.Pattern[str]:
    return re.compile(f"{_BEFORE}{_spaced(text)}{_AFTER}")


def _spaced(text: str) -> str:
    return r"\s+".join(map(re.escape, text.split()))


def _live(events: Sequence[Event]) -> tuple[list[Numbered], dict[tuple[str, ...], int]]:
    """Return the corrections that were not taken back, of each sentence the last, with their numbers, in order.

    And by their keys the sentences that had none to be taken back: there it was the names corrected before.
    """
    kept: dict[tuple[str, ...], list[Numbered]] = {}
    reset: dict[tuple[str, ...], int] = {}
    for numbered in enumerate(events):
        event = numbered[1]
        if event.kind == "corrected":
            kept[_key(event)] = [numbered]
        elif event.kind == "name":
            kept.setdefault(_key(event), []).append(numbered)
        elif event.kind == "reverted":
            # A sentence of a summary may have been corrected there: it is the same sentence.
            several = [key for key in kept if key[0] == event.source_sha256] if len(_key(event)) == 1 else [_key(event)]
            taken = [one for key in several for one in kept.pop(key, ())]
            if event.old and not event.source_sha256:
                kept[_key(event)] = [one for one in taken if one[1].old != event.old]
            elif event.source_sha256 and not taken:
                reset[_key(event)] = numbered[0]
    return sorted((one for several in kept.values() for one in several), key=_number), reset


def _key(event: Event) -> tuple[str, ...]:
    """Return what a correction and the event that takes it back have in common."""
    if not event.source_sha256 or event.kind == "name":
        return ("name", *(word.form for word in words(event.source)))
    return (event.source_sha256, str(event.paragraph)) if event.where == "summary" else (event.source_sha256,)


def _number(numbered: Numbered) -> int:
    return numbered[0]


def _keys(source: str) -> Iterator[str]:
    """Yield what a sentence is known by: its Arabic, and that with single spaces, as tables made elsewhere have it."""
    yield sha256_of(source)
    if (spaced := " ".join(source.split())) != source:
        yield sha256_of(spaced)


def _machine(passage: Passage) -> Passage:
    if not any(sentence.edit for sentence in passage.sentences):
        return passage
    return replace(passage, sentences=tuple(map(_machine_sentence, passage.sentences)))


def _machine_sentence(sentence: Sentence) -> Sentence:
    edit = sentence.edit
    return replace(sentence, target=edit.machine, translation=edit.translation, edit=None) if edit else sentence


def _machine_summary(summary: Summary) -> Summary:
    edit = summary.edit
    if edit is None:
        return replace(summary, english=_machine(summary.english))
    return replace(
        summary,
        arabic=edit.arabic,
        english=_machine(edit.english),
        decode=edit.decode,
        draws_on=edit.draws_on,
        edit=None,
    )
