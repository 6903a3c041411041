"""Record what Keras 3.15.1 on TensorFlow 2.21.0 makes of what models of users hold beside layers.

    python make_details.py [FAMILY...]

In the manner of make_reference.py, whose families these go on with.
"""

import sys

import keras
import numpy
from keras import layers as L
from keras import ops
from make_reference import inputs, make


def of(function, *shapes):
    def build(name):
        x = inputs(name, *(shapes or ((4, 3),)))
        return x, function(*x)

    return build


def details():
    """Constants of booleans, functions that are told a type, attention's scores under masks,
    and elements that are repeated: by 25, the float32 of whose inverse is too small."""
    lower = numpy.tril(numpy.ones((4, 3), bool))

    def scores(name):
        x = inputs(name, ("int", 4), ("int", 5))
        query = L.Embedding(6, 3, mask_zero=True, name=name + "_query")(x[0])
        value = L.Embedding(6, 3, mask_zero=True, name=name + "_value")(x[1])
        found, seen = L.Attention(name=name, use_scale=True)(
            [query, value], return_attention_scores=True
        )
        return x, [L.Concatenate(name=name + "_both")([query, found]), seen]

    def named(name):
        """A mask of what goes in by a keyword hides as another does; the query's alone goes on."""
        x = inputs(name, ("int", 4), ("int", 5))
        query = L.Embedding(6, 3, mask_zero=True, name=name + "_query")(x[0])
        value = L.Embedding(6, 3, mask_zero=True, name=name + "_value")(x[1])
        found = L.MultiHeadAttention(2, 3, name=name)(query=query, value=value)
        return x, L.LSTM(2, name=name + "_steps")(found)

    def block(name):
        """Attention takes the masks of what it is given, so that the sum behind it has none."""
        x = inputs(name, ("int", 4))
        y = L.Embedding(6, 3, mask_zero=True, name=name + "_embedding")(x[0])
        found = L.MultiHeadAttention(2, 3, name=name)(y, y)
        y = L.LayerNormalization(name=name + "_norm")(L.Add(name=name + "_sum")([y, found]))
        return x, L.GlobalAveragePooling1D(name=name + "_mean")(y)

    def partly(name):
        """A sum of which one part has no mask has none."""
        x = inputs(name, ("int", 4), (4, 3))
        y = L.Embedding(6, 3, mask_zero=True, name=name + "_embedding")(x[0])
        y = L.Add(name=name)([x[1], y])
        return x, L.GlobalAveragePooling1D(name=name + "_mean")(y)

    def hidden(x):
        return ops.where(ops.logical_or(ops.zeros_like(x, dtype="bool"), x > 0), x, -2 * x)

    return {
        "where_lower": of(lambda x: ops.where(lower, x, -1e9)),
        "where_lower_of_two": of(lambda x, y: ops.where(lower[:, :1], x, y), (4, 3), (4, 3)),
        "where_of_whole": of(
            lambda x: ops.cast(ops.where(lower, x, 7), "float32"), ("int", 4, 3)
        ),
        "zeros_of_booleans": of(hidden),
        "ones_of_whole": of(lambda x: x * ops.cast(ops.ones_like(x, dtype="int32"), "float32")),
        "ones_of_floats": of(
            lambda x, y: x + ops.ones_like(y, dtype="float32"), (4, 3), ("int", 4, 3)
        ),
        "converted": of(lambda x: ops.convert_to_tensor(x) * 2),
        "converted_whole": of(lambda x: ops.convert_to_tensor(x, dtype="float32") / 3, ("int", 4)),
        "scores_under_masks": scores,
        "heads_by_name": named,
        "heads_of_a_block": block,
        "sum_with_an_unmasked": partly,
        "enlarged": of(L.UpSampling2D((2, 3), name="enlarged"), (2, 4, 3)),
        "enlarged_by_25": of(L.UpSampling2D((25, 1), name="enlarged_by_25"), (5, 2, 1)),
        "enlarged_maps": of(L.UpSampling3D((1, 3, 2), name="enlarged_maps"), (2, 3, 4, 2)),
        "enlarged_steps": of(
            lambda x: L.UpSampling1D(3, name="enlarged_steps")(
                L.Conv1D(2, 2, name="enlarged_steps_conv")(x)
            ),
            (4, 3),
        ),
        "repeated_channels": of(
            lambda x: ops.repeat(L.Conv2D(2, 2, name="repeated_conv")(x), 3, axis=-1), (3, 4, 1)
        ),
        "root": of(L.RMSNormalization(name="root", epsilon=1e-5), (4, 3)),
        "root_of_two": of(L.RMSNormalization(name="root_of_two", axis=(-2, -1)), (2, 4, 3)),
        "root_inner": of(L.RMSNormalization(name="root_inner", axis=1), (4, 4)),
    }


