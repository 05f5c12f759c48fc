"""The subword vocabularies, in the layouts of the models they imitate.

Trains sentencepiece models and numbers their pieces as opus-mt (one shared ``vocab.json`` over two models) does; mT5
uses sentencepiece's own numbers. It knows nothing of the networks that use the numbers.
"""

import io
import string
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import sentencepiece

EOS, UNK, PAD = "</s>", "<unk>", "<pad>"

# A character the vocabulary lacks is lost in the translation, so what news is written with is in it whatever the
# training text held: ASCII on both sides (Latin names in Arabic text), and on the Arabic side its letters and signs.
_ASCII = "".join(sorted(set(string.printable) - set(string.whitespace)))
_ARABIC = "".join(chr(code) for code in (*range(0x0621, 0x063B), *range(0x0641, 0x064B))) + "،؛؟پچژگڤآ"
_CURRENCY = "€£$"


def train_sentencepiece(texts: Iterable[str], size: int, *, arabic: bool, t5_layout: bool = False) -> bytes:
    """Train a unigram model of ``size`` pieces and return the file's bytes.

    Digits are split, so that a number is copied digit by digit and never looked up as a word. There is no byte
    fallback: the models imitated have none, and a program that uses them must cope with <unk>.
    """
    # mT5: pad 0, </s> 1, <unk> 2, no beginning. Else sentencepiece's defaults, as in opus-mt's own files.
    ids: dict[str, Any] = {"pad_id": 0, "eos_id": 1, "unk_id": 2, "bos_id": -1} if t5_layout else {}
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(texts),
        model_writer=model,
        vocab_size=size,
        model_type="unigram",
        character_coverage=1.0,
        split_digits=True,
        required_chars=_ASCII + _CURRENCY + (_ARABIC if arabic else ""),
        normalization_rule_name="nmt_nfkc",
        num_threads=2,
        minloglevel=2,
        **ids,
    )
    return model.getvalue()


def load(path: Path) -> sentencepiece.SentencePieceProcessor:
    """Open a sentencepiece file."""
    return sentencepiece.SentencePieceProcessor(model_file=str(path))


def pieces(model: sentencepiece.SentencePieceProcessor) -> list[str]:
    """Return the pieces that text can be made of: no control symbols, no <unk>."""
    numbers = range(model.get_piece_size())
    return [model.id_to_piece(i) for i in numbers if not (model.is_control(i) or model.is_unknown(i))]


def marian_vocabulary(source: Path, target: Path) -> dict[str, int]:
    """Number the pieces as opus-mt does: </s>, <unk>, every piece of both sides once, <pad> last.

    The target's pieces come first so that they are one run of numbers: training computes a softmax over it alone.
    """
    union = dict.fromkeys([EOS, UNK, *pieces(load(target)), *pieces(load(source)), PAD])
    return {piece: number for number, piece in enumerate(union)}


def numbers(tokens: Iterable[str], vocabulary: dict[str, int], size: int) -> list[int]:
    """Return the pieces' numbers and </s>'s; what the vocabulary lacks, or numbers ``size`` or higher, is <unk>.

    A target piece may be known from the source side only, and has a number past the target's then.
    """
    found = [vocabulary.get(token, vocabulary[UNK]) for token in tokens]
    return [*(number if number < size else vocabulary[UNK] for number in found), vocabulary[EOS]]


def target_size(target: sentencepiece.SentencePieceProcessor) -> int:
    """Return how many numbers at the vocabulary's start a translation is made of: </s>, <unk>, the target's pieces."""
    return 2 + len(pieces(target))
