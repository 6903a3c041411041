"""How long `tf2torch verify` of a keras.applications model takes: all checks, and forward alone.

    python verify_keras_model.py DIR [--name ResNet50] [--size 224] [--tf2torch PATH]

Makes the model into DIR with ../interop/make_keras_model.py where it is not there yet, converts it,
and prints seconds on the clock and seconds of processor time (user and system, children included).
A machine that does other work makes the clock slower and leaves the processor time.
"""

import argparse
import pathlib
import resource
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
RUNS = {"forward": ["--checks", "weights,outputs,layers"], "all": []}


def timed(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.monotonic()
    status = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    seconds = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return status, seconds, used


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("dir", type=pathlib.Path)
    arguments.add_argument("--name", default="ResNet50")
    arguments.add_argument("--size", type=int, default=224)
    arguments.add_argument(
        "--tf2torch", nargs="+", default=[str(HERE.parent / "tf2torch")]
    )
    options = arguments.parse_args()
    source = options.dir / "saved_model"
    if not source.is_dir():
        maker = HERE.parent / "interop" / "make_keras_model.py"
        size = ["--size", str(options.size)]
        subprocess.run(
            [sys.executable, str(maker), options.name, str(options.dir), *size],
            check=True,
        )
    out = options.dir / "out"
    if not out.is_dir():
        subprocess.run(
            [*options.tf2torch, "convert", str(source), "-o", str(out)], check=True
        )
    for run, words in RUNS.items():
        command = [
            *options.tf2torch,
            "verify",
            str(source),
            str(out),
            "--size",
            str(options.size),
        ]
        status, seconds, used = timed([*command, *words])
        print(status.stdout)
        print(
            f"{run}: {seconds:.1f} s, processor {used:.1f} s, exit status {status.returncode}"
        )


if __name__ == "__main__":
    main()
