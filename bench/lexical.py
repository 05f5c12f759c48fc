"""Would a shortlist chosen for each batch pay? Learned here from the embedded translator's own decodes and attention.

    python bench/lexical.py [--sentences 20000] [--held 1000]

For each source piece the target pieces that the last layer's attention tied to it are counted over the training news; a
batch may then write the most frequent target pieces and the candidates of its own source pieces (CTranslate2's vmap.txt
with keys). Prints, for several numbers of both, how many held-out sentences come out otherwise than with the constant
shortlist, and how many pieces a batch has left; and, to compare, how many do without any shortlist. JSON.
"""

import argparse
import json
import shutil
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from training.corpus import DEV_SENTENCES_PERCENT, is_dev, news_files, read_pairs

from trans.arabic import for_model
from trans.batching import batches
from trans.engines.cores import usable_cores
from trans.engines.pieces import EOS, load_pieces
from trans.models import locate, weights_sha256
from trans.models.copies import converted

# Of attention's weights over the source, what ties a target piece to a source piece beside the largest.
TIED = 0.2
BATCH_TOKENS = 1024
SETTINGS = [(frequent, candidates) for frequent in (200, 1000, 2000) for candidates in (10, 50, 200)]
Batch = tuple[list[list[str]], list[Any]]
OPTIONS = {"beam_size": 4, "max_decoding_length": 320, "max_input_length": 0, "disable_unk": True, "use_vmap": True}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sentences", type=int, default=20_000)
    parser.add_argument("--held", type=int, default=1_000)
    arguments = parser.parse_args()
    folder = locate("embedded:tiny-marian-ar-en", "main", Path(), download=False)
    pieces = load_pieces(folder)
    copy = converted(folder, pieces, weights_sha256(folder), "int8")
    texts = dict.fromkeys(for_model(pair.arabic) for path in news_files() for pair in read_pairs(path, "sentence"))
    seen = [text for text in texts if not is_dev(text, DEV_SENTENCES_PERCENT)][: arguments.sentences]
    held = pieces.encode([text for text in texts if is_dev(text, DEV_SENTENCES_PERCENT)][: arguments.held])
    written, tied = learn(copy, pieces.encode(seen))
    constant = [batch for _, batch in decode(copy, held)]
    free = converted(folder, load_pieces(folder, restricted=False), weights_sha256(folder), "int8")
    unlisted = _changed(decode(free, held, use_vmap=False), constant)
    report = []
    for frequent, candidates in SETTINGS:
        lines = {"": [EOS, *(piece for piece, _ in written.most_common(frequent) if piece != EOS)]}
        lines |= {source: [piece for piece, _ in found.most_common(candidates)] for source, found in tied.items()}
        with tempfile.TemporaryDirectory() as temporary:
            own = Path(shutil.copytree(copy, Path(temporary) / "copy"))
            (own / "vmap.txt").write_text(
                "".join(f"{key}\t{' '.join(value)}\n" for key, value in lines.items()), encoding="utf-8"
            )
            made = decode(own, held)
        left = [
            len({*lines[""], *(piece for row in rows for source in row for piece in lines.get(source, ()))})
            for rows, _ in made
        ]
        report.append(
            {
                "frequent": frequent,
                "candidates": candidates,
                "changed": f"{_changed(made, constant) / len(held):.1%}",
                "pieces_a_batch": round(sum(left) / len(left)),
            }
        )
    json.dump(
        {
            "learned_from": len(seen),
            "held_out": len(held),
            "vocabulary": len(pieces.vocabulary),
            "constant": len(pieces.allowed),
            "changed_without_shortlist": f"{unlisted / len(held):.1%}",
            "settings": report,
        },
        sys.stdout,
        indent=1,
    )
    print()


def _changed(made: list[Batch], before: list[list[Any]]) -> int:
    """Return how many outputs are not what they were; both in the same batches."""
    return sum(
        one != other
        for (_, batch), old in zip(made, before, strict=True)
        for one, other in zip(batch, old, strict=True)
    )


def learn(copy: Path, sources: list[list[str]]) -> tuple[Counter[str], dict[str, Counter[str]]]:
    """Return how often each target piece was written, and by source piece those that attention tied to it."""
    written: Counter[str] = Counter()
    tied: dict[str, Counter[str]] = defaultdict(Counter)
    for rows, made in decode(copy, sources, return_attention=True):
        for source, (target, attention) in zip(rows, made, strict=True):
            written.update(target)
            for piece, weights in zip(target, attention, strict=False):
                best = max(weights)
                for index, weight in enumerate(weights[: len(source)]):
                    if weight == best or weight > TIED:
                        tied[source[index]][piece] += 1
    return written, tied


def decode(copy: Path, sources: list[list[str]], **options: Any) -> list[Batch]:
    """Return batches: source pieces, and the target's with the attention if it is asked for."""
    import ctranslate2

    translator = ctranslate2.Translator(
        str(copy), device="cpu", compute_type="int8", inter_threads=usable_cores(), intra_threads=1
    )
    started = []
    for batch in batches([len(source) for source in sources], BATCH_TOKENS):
        rows = [sources[position] for position in batch.positions]
        started.append((rows, translator.translate_batch(rows, asynchronous=True, **{**OPTIONS, **options})))
    attended = options.get("return_attention", False)
    return [
        (
            rows,
            [
                (result.hypotheses[0], result.attention[0]) if attended else result.hypotheses[0]
                for result in (future.result() for future in futures)
            ],
        )
        for rows, futures in started
    ]


if __name__ == "__main__":
    main()
