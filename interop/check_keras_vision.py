"""Hold `convert --like --rules` against Keras for models of keras.applications.

    python check_keras_vision.py WORK_DIR TF2TORCH...

TF2TORCH is the command that starts the converter, in one word or several. Each family is made
small and random in Keras and saved, and converted into a random transformers model of the same
configuration. Exits with 1 where the result does not load with strict=True or where the outputs
differ by more than 1e-5.
"""

import pathlib
import subprocess
import sys

import keras
import numpy
import torch
import transformers
from safetensors.torch import load_file

SIZE, CLASSES, TOLERANCE = 32, 5, 1e-5


def mobilenet_v2():
    source = keras.applications.MobileNetV2(
        input_shape=(SIZE, SIZE, 3),
        alpha=0.35,
        weights=None,
        classes=CLASSES,
        classifier_activation=None,
    )
    config = transformers.MobileNetV2Config(
        depth_multiplier=0.35, image_size=SIZE, num_labels=CLASSES
    )
    return source, transformers.MobileNetV2ForImageClassification(config)


FAMILIES = {"keras-mobilenet-v2": mobilenet_v2}


def randomize(model, random):
    """Gives every variable values of its own: Keras starts many as all ones or all zeros."""
    for variable in model.variables:
        if variable.name in ("gamma", "moving_variance"):
            variable.assign(random.uniform(0.5, 1.5, variable.shape))
        else:
            noise = random.normal(0, 0.05, variable.shape)
            variable.assign(keras.ops.convert_to_numpy(variable) + noise)


def difference(rules, make, folder, command):
    folder.mkdir(parents=True)
    random = numpy.random.default_rng(1)
    source, target = make()
    randomize(source, random)
    source.save(folder / "model.keras")
    target.save_pretrained(folder / "like")
    subprocess.run(
        [*command, "convert", folder / "model.keras", "--like", folder / "like"]
        + ["--rules", rules, "-o", folder / "out"],
        check=True,
    )
    target.load_state_dict(load_file(folder / "out" / "model.safetensors"), strict=True)
    images = random.normal(size=(2, SIZE, SIZE, 3)).astype("float32")
    expected = keras.ops.convert_to_numpy(source(images, training=False))
    with torch.no_grad():
        actual = target.eval()(torch.tensor(images).permute(0, 3, 1, 2)).logits.numpy()
    return abs(actual - expected).max(), abs(expected).max()


def main():
    work, command = pathlib.Path(sys.argv[1]), sys.argv[2:]
    failed = False
    for rules, make in FAMILIES.items():
        worst, largest = difference(rules, make, work / rules, command)
        print(f"{rules}: differs by {worst:.1e} of {largest:.1e}")
        failed |= not worst <= TOLERANCE
    sys.exit(failed)


if __name__ == "__main__":
    main()
