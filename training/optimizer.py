"""Muon (Jordan et al. 2024) for matrices and Adam for the rest, in one optimizer that Trainer can checkpoint.

``torch.optim.Muon`` orthogonalises in bfloat16, which processors without it emulate many times slower than float32, and
takes no parameters but matrices. It knows parameters by their shape and name, and no network.
"""

from collections.abc import Iterable
from typing import Any

import torch

# The Muon paper's: coefficients of the quintic iteration, its five rounds, momentum.
_QUINTIC = (3.4445, -4.7750, 2.0315)
_ROUNDS = 5
_MOMENTUM = 0.95
# Makes an update as large as Adam's typical one, so that one learning rate serves both (Liu et al. 2025).
_ADAM_SIZE = 0.2
_ADAM_BETAS = (0.9, 0.98)
_ADAM_EPSILON = 1e-8
# Two-dimensional parameters that are looked up or read off row by row, not multiplied with hidden states.
_TABLES = ("shared", "embed", "lm_head", "relative_attention_bias")


class Muon(torch.optim.Optimizer):
    """Steps hidden matrices along their orthogonalised momentum; embeddings, biases and norms by Adam."""

    def __init__(
        self, named: Iterable[tuple[str, torch.nn.Parameter]], learning_rate: float, weight_decay: float
    ) -> None:
        matrices: list[torch.nn.Parameter] = []
        others: list[torch.nn.Parameter] = []
        for name, parameter in named:
            if parameter.requires_grad:
                hidden = parameter.ndim == 2 and not any(word in name for word in _TABLES)
                (matrices if hidden else others).append(parameter)
        groups: list[dict[str, Any]] = [
            {"params": matrices, "muon": True, "weight_decay": weight_decay},
            {"params": others, "muon": False, "weight_decay": 0.0},
        ]
        super().__init__(groups, {"lr": learning_rate})

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Refuse the state of another optimizer: its groups hold other parameters."""
        if any("muon" not in group for group in state_dict["param_groups"]):
            raise ValueError("the checkpoint is of another optimizer: remove the run's folder to start afresh")
        super().load_state_dict(state_dict)

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:  # type: ignore[override]
        """Take one step. ``closure`` is there for the interface: nothing is evaluated again."""
        del closure
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is not None:
                    (self._muon if group["muon"] else self._adam)(parameter, parameter.grad, group)

    def _muon(self, parameter: torch.nn.Parameter, gradient: torch.Tensor, group: dict[str, Any]) -> None:
        state = self.state[parameter]
        if not state:
            state["momentum"] = torch.zeros_like(parameter)
        state["momentum"].lerp_(gradient, 1 - _MOMENTUM)
        update = orthogonal(gradient.lerp(state["momentum"], _MOMENTUM))
        parameter.mul_(1 - group["lr"] * group["weight_decay"])
        parameter.add_(update, alpha=-group["lr"] * _ADAM_SIZE * max(parameter.shape) ** 0.5)

    def _adam(self, parameter: torch.nn.Parameter, gradient: torch.Tensor, group: dict[str, Any]) -> None:
        state = self.state[parameter]
        if not state:
            state["steps"] = 0
            state["mean"], state["square"] = torch.zeros_like(parameter), torch.zeros_like(parameter)
        state["steps"] += 1
        first, second = _ADAM_BETAS
        state["mean"].lerp_(gradient, 1 - first)
        state["square"].mul_(second).addcmul_(gradient, gradient, value=1 - second)
        scale = (state["square"] / (1 - second ** state["steps"])).sqrt_().add_(_ADAM_EPSILON)
        parameter.addcdiv_(state["mean"], scale, value=-group["lr"] / (1 - first ** state["steps"]))


def orthogonal(matrix: torch.Tensor) -> torch.Tensor:
    """Return roughly the nearest matrix with all singular values 1 (0.7 to 1.2), of the same shape (rows, columns)."""
    a, b, c = _QUINTIC
    wide = matrix.shape[0] <= matrix.shape[1]
    x: torch.Tensor = matrix if wide else matrix.T
    x = x / (torch.linalg.vector_norm(x) + 1e-7)
    for _ in range(_ROUNDS):
        gram = x @ x.T
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x if wide else x.T
