"""The command line in a process of its own, on the fake engine: for what a process meets, without the time that models take."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import pytest
from fakes import FakeModels

from trans.cli import main

if __name__ == "__main__":
    FakeModels().install(pytest.MonkeyPatch())
    sys.argv[0] = "trans"
    main()
