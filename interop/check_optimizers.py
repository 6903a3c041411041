"""Hold optimizers that a conversion took along against TensorFlow's own.

    python check_optimizers.py COMMAND [--dtype float64] [--work DIR] [CASE ...]
    python check_optimizers.py COMMAND --write ../docs/optimizers.md
    python check_optimizers.py "" --record FILE.zip [CASE ...]

For each case TensorFlow trains a small network for ten steps and saves it; COMMAND (the path of
tf2torch, or a whole command line in quotes) converts it; then TensorFlow and PyTorch, with what the
conversion says in its "optimizer", train ten steps more. TensorFlow saves again, and that is converted
too: PyTorch's state has to be what a conversion makes of TensorFlow's. The largest differences of
parameters, and of slots and counters, are printed; a difference counts in units of the largest
element of its tensor where that is above 1. Exits with 1 where one passes 1e-12 in float64, 1e-6 in
float32 (1e-6 in float64 too where a schedule makes the rate, which is a float32 in TensorFlow),
unless the conversion calls itself lossy (--stock). With --write, the numbers and what
--stock-optimizer takes become a page of the documentation. With --record, the saved
sources and TensorFlow's parameters at the end, in float64, go into a zip file for tests without
Python.
"""

import argparse
import json
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile
import zipfile

from optimizer_cases import CASES
from optimizer_steps import BOUND, STEPS, bound_of, compared, data
from optimizer_table import write


def told(case):
    """What of a case the loop in PyTorch has to do likewise, in words of JSON."""
    how = dict(getattr(case, "how", {}))
    if how.get("rates"):
        how["rates"] = [how["rates"](step) for step in range(2 * STEPS + 1)]
    if how.get("schedule"):
        rate = how["schedule"]()
        how["schedule"] = [float(rate(step)) for step in range(STEPS, STEPS + 20)]
    return {key: value for key, value in how.items() if value}


def record(target, names):
    """Sources after ten steps, and what TensorFlow makes of them in ten more."""
    x, y = data("float64")
    all_told = {"x": x.ravel().tolist(), "y": y.ravel().tolist(), "cases": {}}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in names:
            train = CASES[name]
            with tempfile.TemporaryDirectory() as folder:
                try:
                    source, _, values = train(pathlib.Path(folder), "float64")
                except TypeError:
                    continue
                case = name.replace(" ", "_").replace(",", "")
                all_told["cases"][name] = {
                    "source": case + "/" + pathlib.Path(source).name,
                    "parameters": {n: v.ravel().tolist() for n, v in values.items()},
                    "how": told(train),
                }
                for file in sorted(pathlib.Path(folder).rglob("*")):
                    path = file.relative_to(folder)
                    if file.is_file() and path.parts[0] not in ("checkpoint", "end"):
                        archive.write(file, f"{case}/{path}")
        archive.writestr("expected.json", json.dumps(all_told))


def convert(command, source, target, is_stock):
    """Converts; the answer where --stock-optimizer has none to take."""
    command = [*command, "convert", str(source), "-o", str(target)]
    command += ["--stock-optimizer"] if is_stock else []
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if is_stock and run.returncode == 2:
        return run.stderr.strip()
    if run.returncode != 0:
        raise ValueError("not converted: " + run.stderr.strip()[-500:])
    return ""


def stock_of(command, source, target):
    """What --stock-optimizer takes: its entry in conversion.json, or the words of the refusal."""
    refusal = convert(command, source, target, True)
    return refusal or json.loads((target / "conversion.json").read_text())["optimizer"]


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("command", type=shlex.split)
    arguments.add_argument("--dtype", action="append", choices=list(BOUND))
    arguments.add_argument("--work", type=pathlib.Path)
    arguments.add_argument("case", nargs="*")
    arguments.add_argument("--record", type=pathlib.Path)
    arguments.add_argument("--stock", action="store_true", help="measure --stock-optimizer")
    arguments.add_argument("--write", type=pathlib.Path, help="the page of the documentation")
    options = arguments.parse_intermixed_args()
    if options.record:
        record(options.record, options.case or CASES)
        return
    work = options.work or pathlib.Path(tempfile.mkdtemp())
    failed = False
    rows = {}
    for name in options.case or CASES:
        rows[name] = {}
        for dtype in options.dtype or list(BOUND):
            folder = work / (name.replace(" ", "_").replace(",", "") + "_" + dtype)
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            try:
                source, end, expected = CASES[name](folder, dtype)
            except TypeError as e:
                print(f"{name:36s} {dtype} not in TensorFlow: {str(e)[:80]}")
                continue
            target = folder / "out"
            try:
                refusal = convert(options.command, source, target, options.stock)
                if refusal:
                    print(f"{name:36s} {dtype} refused: {refusal}")
                    continue
                convert(options.command, end, folder / "end" / "out", options.stock)
                error, slots, where, how = compared(
                    target, folder / "end" / "out", expected, dtype, told(CASES[name])
                )
            except Exception as e:
                print(f"{name:36s} {dtype} {type(e).__name__}: {e}")
                failed = True
                continue
            rows[name][dtype] = (error, slots, how)
            if options.write and "stock" not in rows[name]:
                rows[name]["stock"] = stock_of(options.command, source, folder / "stock")
            is_bad = not max(error, slots) <= bound_of(how, dtype) and "lossy" not in how
            failed |= is_bad
            verdict = f"DIFFERS {where}" if is_bad else "near" if "lossy" in how else "same"
            print(
                f"{name:36s} {dtype} {error:8.1e} {slots:8.1e} {verdict}"
                f"  {how['module']}.{how['class']}"
            )
    if options.write:
        write(options.write, rows)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
