"""Time a conversion against `cp` of the same bytes and against a script in Python.

    python benchmark/convert.py [--gib 1] [--rounds 5] [--python-rounds 1] [--folder /tmp/benchmark]

Makes a checkpoint of convolutions, dense layers and an embedding with TensorFlow, once, and converts
it to model.safetensors and to model.pt. All take turns in the same rounds; of each the least wall
time is printed, from the start of the process to its end, and the most memory that it had resident.
The page cache is warm, outputs are deleted before each run, nobody calls fsync. Wants a machine that
does nothing else, and TensorFlow and torch in the Python that runs it.
"""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent

MAKE = """
import sys, numpy as np, tensorflow.compat.v1 as tf
prefix, gib = sys.argv[1], float(sys.argv[2])
rng, tensors, total, block = np.random.default_rng(3), {}, 0, 0
def add(name, shape):
    global total
    tensors[name] = rng.standard_normal(shape, dtype=np.float32)
    total += tensors[name].nbytes
add("embedding/weights", (60000, 1024))
while total < gib * 2**30:
    b = f"block_{block}"
    add(f"{b}/conv/kernel", (3, 3, 512, 512))
    add(f"{b}/conv/bias", (512,))
    for n in ("gamma", "beta", "moving_mean", "moving_variance"):
        add(f"{b}/batch_normalization/{n}", (512,))
    add(f"{b}/dense/kernel", (2048, 8192))
    add(f"{b}/dense/bias", (8192,))
    block += 1
names = sorted(tensors)
with tf.Graph().as_default(), tf.Session() as session:
    # One tensor at a time goes through the session: a graph holds no more than 2 GiB.
    holders = [tf.placeholder(tf.float32, tensors[n].shape) for n in names]
    save = tf.raw_ops.SaveV2(
        prefix=prefix, tensor_names=names, shape_and_slices=[""] * len(names), tensors=holders)
    session.run(save, dict(zip(holders, (tensors[n] for n in names))))
"""

PEER = """
import sys, numpy as np, tensorflow as tf, torch
reader = tf.train.load_checkpoint(sys.argv[1])
state = {}
for name in reader.get_variable_to_shape_map():
    value = reader.get_tensor(name)
    if name.endswith("/kernel"):
        value = np.ascontiguousarray(value.transpose(*((3, 2, 0, 1) if value.ndim == 4 else (1, 0))))
    state[name.replace("/", ".")] = torch.from_numpy(value)
torch.save(state, sys.argv[2])
"""


def timed(command, output):
    """Wall seconds and resident KiB of a process, or of the largest of its children."""
    if output.is_dir():
        shutil.rmtree(output)
    else:
        output.unlink(missing_ok=True)
    environment = dict(os.environ, TF_CPP_MIN_LOG_LEVEL="3")
    start = time.perf_counter()
    with open(os.devnull, "w") as nowhere:
        child = subprocess.Popen(command, stdout=nowhere, stderr=nowhere, env=environment)
        _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"{' '.join(map(str, command))} ended with {child.returncode}")
    return wall, usage.ru_maxrss


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--gib", type=float, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--python-rounds", type=int, default=1)
    parser.add_argument("--folder", type=pathlib.Path, default=pathlib.Path("/tmp/benchmark"))
    options = parser.parse_args()
    folder = options.folder
    folder.mkdir(parents=True, exist_ok=True)
    prefix = folder / f"{options.gib:g}GiB.ckpt"
    source = folder / f"{prefix.name}.data-00000-of-00001"
    if not source.exists():
        subprocess.run([sys.executable, "-c", MAKE, prefix, str(options.gib)], check=True)
    convert = [ROOT / "tf2torch", "convert", prefix, "-o", folder / "out", "--to"]
    contestants = {
        "cp": (["cp", source, folder / "copy"], folder / "copy", options.rounds),
        "model.safetensors": (convert + ["safetensors"], folder / "out", options.rounds),
        "model.pt": (convert + ["pt"], folder / "out", options.rounds),
        "Python script": (
            [sys.executable, "-c", PEER, prefix, folder / "peer.pt"],
            folder / "peer.pt",
            options.python_rounds,
        ),
    }
    subprocess.run([ROOT / "tf2torch", "--version"], check=True, stdout=subprocess.DEVNULL)
    with open(source, "rb") as file:
        while file.read(1 << 24):
            pass
    runs = {name: [] for name in contestants}
    for i in range(max(options.rounds, options.python_rounds)):
        for name, (command, output, rounds) in contestants.items():
            if i < rounds:
                runs[name].append(timed(command, output))
                shutil.rmtree(output) if output.is_dir() else output.unlink()
    size = source.stat().st_size
    print(f"{size:,} bytes, {os.cpu_count()} cores, least of {options.rounds}")
    print(f"{'':20}{'seconds':>9}{'x cp':>7}{'resident':>11}")
    least = min(wall for wall, _ in runs["cp"])
    for name, times in runs.items():
        if times:
            wall = min(w for w, _ in times)
            print(f"{name:20}{wall:9.2f}{wall / least:7.2f}{max(r for _, r in times) // 1024:8} MiB")


if __name__ == "__main__":
    main()
