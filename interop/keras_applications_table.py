"""The bounds of check_keras_applications.py, and its table for the documentation."""

OUTPUT, ARCHIVE = 1e-5, 1e-6
FLOAT64 = 1e-9
# float32: how much farther PyTorch may be from the float64 run than Keras is
ROUNDING, LEAST = 4, 1e-6
HEADS = {"keras": ".keras", "h5": ".h5", "savedmodel": "SavedModel"}


def bounds_passed(row):
    """What does not hold, a line for each."""
    wrong = []
    for suffix, held in row["formats"].items():
        if not held.get("error", 1) <= OUTPUT:
            wrong.append(f"{HEADS[suffix]}: {held}")
    for kind in ("torchscript", "pt2"):
        if not row.get(kind, 1) <= ARCHIVE:
            wrong.append(f"{kind}: {row.get(kind)}")
    if row["untidy"]:
        wrong.append("model.py is not as black and ruff have it")
    trained = row.get("training", {}).get("gradients", {}).get("tensors")
    if trained != row.get("trainable", trained):
        wrong.append(f"{trained} gradients of {row['trainable']} trainable variables")
    for kind, held in row.get("training", {"training": {}}).items():
        far = max(ROUNDING * held.get("keras", 0), LEAST)
        if not (held.get("float64", 1) <= FLOAT64 and held.get("pytorch", 1) <= far):
            wrong.append(f"{kind}: {held}")
    return wrong


def cells(row, formats):
    shown = [row["name"], str(row["size"]), f"{row['parameters'] / 1e6:.1f} M"]
    for suffix in formats:
        held = row["formats"].get(suffix, {})
        shown.append(f"{held['error']:.0e}" if "error" in held else f"exit {held.get('exit')}")
    shown.append(str(max((h.get("permutes", 0) for h in row["formats"].values()), default=0)))
    for kind in ("torchscript", "pt2"):
        value = row.get(kind)
        shown.append("-" if value is None else "equal" if value == 0 else f"{value:.0e}")
    shown.append("no" if row["untidy"] else "yes")
    for kind in ("gradients", "statistics"):
        held = row.get("training", {}).get(kind)
        shown.append(f"{held['float64']:.0e}" if held else "-")
        shown.append(f"{held['pytorch']:.0e}, {held['keras']:.0e}" if held else "-")
    shown.append("; ".join(bounds_passed(row)).replace("|", "/") or "holds")
    return shown


def table(names, rows, formats, versions):
    heads = ["architecture", "size", "parameters", *(HEADS[f] for f in formats), "permutes",
             "TorchScript", "`.pt2`", "black, ruff", "gradients float64", "float32: PyTorch, Keras",
             "statistics float64", "float32: PyTorch, Keras", ""]
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    for name in names:
        shown = cells(rows[name], formats) if name in rows else [name] + [""] * (len(heads) - 2) + ["not run"]
        lines.append("| " + " | ".join(shown) + " |")
    run = [n for n in names if n in rows]
    hold = [n for n in run if not bounds_passed(rows[n])]
    made = ", ".join(f"{k} {v}" for k, v in versions.items())
    return f"""# keras.applications

The architectures of `keras.applications`, each with random weights, BatchNorm's statistics included,
five classes and the smallest image that it takes (ResNet152 and EfficientNetB7 64 pixels: of 32 one is
left, and so many times BatchNorm of four values is chaos), converted from files that Keras wrote and
run in real PyTorch beside Keras: {len(run)} of {len(names)} were run, {len(hold)} hold in every column. Made by

    python interop/check_keras_applications.py --results FILE.jsonl --write docs/keras-applications.md

({made}; `--results` lets an interrupted run go on).

- **{", ".join(HEADS[f] for f in formats)}**: the largest difference of `model.py`'s output from Keras's, relative to the largest
  output; bound {OUTPUT:.0e}. **permutes** is what `model.py` is left with.
- **TorchScript, `.pt2`**: the same of `model.torchscript.pt` (`torch.jit.load`) and `model.pt2`
  (`torch.export.load(...).module()`) from {HEADS[formats[0]]}, against `model.py`; bound {ARCHIVE:.0e}.
- **black, ruff**: `black --check` and `ruff check` are clean on `model.py` of every format.
- **Training**: one step from {HEADS[formats[0]]} in training mode, dropout off. In float64, the largest difference
  of a gradient (of BatchNorm's moving statistics after the step) between PyTorch and Keras, relative
  to the largest value in its tensor (or a millionth of the largest of all, where a tensor has less);
  bound {FLOAT64:.0e}. In float32, how far PyTorch and how far Keras itself is from Keras in float64 (length of
  the difference over all tensors, relative to their length); PyTorch may be {ROUNDING} times as far as Keras
  is, or {LEAST:.0e}. For the float64 run, constants that `model.py` has with the digits of a
  float32, such as 0.003921569, are read as the 1 / 255 that Keras has.

""" + "\n".join(lines) + "\n"
