"""Hold the operators that model.pt2 is written with against those of PyTorch.

    python check_schemas.py FILE

FILE names one a line, as the product knows it: target, then its arguments, each as name, type,
whether by keyword alone and whether it may be left out. The product's may be the first of
PyTorch's, where the others have defaults. Exits with 1 where one is otherwise.
"""

import pathlib
import re
import sys

import torch


def arguments(text):
    """Of a schema as PyTorch prints it: name, type, by keyword alone, may be left out."""
    by_keyword = "false"
    for part in re.split(r", (?![^\[]*\])", text[text.index("(") + 1 : text.rindex(") -> ")]):
        if part == "*":
            by_keyword = "true"
        elif part:
            kind, name = part.split(" ", 1)
            name, equals, _ = name.partition("=")
            kind = re.sub(r"\[\d+\]", "[]", kind).replace("?", "")
            yield name, kind, by_keyword, "true" if equals else "false"


def main():
    failed = 0
    for line in pathlib.Path(sys.argv[1]).read_text().splitlines():
        target, *words = line.split()
        name, overload = target.removeprefix("torch.ops.aten.").split(".")
        schema = getattr(getattr(torch.ops.aten, name), overload)._schema
        own = [tuple(w.split(":")) for w in words[1:]]
        theirs = list(arguments(re.sub(r"Tensor\(a[^()]{0,6}\)", "Tensor", str(schema))))
        rest = [a for a in theirs[len(own) :] if a[-1] == "false"]
        returns = [str(r.type) for r in schema.returns]
        if theirs[: len(own)] != own or rest or words[0] != "|".join(returns):
            print(target, own, words[0], "PyTorch:", theirs, returns)
            failed += 1
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
