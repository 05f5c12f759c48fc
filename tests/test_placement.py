"""Where engines lie and how large their batches may be, decided for machines that are not at hand."""

import subprocess
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trans.engines import gpu
from trans.engines.placement import Size, on_cores, on_gpus, tokens_that_fit

OPUS = Size(layers=6, width=512, heads=8, pieces=32_000, bytes_a_number=2)
GIB = 2**30


@given(st.integers(1, 256))
def test_a_worker_a_core(cores: int) -> None:
    place = on_cores(cores)
    assert (place.workers, place.threads, place.slots) == (cores, 1, cores)


@given(st.integers(1, 256), st.integers(1, 256))
def test_one_setting_leaves_the_rest_of_the_cores_to_the_other(cores: int, given_threads: int) -> None:
    by_threads, by_workers = on_cores(cores, threads=given_threads), on_cores(cores, workers=given_threads)
    assert by_threads.workers * by_threads.threads <= max(cores, given_threads)
    assert by_workers.workers * by_workers.threads <= max(cores, given_threads)
    assert (by_threads.threads, by_workers.workers) == (given_threads, given_threads)


def test_both_settings_are_taken_as_they_are() -> None:
    place = on_cores(4, workers=3, threads=5)
    assert (place.workers, place.threads, place.slots) == (3, 5, 3)


def test_every_gpu_has_a_batch_in_work_and_one_in_hand() -> None:
    assert on_gpus(1).slots == 2
    place = on_gpus(3)
    assert (place.gpus, place.workers, place.slots) == ((0, 1, 2), 1, 6)
    assert on_gpus(2, workers=2).slots == 8
    assert on_gpus(0).slots == 2, "what is missing is said when the model is loaded"


def test_more_free_memory_makes_larger_batches_within_bounds() -> None:
    sizes = [tokens_that_fit(free, 1, OPUS, 60, 40, 4) for free in (0, 1 * GIB, 4 * GIB, 8 * GIB, 80 * GIB)]
    assert sizes == sorted(sizes)
    assert sizes[0] == 512
    assert 512 < sizes[1] < sizes[2]
    assert sizes[-1] == 32_768


@pytest.mark.parametrize(
    "more",
    [
        {"size": replace(OPUS, layers=12)},
        {"size": replace(OPUS, width=1024)},
        {"size": replace(OPUS, bytes_a_number=4)},
        {"size": replace(OPUS, pieces=250_000)},
        {"beams": 12},
        {"batches": 2},
        {"longest": 500},
        {"usual": 10},
    ],
)
def test_what_takes_more_memory_makes_smaller_batches(more: dict[str, object]) -> None:
    usual: dict[str, object] = {"batches": 1, "size": OPUS, "longest": 60, "usual": 40, "beams": 4}
    measure: Callable[..., int] = tokens_that_fit
    assert measure(2 * GIB, **{**usual, **more}) < measure(2 * GIB, **usual)


class Driver:
    """Stands for nvidia-smi: free MiB by the name of a GPU."""

    def __init__(self, free: dict[str, int]) -> None:
        self.free = free

    def __call__(self, arguments: Sequence[str]) -> str:
        (names,) = [argument.removeprefix("--id=") for argument in arguments if argument.startswith("--id=")]
        return "".join(f"{self.free[name]}\n" for name in names.split(","))


def test_the_gpu_with_least_memory_counts() -> None:
    assert gpu.free_bytes([0, 1], Driver({"0": 9000, "1": 7000}), {}) == 7000 * 2**20


def test_indices_are_those_of_the_visible_gpus() -> None:
    driver = Driver({"3": 100, "GPU-8f": 200})
    assert gpu.free_bytes([1], driver, {"CUDA_VISIBLE_DEVICES": "3, GPU-8f"}) == 200 * 2**20
    assert gpu.free_bytes([0], driver, {"CUDA_VISIBLE_DEVICES": "3, GPU-8f"}) == 100 * 2**20
    assert gpu.free_bytes([2], driver, {"CUDA_VISIBLE_DEVICES": "3, GPU-8f"}) is None


@pytest.mark.parametrize(
    "error",
    [
        FileNotFoundError("nvidia-smi"),
        subprocess.TimeoutExpired("nvidia-smi", 10),
        subprocess.CalledProcessError(9, "x"),
    ],
)
def test_a_driver_that_does_not_answer_is_no_error(error: Exception) -> None:
    def ask(arguments: Sequence[str]) -> str:
        raise error

    assert gpu.free_bytes([0], ask, {}) is None


def test_an_answer_that_is_no_number_is_no_error() -> None:
    assert gpu.free_bytes([0], lambda _: "[N/A]\n", {}) is None
