"""Hold converted optimizers in PyTorch against steps of TensorFlow's that were recorded.

    python check_recorded.py EXPECTED.json FOLDER

EXPECTED.json and the sources beside it are what check_optimizers.py --record writes; FOLDER has a
conversion of each, under the name of the folder that its source is in. Ten steps of PyTorch have to
arrive at TensorFlow's parameters, in float64 up to 1e-12 (1e-6 where TensorFlow has the rate as a
float32 that its schedule computes). Needs no TensorFlow.
"""

import json
import pathlib
import sys

from optimizer_steps import bound_of, compared


def main():
    told, folder = json.loads(pathlib.Path(sys.argv[1]).read_text()), pathlib.Path(sys.argv[2])
    failed = not told["cases"]
    for name, case in told["cases"].items():
        target = folder / case["source"].split("/")[0]
        try:
            error, _, _, how = compared(target, None, case["parameters"], "float64", case["how"])
        except Exception as e:
            print(f"{name:36s} {type(e).__name__}: {e}")
            failed = True
            continue
        is_bad = not error <= bound_of(how, "float64")
        failed |= is_bad
        print(f"{name:36s} {error:8.1e} {'DIFFERS' if is_bad else 'same'}  {how['class']}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
