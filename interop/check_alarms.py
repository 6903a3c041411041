"""Verify correct conversions under many seeds: whatever differs or fails there is a false alarm.

    python check_alarms.py WORK_DIR CLASSPATH [FOLDER ...] [--seeds 1-20] [--checks weights,outputs,...]
        [--applications MobileNet,DenseNet121] [--skip REGEX] [--batch 3] [--size 5]

CLASSPATH has the verifier's test classes; its FalseAlarms runs each group of sources in one JVM. FOLDER
holds SavedModels, frozen graphs, .meta files or Keras files, however deep; what does not port is counted
and left out. The applications are made by Keras in WORK_DIR, small, with random weights. Prints a line for
each source, then for every check that differs, fails or crashes; exits with 1 where there is one.
"""

import argparse
import collections
import json
import os
import pathlib
import re
import subprocess
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

# The determinism check starts processes of its own, and asks nothing of a port.
CHECKS = "weights,outputs,layers,gradients,training,batchnorm,dropout"
APPLICATIONS = {
    "MobileNet": 32, "MobileNetV3Small": 64, "EfficientNetB0": 32, "DenseNet121": 32,
    "InceptionV3": 75, "InceptionResNetV2": 75, "Xception": 71}
# What a conversion says that it leaves out, and verification then finds, is no false alarm; nor is what the
# engines compute differently.
LEFT_OUT = {
    "causes/decoupled/model.ckpt.meta": "training",
    # trigamma in float64: the two engines are 2e-12 apart
    "engine/backward.pb": "gradients",
}


def application(name, folder):
    """A file of the architecture, weights and statistics random."""
    file = folder / f"{name}.keras"
    if not file.exists():
        import keras
        import numpy as np

        from check_keras_applications import randomize

        keras.utils.set_random_seed(7)
        size = APPLICATIONS.get(name, 64)
        model = getattr(keras.applications, name)(
            weights=None, classes=5, input_shape=(size, size, 3), classifier_activation=None)
        randomize(model, name, np.random.default_rng(7))
        model.save(file)
    return file


def verified(classpath, sources, options):
    """One line of FalseAlarms at a time."""
    command = [
        "java", "-Xmx3g", "-XX:+UseSerialGC", "-cp", classpath, "io.github.tf2torch.verify.check.FalseAlarms",
        options.seeds, options.checks, str(options.batch), str(options.size), *map(str, sources)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as java:
        yield from (json.loads(line) for line in java.stdout)
    if java.returncode:
        sys.exit(f"FalseAlarms ended with status {java.returncode}")


def alarms(run):
    """Of one verification: each check that speaks against the port, and why."""
    if "crashed" in run:
        yield "all", "crashed", run["crashed"]
    for check in run.get("checks", []):
        left_out = any(run["source"].endswith(s) and check["name"] == c for s, c in LEFT_OUT.items())
        if check["verdict"] in ("differ", "failed") and not left_out:
            yield check["name"], check["verdict"], check["reason"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("work", type=pathlib.Path)
    parser.add_argument("classpath")
    parser.add_argument("folders", nargs="*", type=pathlib.Path)
    parser.add_argument("--seeds", default="1-20")
    parser.add_argument("--checks", default=CHECKS)
    parser.add_argument("--applications", default="")
    parser.add_argument("--skip", default="")
    parser.add_argument("--batch", type=int, default=3)
    parser.add_argument("--size", type=int, default=5)
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    sources = list(options.folders)
    sources += [application(name, options.work) for name in options.applications.split(",") if name]
    if options.skip:
        sources = [s for s in sources if not re.search(options.skip, str(s))]

    verdicts, found, seconds = collections.OrderedDict(), [], collections.Counter()
    with (options.work / "alarms.jsonl").open("a") as record:
        for run in verified(options.classpath, sources, options):
            record.write(json.dumps(run) + "\n")
            record.flush()
            name = run["source"]
            counts = verdicts.setdefault(name, collections.Counter())
            if "seed" in run:
                counts[run["verdict"]] += 1
                seconds[name] += run["seconds"]
            elif "refused" in run:
                counts["not ported"] += 1
            found += [(name, run.get("seed", "-"), *alarm) for alarm in alarms(run)]

    print(f"{'source':72} {'match':>5} {'not checked':>11} {'differ':>6} {'failed':>6} {'seconds':>7}")
    for name, counts in verdicts.items():
        if counts["not ported"]:
            print(f"{name[-72:]:72} not ported")
        else:
            numbers = (counts["match"], counts["not checked"], counts["differ"], counts["failed"])
            print("{:72} {:5} {:11} {:6} {:6} {:7.0f}".format(name[-72:], *numbers, seconds[name]))
    ported = [c for c in verdicts.values() if not c["not ported"]]
    print(f"{len(ported)} sources ported, {len(verdicts) - len(ported)} did not;"
          f" {sum(sum(c.values()) for c in ported)} verifications, {len(found)} alarms")
    for name, seed, check, verdict, reason in found:
        print(f"{name} seed {seed}: {check} {verdict}: {reason.splitlines()[0]}")
    sys.exit(bool(found) or not ported)


if __name__ == "__main__":
    main()
