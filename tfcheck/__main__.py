"""`python -m tfcheck`."""

from tfcheck.cli import main

if __name__ == "__main__":
    main()
