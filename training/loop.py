"""What the two trainings share: batches of a fixed size in tokens, and Trainer's settings.

It knows neither networks nor vocabularies: a caller hands it lengths and a function that makes tensors of a batch.
"""

import argparse
import os
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch.nn import functional
from torch.utils.data import Dataset
from transformers import PreTrainedModel, Trainer, TrainingArguments

from training.optimizer import Muon
from training.place import RUNS, checkpoints

SEED = 20260701

# The Transformer paper's (Vaswani et al. 2017).
LABEL_SMOOTHING = 0.1

# Processes that torchrun started. One single-threaded process a core beats two threads on a busy machine, where every
# operation waits for the slower thread. Seen once beside one other program: 800 tokens/s with one thread, 670 with two.
PROCESSES = int(os.environ.get("WORLD_SIZE", "1"))

SAVE_STEPS = 100

# Share of the steps, the last ones, over which the learning rate falls to zero, as one minus a square root (Haegele et
# al. 2024).
COOLDOWN = 0.2

Tensors = dict[str, torch.Tensor]

# Loss value that cross_entropy skips: Hugging Face's convention for padding in labels.
IGNORED = -100


@dataclass(frozen=True, slots=True)
class Schedule:
    """How a network is stepped.

    After the warm-up the learning rate stays constant until the COOLDOWN, so that a run can be resumed with more steps
    for as long as there is time, and ends with as many as have been done and a quarter more.
    """

    learning_rate: float
    weight_decay: float
    warmup_steps: int


def token_batches(lengths: Sequence[int], budget: int, rng: random.Random) -> list[list[int]]:
    """Group indices of similar length so that (longest length) x (count) stays within ``budget`` tokens."""
    # One token of noise mixes what has the same length anew in every epoch.
    order = sorted(range(len(lengths)), key=lambda i: lengths[i] + rng.random())
    batches: list[list[int]] = [[]]
    for i in order:
        if batches[-1] and lengths[i] * (len(batches[-1]) + 1) > budget:
            batches.append([])
        batches[-1].append(i)
    rng.shuffle(batches)
    return batches


class Batches(Dataset[Tensors]):
    """A list of whole batches as a dataset: item n is what step n learns, so that a run can be resumed.

    ``encode(n, examples)`` makes the tensors of step n. ``every[i]`` says in how many epochs example i occurs once: 1
    is each, 2 is every other one. Under torchrun a step is shared out, one item of ``budget / processes`` tokens each.
    """

    def __init__(
        self,
        encode: Callable[[int, list[int]], Tensors],
        lengths: Sequence[int],
        every: Sequence[int],
        budget: int,
        steps: int,
    ) -> None:
        self._encode = encode
        budget, steps = budget // PROCESSES, steps * PROCESSES
        rng = random.Random(SEED)
        self._batches: list[list[int]] = []
        epoch = 0
        while len(self._batches) < steps:
            chosen = [i for i in range(len(lengths)) if (i + epoch) % every[i] == 0]
            batches = token_batches([lengths[i] for i in chosen], budget, rng)
            self._batches += [[chosen[i] for i in batch] for batch in batches]
            epoch += 1
        del self._batches[steps:]

    def __len__(self) -> int:
        return len(self._batches)

    def __getitem__(self, step: int) -> Tensors:
        return self._encode(step, self._batches[step])


def only(items: list[Tensors]) -> Tensors:
    """Collate: an item of ``Batches`` is a whole batch already."""
    [item] = items
    return item


def pad(rows: Sequence[Sequence[int]], value: int) -> torch.Tensor:
    """Stack rows of numbers into a tensor of shape (rows, longest row)."""
    width = max(map(len, rows))
    return torch.tensor([[*row, *[value] * (width - len(row))] for row in rows])


def smoothed_loss(logits: torch.Tensor, labels: torch.Tensor, *, training: bool) -> torch.Tensor:
    """Return the mean cross entropy: smoothed in training, plain in evaluation so that runs can be compared."""
    return functional.cross_entropy(logits, labels, label_smoothing=LABEL_SMOOTHING if training else 0.0)


class TokenTrainer(Trainer):  # type: ignore[misc]
    """Trainer with its speed in the log. The loss is the model's own business (its ``forward``)."""

    _tokens = 0
    _since = time.monotonic()

    def training_step(self, model: Any, inputs: Tensors, *args: Any, **kwargs: Any) -> torch.Tensor:
        """Count the real target tokens of the step, then do it."""
        self._tokens += int((inputs["labels"] != IGNORED).sum()) * self.args.world_size
        loss: torch.Tensor = super().training_step(model, inputs, *args, **kwargs)
        return loss

    def log(self, logs: dict[str, float], start_time: float | None = None) -> None:
        """Add target tokens a second since the last line."""
        if "loss" in logs:
            now = time.monotonic()
            logs["tokens_per_s"] = round(self._tokens / (now - self._since))
            self._tokens, self._since = 0, now
        super().log(logs, start_time)


def train(
    name: str,
    model: PreTrainedModel,
    batches: Batches,
    dev: Batches,
    schedule: Schedule,
    *,
    bf16: bool,
) -> None:
    """Train for as many steps as there are ``batches``, from the last checkpoint under ``runs/NAME`` if there is one."""
    trainer = TokenTrainer(
        model=model,
        args=_arguments(name, len(batches) // PROCESSES, schedule, bf16=bf16),
        train_dataset=batches,
        eval_dataset=dev,
        data_collator=only,
        optimizers=(Muon(model.named_parameters(), schedule.learning_rate, schedule.weight_decay), None),
    )
    before = checkpoints(name)
    trainer.train(resume_from_checkpoint=str(before[-1]) if before else None)


def command_line(train: Callable[..., None], steps: int, description: str | None) -> None:
    """Be the command of one training: ``train(steps, bf16=...)`` with what the user gives, ``steps`` by default."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--steps", type=int, default=steps, help="batches in all, those before a resume included")
    parser.add_argument("--bf16", action="store_true", help="mixed precision: faster with AVX512-BF16, AMX or a GPU")
    args = parser.parse_args()
    train(args.steps, bf16=args.bf16)


def _arguments(name: str, steps: int, schedule: Schedule, *, bf16: bool) -> TrainingArguments:
    """Return Trainer's settings for a run of ``steps`` batches that are kept under ``runs/NAME``."""
    return TrainingArguments(
        output_dir=str(RUNS / name),
        max_steps=steps,
        # An item of Batches is a whole batch already, in its order.
        per_device_train_batch_size=1,
        per_device_eval_batch_size=1,
        train_sampling_strategy="sequential",
        learning_rate=schedule.learning_rate,
        max_grad_norm=1.0,
        lr_scheduler_type="warmup_stable_decay",
        lr_scheduler_kwargs={"num_decay_steps": round(steps * COOLDOWN), "decay_type": "1-sqrt"},
        warmup_steps=schedule.warmup_steps,
        # Every few minutes one of 60 MB, more than are averaged.
        save_steps=min(SAVE_STEPS, max(1, steps // 2)),
        save_total_limit=12,
        eval_strategy="steps",
        eval_steps=min(SAVE_STEPS, max(1, steps // 2)),
        prediction_loss_only=True,
        logging_steps=50,
        # Batches hold exactly what compute_loss takes.
        remove_unused_columns=False,
        report_to=[],
        disable_tqdm=True,
        use_cpu=not torch.cuda.is_available(),
        bf16=bf16,
        ddp_backend="gloo" if PROCESSES > 1 else None,
        ddp_find_unused_parameters=False if PROCESSES > 1 else None,
        seed=SEED,
        dataloader_pin_memory=False,
    )
