"""`sommet init`: a configuration to begin with."""

from pathlib import Path
from typing import Annotated

import typer

from sommet.errors import SommetError


def init(
    file: Annotated[Path, typer.Argument(metavar="[FILE]", help="What to write.")] = Path("sommet.yaml"),
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Write a commented configuration that says the defaults."""
    from sommet.config_file import example  # noqa: PLC0415

    try:
        with file.open("w" if force else "x", encoding="utf-8") as out:
            out.write(example())
    except FileExistsError:
        raise SommetError(f"{file} is there already and was left as it is; --force replaces it") from None
    except OSError as error:
        raise SommetError(f"{file} cannot be written: {error.strerror}") from error
    typer.echo(f"{file} written; `sommet check-config` reads it, `sommet run` uses it")
