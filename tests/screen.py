"""A terminal in a few lines: what escape sequences of a live board leave on it."""

import re


def screen(written: str, height: int = 24) -> list[str]:
    """Return what stands on a terminal of that height, with what scrolled out above it."""
    lines, row, column, top = [""], 0, 0, 0
    for part in re.findall(r"\x1b\]8;.*?\x1b\\|\x1b\[[?0-9;]*[A-Za-z]|\r|\n|[^\x1b\r\n]+", written):
        if part == "\n":
            row, column = row + 1, 0
            lines += [""] * (row + 1 - len(lines))
            top = max(top, row - height + 1)
        elif part == "\r":
            column = 0
        elif part.endswith("A") and part.startswith("\x1b"):
            row = max(top, row - int(part[2:-1]))
        elif part == "\x1b[2K":
            lines[row] = ""
        elif not part.startswith("\x1b"):
            lines[row] = lines[row][:column].ljust(column) + part + lines[row][column + len(part) :]
            column += len(part)
    return lines
