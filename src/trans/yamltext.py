"""YAML text into plain values: keys that stand twice are told, and what would fill the memory is refused. Knows no setting."""

from typing import Any

import yaml

# The packaged models.yaml has some 300 values; more than these is a wrong file, or made to fill the memory.
_MAX_VALUES = 100_000

# models.yaml has 5 levels. PyYAML takes 2 s for a thousand brackets, until Python's own limit ends it; to this one 0.3 s.
_MAX_DEPTH = 100

# No setting has more digits. Python takes time that grows with the square of a number's digits, and refuses to write thousands.
_MAX_NUMBER_CHARS = 400
_NUMBERS = ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float")


class _Loader(yaml.SafeLoader):
    """Counts the levels that it is in: brackets in quoted text and in comments are none."""

    _depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self._depth > _MAX_DEPTH:
            raise ValueError(f"it is nested too deeply, in line {self.line + 1}")
        self._depth += 1
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node


def parse(text: str) -> tuple[Any, list[str]]:
    """Return what the YAML says, and the keys that stand twice. Raises also what ``SafeLoader`` lets through."""
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return None, []
        problems: list[str] = []
        # Before construction, where merges of merges would be spelt out.
        if _size(node, {}, problems) > _MAX_VALUES:
            raise ValueError("it holds too many values, aliases (*) spelt out")
        return loader.construct_document(node), problems
    finally:
        loader.dispose()


def _size(node: yaml.Node, sizes: dict[yaml.Node, float], problems: list[str]) -> float:
    """Return how many values ``node`` stands for with every alias spelt out; adds keys that stand twice to ``problems``."""
    if node not in sizes:
        sizes[node] = float("inf")  # found while its parts are counted: it holds itself
        parts = []
        if isinstance(node, yaml.MappingNode):
            parts = [part for pair in node.value for part in pair]
            seen: dict[tuple[str, str], int] = {}
            for key, _ in node.value:
                if not isinstance(key, yaml.ScalarNode) or key.tag.endswith(":merge"):
                    continue
                line = key.start_mark.line + 1
                if (key.tag, key.value) in seen:
                    problems.append(f"{key.value}: stands twice, in lines {seen[key.tag, key.value]} and {line}")
                seen[key.tag, key.value] = line
        elif isinstance(node, yaml.SequenceNode):
            parts = node.value
        elif node.tag in _NUMBERS and len(node.value) > _MAX_NUMBER_CHARS:
            raise ValueError(f"it holds a number of {len(node.value):,} characters, in line {node.start_mark.line + 1}")
        sizes[node] = 1 + sum(_size(part, sizes, problems) for part in parts)
    return sizes[node]