def shared():
    """Models that are called several times, the side of a Siamese network and others."""

    def side(name, *shape):
        return keras.Sequential(
            [
                keras.Input(shape),
                L.Conv2D(2, 2, activation="tanh", name=name + "_conv"),
                L.BatchNormalization(name=name + "_bn"),
                L.GlobalMaxPooling2D(name=name + "_pool"),
                L.Activation("relu", name=name + "_act"),
            ],
            name=name + "_side",
        )

    def siamese(name):
        x = inputs(name, (3, 4, 1), (3, 4, 1))
        of_both = side(name, 3, 4, 1)
        return x, ops.abs(of_both(x[0]) - of_both(x[1]))

    def triplet(name):
        x = inputs(name, (5,), (5,), (5,))
        of_all = keras.Sequential(
            [keras.Input((5,)), L.Dense(3, "tanh", name=name + "_a"), L.Dense(2, name=name + "_b")],
            name=name + "_side",
        )
        anchor, near, far = (of_all(each) for each in x)
        return x, ops.sum((anchor - near) ** 2, -1) - ops.sum((anchor - far) ** 2, -1)

    def nested(name):
        """A model of several inputs within one that is called twice."""
        first, second = keras.Input((4,)), keras.Input((3,))
        dense = L.Dense(3, name=name + "_dense")
        inner = keras.Model(
            [first, second], ops.tanh(dense(first)) * second, name=name + "_inner"
        )
        one = keras.Input((4,))
        squeezed = L.Dense(3, name=name + "_squeeze")(one)
        outer = keras.Model(one, inner([one, squeezed]) + squeezed, name=name + "_outer")
        x = inputs(name, (4,))
        return x, [outer(x[0]), outer(2 * x[0])]

    def words(name):
        """The mask goes with each call."""
        x = inputs(name, ("int", 5), ("int", 5))
        read = keras.Sequential(
            [
                keras.Input((None,), dtype="int32"),
                L.Embedding(6, 3, mask_zero=True, name=name + "_embedding"),
                L.GlobalAveragePooling1D(name=name + "_mean"),
            ],
            name=name + "_read",
        )
        return x, L.Dot(1, name=name)([read(x[0]), read(x[1])])

    def of_two_sizes(name):
        """What depends on the size is another computation in each call."""
        x = inputs(name, (6, 6, 1), (3, 4, 1))
        of_any = keras.Sequential(
            [
                keras.Input((None, None, 1)),
                L.Conv2D(2, 3, strides=2, padding="same", name=name + "_conv"),
                L.GlobalAveragePooling2D(name=name + "_pool"),
            ],
            name=name + "_any",
        )
        return x, of_any(x[0]) - of_any(x[1])

    return {f.__name__: f for f in (siamese, triplet, nested, words, of_two_sizes)}


def order():
    """Running statistics of a layer that is called several times show in which order it was."""

    def norm(name):
        return L.BatchNormalization(momentum=0.7, name=name + "_norm")

    def longer(x, count, name):
        for i in range(count):
            x = L.Activation("tanh", name=f"{name}_{i}")(x)
        return x

    def of(before, behind):
        """Two branches with so many layers before and behind the shared one."""

        def build(name):
            x = inputs(name, (3,), (3,))
            shared = norm(name)
            y = []
            for i in range(2):
                y.append(shared(longer(x[i], before[i], f"{name}_before{i}")))
                y[i] = longer(y[i], behind[i], f"{name}_behind{i}")
            return x, L.Concatenate(name=name)(y)

        return build

    def twice(name):
        """One call is given what another one made."""
        x = inputs(name, (3,), (3,))
        shared = norm(name)
        first = longer(shared(x[0]), 1, name + "_first")
        second = longer(shared(x[1]), 1, name + "_second")
        return x, L.Concatenate(name=name)([shared(first), second])

    def of_models(name):
        x = inputs(name, (3,), (3,))
        dense = L.Dense(2, name=name + "_dense")
        side = keras.Sequential([keras.Input((3,)), dense, norm(name)], name=name + "_side")
        y = [longer(side(each), 1, f"{name}_{i}") for i, each in enumerate(x)]
        return x, L.Concatenate(name=name)(y)

    counts = {
        "at_once": ((0, 0), (0, 0)),
        "behind": ((0, 0), (1, 1)),
        "behind_first": ((0, 0), (1, 0)),
        "behind_second": ((0, 0), (0, 1)),
        "before_first": ((1, 0), (0, 0)),
        "before_second": ((0, 1), (1, 1)),
        "far": ((2, 1), (1, 3)),
    }
    cases = {name: of(*each) for name, each in counts.items()}
    return cases | {"twice": twice, "of_models": of_models}


FAMILIES = {f.__name__: f for f in (details, shared, order)}
TRAINS = ("shared", "order")

if __name__ == "__main__":
    assert keras.__version__ == "3.15.1"
    for each in sys.argv[1:] or FAMILIES:
        # of two examples a normalization leaves nothing but signs
        make(FAMILIES[each], each in TRAINS, 6 if each == "order" else 2)
        print(each, flush=True)
