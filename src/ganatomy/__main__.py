"""Entry point of `python -m ganatomy`."""

import sys

from ganatomy.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
