"""`python -m sommet` is `sommet`."""

from sommet.cli import main

if __name__ == "__main__":
    main()
