"""``python -m training.plot translator|summarizer``: a run's losses and speed, from its last checkpoint, as a PNG."""

import argparse
import json
from pathlib import Path

from matplotlib.figure import Figure

from training.place import RUNS, checkpoints


def plot(run: str, output: Path | None = None) -> Path:
    """Draw ``runs/RUN.png`` (or ``output``) and return its path."""
    if not checkpoints(run):
        raise SystemExit(f"no checkpoint: run python -m training.{run} first")
    state = json.loads((checkpoints(run)[-1] / "trainer_state.json").read_text(encoding="utf-8"))
    figure = Figure(figsize=(8, 6), layout="constrained")
    losses, speed = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    for key, label in (
        ("loss", "training, smoothed labels and guide included"),
        ("eval_loss", "held out, cross entropy"),
    ):
        rows = [row for row in state["log_history"] if key in row]
        losses.plot([row["step"] for row in rows], [row[key] for row in rows], label=label)
    losses.set(title=f"{run}: loss a target piece (nats)", yscale="log")
    losses.legend()
    rows = [row for row in state["log_history"] if "tokens_per_s" in row]
    speed.plot([row["step"] for row in rows], [row["tokens_per_s"] for row in rows], color="tab:gray")
    speed.set(xlabel="step", ylabel="target pieces a second", ylim=(0, None))
    for axes in (losses, speed):
        axes.grid(alpha=0.3)
    path = output or RUNS / f"{run}.png"
    figure.savefig(path, dpi=110)
    return path


def main() -> None:
    """Parse the command line and draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", choices=["translator", "summarizer"])
    parser.add_argument("--output", type=Path, help="the PNG; default: beside the run")
    args = parser.parse_args()
    print(plot(args.run, args.output))


if __name__ == "__main__":
    main()
