"""Convert sources, and say of each whether model.pt2 is written, loads and answers as model.py does.

    python pt2_table.py [--tool ./tf2torch] [--results FILE.jsonl] [--write docs/torch-export.md]
        SOURCE_OR_FOLDER ...

Of a folder, every source below it; a .gz of a Keras file is unpacked first. What of each is checked is
check_pt2.py's. Exits with 1 where a program has no model.pt2 without conversion.json saying why, or one
that does not hold. With no source: all that the tests of this repository have. With --results, what is
in the file already is not run again.
"""

import argparse
import gzip
import json
import pathlib
import shlex
import subprocess
import sys
import tempfile
import warnings

import torch

from check_pt2 import SIZES, check

ROOT = pathlib.Path(__file__).resolve().parent.parent
OURS = [ROOT / "converter/src/test/resources", ROOT / "verifier/src/test/resources", ROOT / "samples"]
PARTS = {"saved_model.pb", "saved_model.pbtxt", "keras_metadata.pb", "fingerprint.pb"}
ENDS = (".keras", ".h5", ".keras.gz", ".h5.gz", ".pb", ".pbtxt", ".meta")


def sources(roots):
    """Each source and the name that it has in the table."""
    for root in roots:
        inside = sorted(root.rglob("*")) if not (root / "saved_model.pb").exists() else [root / "saved_model.pb"]
        for file in inside if root.is_dir() else [root]:
            name = str(file.relative_to(root.parent)) if file != root else file.name
            name = name.replace("src/test/resources/", "").replace("resources/", "")
            if "target" in file.parts:
                continue
            if file.name in ("saved_model.pb", "saved_model.pbtxt"):
                yield file.parent, name.rpartition("/")[0]
            elif file.name.endswith(ENDS) and file.name not in PARTS:
                yield file, name


def unpacked(source, folder):
    if source.suffix != ".gz":
        return source
    file = folder / source.stem
    file.write_bytes(gzip.decompress(source.read_bytes()))
    return file


def row(source, tool, folder):
    """What there is, and what of it holds: a word or a sentence, and what check_pt2 says."""
    out = folder / "out"
    command = [*shlex.split(tool), "convert", unpacked(source, folder), "-o", out]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode:
        return f"refused ({run.returncode})", None
    if not (out / "model.pt2").exists():
        if not (out / "model.torchscript.pt").exists():
            return "weights alone", None
        assumed = json.loads((out / "conversion.json").read_text())["assumed"]
        why = next((a for a in assumed if "no model.pt2" in a), None)
        return why or "NOT SAID WHY", None
    try:
        return "holds", check(out)
    except Exception as error:
        return f"FAILS: {type(error).__name__}: {error}".replace("\n", " ")[:200], None


def table(rows):
    kinds = ("model.py", "torchscript", "unflatten", "again")
    lines = ["| source | free | " + " | ".join(kinds) + " |", "|---|---|" + "---|" * len(kinds)]
    for name, (said, held) in rows.items():
        if held:
            shown = ["equal" if held[k] == 0 else f"{held[k]:.0e}" for k in kinds]
            lines.append(f"| `{name}` | {held['free']} | " + " | ".join(shown) + " |")
        elif not said.startswith(("refused", "weights")):
            lines.append(f"| `{name}` | {said} |" + " |" * len(kinds))
    return "\n".join(lines)


def document(rows):
    held = [n for n, (said, _) in rows.items() if said == "holds"]
    refused = [n for n, (said, _) in rows.items() if said.startswith("refused")]
    weights = [n for n, (said, _) in rows.items() if said == "weights alone"]
    sizes = ", ".join(map(str, SIZES))
    return f"""# model.pt2 of every source here

Written by `interop/pt2_table.py`, with PyTorch {torch.__version__}. {len(held)} programs hold: `torch.export.load` opens the
archive, its `state_dict` is that of `model.pt` bit for bit, its example inputs run, and it answers what `model.py`
and `model.torchscript.pt` answer, for batches of {sizes} and other sizes of whatever else is free. So do the
modules of `torch.export.unflatten`, and the program after `torch.export.save` and `load` (`again`). A number is the
largest difference relative to the largest value. {len(weights)} sources have weights alone; {len(refused)} have no translation, or are
no whole model (each with its reason on the command line).

{table(rows)}
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("sources", nargs="*", type=pathlib.Path)
    parser.add_argument("--tool", default=str(ROOT / "tf2torch"))
    parser.add_argument("--results", type=pathlib.Path)
    parser.add_argument("--write", type=pathlib.Path)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    kept = arguments.results
    done = dict(map(json.loads, kept.read_text().splitlines())) if kept and kept.exists() else {}
    rows = {}
    for source, name in sources(arguments.sources or OURS):
        if name not in done:
            with tempfile.TemporaryDirectory() as folder:
                done[name] = row(source, arguments.tool, pathlib.Path(folder))
            print(name, *done[name], flush=True)
            if kept:
                with kept.open("a") as file:
                    file.write(json.dumps([name, done[name]]) + "\n")
        rows[name] = done[name]
    if arguments.write:
        arguments.write.write_text(document(rows))
    sys.exit(any(said.startswith("FAILS") or said == "NOT SAID WHY" for said, _ in rows.values()))


if __name__ == "__main__":
    main()
