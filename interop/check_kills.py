"""Kill conversions at random moments, and look at what is left.

    python interop/check_kills.py [--kills 100] [--seed 1] [TF2TORCH...]

TF2TORCH is the command that starts the converter, in one word or several. A folder holds one
checkpoint's conversion; another checkpoint's is put in its place with --overwrite and killed (SIGKILL)
at a moment drawn from the time that such a run takes. The next command that meets the folder has to
leave the old conversion or the new one, each file as its checksums say, and nothing beside it. As many
runs of --back are killed; the next one has to write the checkpoint or find it whole.
"""

import argparse
import collections
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tensorflow.compat.v1 as tf
from safetensors.numpy import load_file

ROOT = pathlib.Path(__file__).resolve().parent.parent


def make(prefix, value):
    names = [f"block_{i}/dense/kernel" for i in range(12)]
    with tf.Graph().as_default(), tf.Session() as session:
        tensors = [tf.fill([1024, 2048], np.float32(value + i)) for i in range(len(names))]
        session.run(tf.raw_ops.SaveV2(
            prefix=str(prefix), tensor_names=names, shape_and_slices=[""] * len(names), tensors=tensors))


def start(command, *arguments):
    return subprocess.Popen(
        [*command, "convert", *arguments],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True)


def convert(command, source, folder, *options):
    return start(command, source, "-o", folder, "--to", "safetensors,pt", *options)


def kill_within(process, seconds):
    """Whether it was killed, and had not ended before."""
    time.sleep(seconds)
    killed = process.poll() is None
    if killed:
        os.killpg(process.pid, signal.SIGKILL)
    finish(process)
    return killed


def finish(process):
    _, said = process.communicate()
    return process.returncode, said


def value_of(folder):
    """The value that all of the folder says it was filled with; fails where it is not whole."""
    described = json.loads((folder / "conversion.json").read_text())
    assert sorted(os.listdir(folder)) == sorted({"conversion.json", *described["files"]})
    tensors = load_file(folder / "model.safetensors")
    assert sorted(tensors) == sorted(t["name"] for t in described["tensors"])
    values = {float(t.min()) - int(n.split(".")[0].split("_")[1]) for n, t in tensors.items()}
    assert all(t.min() == t.max() for t in tensors.values()), "a tensor is not whole"
    assert len(values) == 1, values
    return values.pop()


def kill_replacements(sources, work, options, moments):
    folder = work / "out"
    code, said = finish(convert(options.command, sources[100.0], folder))
    assert code == 0, said
    begun = time.perf_counter()
    assert finish(convert(options.command, sources[100.0], folder, "--overwrite"))[0] == 0
    takes = time.perf_counter() - begun
    seen = collections.Counter()
    old = 100.0
    for _ in range(options.kills):
        new = 300.0 - old
        process = convert(options.command, sources[new], folder, "--overwrite")
        killed = kill_within(process, moments.uniform(0.3, 1.05) * takes)
        beside = sorted(p.name for p in work.iterdir() if p != folder)
        code, said = finish(convert(options.command, sources[old], folder))
        assert code == 2, f"{code}: {said}"
        found = value_of(folder)
        assert found in (old, new), found
        left = [p.name for p in work.iterdir() if p != folder]
        assert not left, f"{left} of {beside} is left, after: {said}"
        state = ("killed" if killed else "ended before")
        seen[f"{state}, {'leftovers cleared' if beside else 'nothing to clear'}, "
             f"{'new' if found == new else 'old'} conversion"] += 1
        old = found
    return seen


def kill_ways_back(source, work, options, moments):
    """Of the folder that the replacements have left."""
    expected = tf.train.load_checkpoint(str(source))
    home = work / "back"
    prefix = home / "model.ckpt"
    back = (work / "out", "--back", "-o", prefix)
    begun = time.perf_counter()
    assert finish(start(options.command, *back))[0] == 0
    takes = time.perf_counter() - begun
    seen = collections.Counter()
    for _ in range(options.kills):
        shutil.rmtree(home)
        killed = kill_within(start(options.command, *back), moments.uniform(0.3, 1.05) * takes)
        beside = sorted(p.name for p in home.iterdir()) if home.exists() else []
        was_whole = "model.ckpt.index" in beside
        code, said = finish(start(options.command, *back))
        assert code == (2 if was_whole else 0), f"{code}, of {beside}: {said}"
        left = sorted(p.name for p in home.iterdir())
        assert left == ["model.ckpt.data-00000-of-00001", "model.ckpt.index"], f"{left} of {beside}: {said}"
        found = tf.train.load_checkpoint(str(prefix))
        for name in expected.get_variable_to_shape_map():
            assert (found.get_tensor(name) == expected.get_tensor(name)).all(), name
        state = "killed" if killed else "ended before"
        seen[f"{state}, {len(beside)} files of it, checkpoint {'found whole' if was_whole else 'written'}"] += 1
    return seen


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("command", nargs="*", default=[ROOT / "tf2torch"])
    options = parser.parse_args()
    moments = random.Random(options.seed)
    home = pathlib.Path(tempfile.mkdtemp(prefix="kills-"))
    sources = {100.0: home / "a.ckpt", 200.0: home / "b.ckpt"}
    for value, prefix in sources.items():
        make(prefix, value)
    work = home / "work"
    work.mkdir()
    seen = kill_replacements(sources, work, options, moments)
    last = sources[value_of(work / "out")]
    for state, count in sorted((seen + kill_ways_back(last, work, options, moments)).items()):
        print(f"{count:5}  {state}")
    shutil.rmtree(home)
    print(f"{2 * options.kills} runs, each folder and checkpoint whole, no leftover")


if __name__ == "__main__":
    sys.exit(main())
