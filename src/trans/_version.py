"""The version, read from the installed distribution so that it stands in one place only."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("trans-briefs")
except PackageNotFoundError:  # run from a source tree that was never installed
    __version__ = "0+unknown"
