"""PyTorch transformers behind the engine protocol: the reference that CTranslate2 is checked against.

Knows a Hugging Face checkpoint folder. Nothing of the checkpoint's generation settings is used: each comes from the
``Decoding``.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from trans.engines.gpu import no_room, out_of_memory
from trans.engines.pieced import Output, PiecesEngine
from trans.engines.pieces import Pieces
from trans.engines.placement import Placement
from trans.engines.pool import pool
from trans.engines.torch_model import load_model
from trans.errors import TransError
from trans.translation import Decoding

FORMATS = {"cpu": ("float32", "bfloat16"), "cuda": ("float16", "bfloat16", "float32")}

# Bytes of logits that scoring may hold at once: 250,112 pieces x 84 tokens in float32 are 84 MB a hypothesis.
_SCORING_BYTES = 256 * 2**20


class TransformersEngine(PiecesEngine):
    """Decodes batch after batch in one thread; torch uses the cores inside a batch.

    In float32 its outputs are CTranslate2's, piece by piece. With a prefix and several beams they may differ: generate doesn't
    count the prefix in the lengths it weighs hypotheses by. It does where outputs are forced to begin with a language's code:
    there code and prefix are written step by step, as the only choice.
    """

    name = "transformers"

    def __init__(
        self,
        folder: Path,
        pieces: Pieces,
        placement: Placement,
        *,
        fingerprint: str = "",
        quantization: str = "float32",
        batch_tokens: int | None = None,
    ) -> None:
        super().__init__(
            pieces, placement, fingerprint=fingerprint, quantization=quantization, batch_tokens=batch_tokens
        )
        self._folder = folder

    @property
    def model(self) -> Any:
        """The loaded torch model, for the converter."""
        self.load()
        return self._model

    def _load(self) -> Any:
        # In the thread that decodes: transformers changes torch's default number format while it loads a model.
        return pool(self.placement.slots).submit(self._load_here).result()

    def _load_here(self) -> Any:
        model = load_model(self._folder, self.quantization)
        if self.placement.device == "cpu":
            return model
        import torch

        if not torch.cuda.is_available():
            raise TransError(
                "This PyTorch can't use the GPU",
                "Install a CUDA build of torch, or run with --engine ctranslate2 or --device cpu.",
            )
        try:
            return model.to("cuda")
        except RuntimeError as error:
            if out_of_memory(error):
                raise no_room(self._folder) from error
            raise

    def _choices(self) -> int:
        return len(self.pieces.vocabulary)  # what may not be written is ruled out afterwards

    def _free(self) -> None:
        import torch

        torch.cuda.empty_cache()

    def _decode_batch(
        self, model: Any, rows: list[list[str]], length: int, prefix: list[str], decoding: Decoding
    ) -> list[list[Output]]:
        import torch
        from transformers.modeling_outputs import BaseModelOutput

        with torch.inference_mode():
            ids, mask = self._padded(rows, length)
            given = [self.pieces.ids[piece] for piece in (*self.pieces.forced, *prefix)]
            steps = given if self.pieces.forced else []
            start = torch.tensor([[self.pieces.start_id, *given[len(steps) :]]] * len(rows)).to(model.device)
            states = model.get_encoder()(input_ids=ids, attention_mask=mask).last_hidden_state
            rules = self._rules(decoding, states.device)
            with _raw_logits(model) as raw:
                made = model.generate(
                    # generate expands this object in place
                    encoder_outputs=BaseModelOutput(last_hidden_state=states),
                    attention_mask=mask,
                    decoder_input_ids=start,
                    generation_config=self._generation(decoding, given, steps),
                    logits_processor=[
                        lambda ids, _: self._choices_after(rules, ids[:, 1:], raw[0].float(), steps, decoding.beam_size)
                    ],
                )
            copies = decoding.hypotheses
            states, mask = states.repeat_interleave(copies, 0), mask.repeat_interleave(copies, 0)
            written = [self._cut(row) for row in made[:, 1:].tolist()]
            scores = self._scores(model, states, mask, written, len(given), rules)
        vocabulary, forced = self.pieces.vocabulary, len(self.pieces.forced)
        outputs = [
            Output([vocabulary[index] for index in row[forced:]], score)
            for row, score in zip(written, scores, strict=True)
        ]
        return [outputs[first : first + copies] for first in range(0, len(outputs), copies)]

    def _padded(self, sources: list[list[str]], length: int) -> tuple[Any, Any]:
        """Return ids and attention mask, both of shape (texts, ``length``)."""
        import torch

        ids = torch.full((len(sources), length), self.pieces.pad_id)
        mask = torch.zeros((len(sources), length), dtype=torch.long)
        for row, source in enumerate(sources):
            ids[row, : len(source)] = torch.tensor([self.pieces.ids[piece] for piece in source])
            mask[row, : len(source)] = 1
        return ids.to(self.placement.device), mask.to(self.placement.device)

    def _cut(self, row: list[int]) -> list[int]:
        """Return a row of ``generate`` up to its end-of-sentence, without the padding after it."""
        return row[: row.index(self.pieces.eos_id) + 1] if self.pieces.eos_id in row else row

    def _choices_after(self, rules: list[Any], written: Any, logits: Any, steps: list[int], beam_size: int) -> Any:
        """Return the scores of the next piece after ``written``, both of shape (rows, ..).

        Where outputs are forced to begin with ``steps`` these are log-probabilities, and the forced pieces are free; else
        generate makes them of the logits.
        """
        scores = _apply(rules, written, logits)
        if not steps:
            return scores
        done = written.shape[1]
        if done < len(steps):
            only = scores.new_full(scores.shape, -math.inf)
            only[:, steps[done]] = 0.0
            return only
        scores = scores.log_softmax(-1)
        return self._first_choices(scores, beam_size) if done == len(steps) else scores

    def _first_choices(self, scores: Any, beam_size: int) -> Any:
        """Return ``scores`` of the first piece after what was given with no end in it but where that is the best piece.

        So CTranslate2 has it: an end further down takes one of the beams along, until the next piece.
        """
        end = self.pieces.eos_id
        best = scores.topk(beam_size).indices
        falls = (best[:, 1:] == end).any(-1, keepdim=True)
        left = scores.new_full(scores.shape, -math.inf).scatter(1, best, scores.gather(1, best))
        scores = left.where(falls, scores)
        scores[best[:, 0] != end, end] = -math.inf
        return scores

    def _generation(self, decoding: Decoding, given: list[int], steps: list[int]) -> Any:
        from transformers import GenerationConfig

        return GenerationConfig(
            do_sample=False,
            num_beams=decoding.beam_size,
            num_return_sequences=decoding.hypotheses,
            # CTranslate2 stops at as many finished hypotheses as beams, too.
            early_stopping=decoding.beam_size > 1,
            # With one beam there is nothing to weigh, and generate says so aloud.
            length_penalty=decoding.length_penalty if decoding.beam_size > 1 else 1.0,
            # These are applied by _rules, which see raw logits.
            repetition_penalty=1.0,
            no_repeat_ngram_size=0,
            suppress_tokens=None,
            renormalize_logits=not steps,
            # Of what is given max_tokens counts the prefix, generate what it writes itself.
            max_new_tokens=decoding.max_tokens + len(self.pieces.forced) - (len(given) - len(steps)),
            max_length=None,
            min_length=0,
            forced_bos_token_id=None,
            forced_eos_token_id=None,
            bad_words_ids=None,
            use_cache=True,
            decoder_start_token_id=self.pieces.start_id,
            eos_token_id=self.pieces.eos_id,
            pad_token_id=self.pieces.pad_id,
            bos_token_id=None,
        )

    def _rules(self, decoding: Decoding, device: Any) -> list[Any]:
        """Return what changes the logits before the softmax, as in CTranslate2.

        generate's own beam search penalises log-probabilities instead, after the softmax: other outputs.
        """
        import torch
        from transformers import generation

        rules: list[Any] = []
        if decoding.repetition_penalty != 1.0:
            rules.append(generation.RepetitionPenaltyLogitsProcessor(decoding.repetition_penalty))
        if decoding.no_repeat_ngram_size:
            rules.append(generation.NoRepeatNGramLogitsProcessor(decoding.no_repeat_ngram_size))
        banned = torch.zeros(len(self.pieces.vocabulary), dtype=torch.bool, device=device)
        banned[self.pieces.banned] = True
        # transformers' own processor would look 200,000 ids up at each step.
        rules.append(lambda _, logits: logits.masked_fill(banned, -math.inf))
        return rules

    def _scores(
        self, model: Any, states: Any, mask: Any, rows: list[list[int]], given: int, rules: list[Any]
    ) -> list[float]:
        """Return each row's log-probability a piece: the first ``given`` are free, and only forced ones not counted.

        One pass over finished outputs. ``generate`` would have to keep every step's logits for them: gigabytes.
        """
        import torch

        longest = max(len(row) for row in rows)
        step = max(1, _SCORING_BYTES // (4 * longest * len(self.pieces.vocabulary)))
        scores: list[float] = []
        for first in range(0, len(rows), step):
            chunk = rows[first : first + step]
            target = torch.full((len(chunk), longest + 1), self.pieces.pad_id)
            target[:, 0] = self.pieces.start_id
            for index, row in enumerate(chunk):
                target[index, 1 : len(row) + 1] = torch.tensor(row)
            target = target.to(states.device)
            logits = model(
                encoder_outputs=(states[first : first + step],),
                attention_mask=mask[first : first + step],
                decoder_input_ids=target[:, :-1],
                use_cache=False,
            ).logits
            lengths = torch.tensor([len(row) for row in chunk], device=states.device)
            counted = (lengths - len(self.pieces.forced)).clamp(min=1)
            totals = torch.zeros(len(chunk), dtype=torch.float32, device=states.device)
            for position in range(given, longest):
                step_logits = _apply(rules, target[:, 1 : position + 1], logits[:, position].float())
                chosen = step_logits.log_softmax(-1).gather(1, target[:, position + 1 : position + 2])[:, 0]
                totals += torch.where(position < lengths, chosen, 0.0)
            scores += (totals / counted).tolist()
        return scores


def _apply(rules: list[Any], ids: Any, logits: Any) -> Any:
    """Return the logits that the rules leave for the next piece after ``ids``; both of shape (rows, ..)."""
    for rule in rules:
        logits = rule(ids, logits)
    return logits


@contextmanager
def _raw_logits(model: Any) -> Iterator[list[Any]]:
    """Give a list of one: the last step's logits, of shape (rows, pieces), as the model made them."""
    last: list[Any] = [None]

    def keep(_module: Any, _inputs: Any, output: Any) -> None:
        last[0] = output.logits[:, -1]

    hook = model.register_forward_hook(keep)
    try:
        yield last
    finally:
        hook.remove()
