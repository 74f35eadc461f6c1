"""What is measured of copies: pairs found, pairs falsely joined, columns left out, bytes."""

import gzip
import json
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "benchmarks" / "quality"))

import copies  # type: ignore[import-not-found]  # noqa: E402 - a script

GAS = (
    "Le groupe russe a signé lundi avec son client chinois un contrat de livraison de gaz sur trente ans. "
    "Les deux entreprises ont précisé que les premiers volumes seraient livrés dans deux ans."
)
RICE = (
    "La récolte de riz a été bonne cette année dans le delta, disent les producteurs, malgré un printemps "
    "très sec et des semis tardifs dans plusieurs districts du sud."
)
LIVE = "Suivez avec nous, heure par heure, tout ce qui se passe sur le marché du gaz, en Europe et ailleurs."


def item(host: str, title: str, text: str, day: int = 1) -> dict[str, str | None]:
    """Return an item as the files hold it."""
    url = f"https://{host}/{title.replace(' ', '-')}"
    return {"date": f"2030-01-0{day}", "title": title, "description": text, "content": None, "url": url}


GROUPS = [
    [item("un.example", "Un contrat de gaz", GAS), item("deux.example", "Gaz : un contrat géant", GAS)],
    [item("un.example", "Le riz pousse bien", RICE), item("trois.example", "Le riz pousse bien", "")],
    [item("un.example", "Gaz : le cours monte", LIVE), item("un.example", "Un gazoduc ferme", LIVE, 2)],
    [item("quatre.example", "Gaz : un contrat de trente ans", GAS)],
]


def test_pairs_are_counted(tmp_path: Path) -> None:
    """One column is left out, one copy of another group is falsely joined (to two), the rest is found."""
    (tmp_path / "data").mkdir()
    rows = "\n".join(json.dumps({"n": len(group), "items": group}) for group in GROUPS)
    (tmp_path / "data" / "copies.fr.jsonl.gz").write_bytes(gzip.compress(rows.encode()))
    (counts,) = copies.measured(tmp_path).values()
    assert (counts.pairs, counts.found, counts.columns) == (2, 1, 1)
    assert (counts.others, counts.joined) == (18, 2)
    assert counts.bytes <= copies.MAX_BYTES
    assert copies.figures(counts) == {"found": 0.5, "apart": round(1 - 200 / 18, 3), "small": 1.0}
    assert "found 1/2 (0.500), falsely joined 2/18" in copies.line("copies.fr", counts)
    assert copies.page({"copies.fr": counts})[-1].startswith("| copies.fr | 0.500/2 | 11.111% of 18 | 1 |")


def test_no_data_no_figures(tmp_path: Path) -> None:
    """Where the files are missing nothing is measured."""
    assert copies.measured(tmp_path) == {}
