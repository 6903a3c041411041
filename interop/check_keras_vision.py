"""Hold `convert --like --rules` against Keras for models of keras.applications.

    python check_keras_vision.py WORK_DIR TF2TORCH...

TF2TORCH is the command that starts the converter, in one word or several. Each family is made
small and random in Keras and saved, and converted into a random transformers model of the same
configuration. Exits with 1 where the result does not load with strict=True or where the outputs
differ by more than 1e-5 of the largest.
"""

import json
import pathlib
import subprocess
import sys

import keras
import numpy
import torch
import transformers
from keras.src.applications import convnext as keras_convnext
from keras.src.applications import efficientnet as keras_efficientnet
from keras.src.applications import resnet as keras_resnet
from safetensors.torch import load_file

SIZE, CLASSES, TOLERANCE = 32, 5, 1e-5


def common(**more):
    return dict(
        input_shape=(SIZE, SIZE, 3),
        weights=None,
        classes=CLASSES,
        classifier_activation=None,
        **more,
    )


def mobilenet():
    config = transformers.MobileNetV1Config(depth_multiplier=0.25, num_labels=CLASSES)
    target = transformers.MobileNetV1ForImageClassification(config)
    return keras.applications.MobileNet(**common(alpha=0.25)), target


def mobilenet_v2():
    config = transformers.MobileNetV2Config(depth_multiplier=0.35, image_size=SIZE, num_labels=CLASSES)
    target = transformers.MobileNetV2ForImageClassification(config)
    return keras.applications.MobileNetV2(**common(alpha=0.35)), target


def resnet():
    """The function that makes ResNet 50, 101 and 152, with fewer blocks and channels."""
    widths, depths = [4, 6, 8, 10], [1, 2, 1, 2]

    def stacks(x):
        for i, (width, depth) in enumerate(zip(widths, depths)):
            x = keras_resnet.stack_residual_blocks_v1(x, width, depth, 1 if i == 0 else 2, name=f"conv{i + 2}")
        return x

    config = transformers.ResNetConfig(
        embedding_size=64,
        hidden_sizes=[4 * w for w in widths],
        depths=depths,
        layer_type="bottleneck",
        downsample_in_bottleneck=True,
        num_labels=CLASSES,
    )
    source = keras_resnet.ResNet(stacks, preact=False, use_bias=True, **common())
    return source, transformers.ResNetForImageClassification(config)


def convnext():
    widths, depths = [6, 8, 10, 12], [1, 2, 1, 1]
    config = transformers.ConvNextConfig(hidden_sizes=widths, depths=depths, layer_norm_eps=1e-6, num_labels=CLASSES)
    source = keras_convnext.ConvNeXt(depths, widths, name="convnext_tiny", **common())
    return source, transformers.ConvNextForImageClassification(config)


def efficientnet():
    """The function that makes B0 to B7, narrower; no narrower still, or Keras has more residuals."""
    config = transformers.EfficientNetConfig(
        width_coefficient=0.5,
        depth_coefficient=0.5,
        hidden_dim=640,
        num_labels=CLASSES,
    )
    source = keras_efficientnet.EfficientNet(0.5, 0.5, SIZE, **common())
    return source, transformers.EfficientNetForImageClassification(config)


# what makes both models, the file that Keras writes, and the layer that normalizes the images
FAMILIES = {
    "keras-mobilenet": (mobilenet, "model.h5", None),
    "keras-mobilenet-v2": (mobilenet_v2, "model.keras", None),
    "keras-resnet": (resnet, "model.h5", None),
    "keras-convnext": (convnext, "model.keras", "convnext_tiny_prestem_normalization"),
    "keras-efficientnet": (efficientnet, "model.keras", "normalization"),
}


def randomize(model, random):
    """Gives every variable values of its own: Keras starts many as all ones or all zeros."""
    for variable in model.variables:
        if variable.name in ("gamma", "moving_variance", "variance"):
            variable.assign(random.uniform(0.5, 1.5, variable.shape))
        elif variable.name != "count":
            noise = random.normal(0, 0.05, variable.shape)
            variable.assign(keras.ops.convert_to_numpy(variable) + noise)
    for layer in model.layers:
        if isinstance(layer, keras.layers.Normalization):
            layer.finalize_state()


def difference(rules, make, file, normalization, folder, command):
    folder.mkdir(parents=True)
    random = numpy.random.default_rng(1)
    source, target = make()
    randomize(source, random)
    source.save(folder / file)
    target.save_pretrained(folder / "like")
    subprocess.run(
        [*command, "convert", folder / file, "--like", folder / "like", "-o", folder / "out"],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    assumed = json.loads((folder / "out" / "conversion.json").read_text())["assumed"]
    if not any(f'set "{rules}"' in a for a in assumed):
        raise SystemExit(f"the set {rules} was not chosen by itself: {assumed}")
    target.load_state_dict(load_file(folder / "out" / "model.safetensors"), strict=True)
    images = random.normal(size=(2, SIZE, SIZE, 3)).astype("float32")
    expected = source.predict(images, verbose=0)
    if normalization:
        images = keras.Model(source.inputs, source.get_layer(normalization).output).predict(images, verbose=0)
    with torch.no_grad():
        actual = target.eval()(torch.tensor(images).permute(0, 3, 1, 2)).logits.numpy()
    return abs(actual - expected).max() / abs(expected).max()


def main():
    work, command = pathlib.Path(sys.argv[1]), sys.argv[2:]
    failed = False
    for rules, (make, file, normalization) in FAMILIES.items():
        worst = difference(rules, make, file, normalization, work / rules, command)
        print(f"{rules}: differs by {worst:.1e} of the largest", flush=True)
        failed |= not worst <= TOLERANCE
    sys.exit(failed)


if __name__ == "__main__":
    main()
