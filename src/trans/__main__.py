"""``python -m trans``."""

from trans.cli import main

if __name__ == "__main__":
    main()
