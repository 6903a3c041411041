"""Record what Keras 3.15.1 on TensorFlow 2.21.0 makes of its layers.

    python make_reference.py [FAMILY...]

Each family is one functional model, FAMILY.keras, whose branches are the cases; FAMILY.npz holds
x/INPUT, y/CASE/n and the gradients d/NAME of sum(y * cos(1, 2, ..)), for inference, and the same
under training/ where a case is one of TRAINS, with the variables after the call as after/NAME.
Extents differ from each other, weights and statistics are random.
"""

import os
import pathlib
import sys
import zipfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")

import keras
import numpy
import tensorflow as tf
from keras import layers as L

HERE = pathlib.Path(__file__).parent


def inputs(name, *shapes):
    """Float inputs; a shape that begins with "int" is one of whole numbers below 6."""
    made = []
    for i, shape in enumerate(shapes):
        whole = shape[0] == "int"
        made.append(
            keras.Input(
                shape[1:] if whole else shape,
                dtype="int32" if whole else "float32",
                name=f"{name}_x{i}",
            )
        )
    return made


def one(layer_class, shape, **options):
    """A case of one layer on one input."""

    def build(name):
        x = inputs(name, shape)
        return x, layer_class(name=name, **options)(x[0])

    return build


def merge(layer_class, *shapes, **options):
    def build(name):
        x = inputs(name, *shapes)
        return x, layer_class(name=name, **options)(x)

    return build


def core():
    def masked(name):
        x = inputs(name, (4, 3))
        return x, L.LSTM(2, name=name)(L.Masking(0.5, name=name + "_mask")(x[0]))

    return {
        "dense": one(L.Dense, (3,), units=5, activation="relu"),
        "dense_of_steps": one(L.Dense, (4, 3), units=5, use_bias=False, activation="tanh"),
        "dense_of_maps": one(L.Dense, (2, 4, 3), units=5),
        "einsum": one(
            L.EinsumDense,
            (4, 3),
            equation="abc,cde->abde",
            output_shape=(None, 2, 5),
            bias_axes="de",
        ),
        "einsum_plain": one(L.EinsumDense, (3,), equation="ab,bc->ac", output_shape=4),
        "embedding": one(L.Embedding, ("int", 4), input_dim=6, output_dim=3),
        "masking": masked,
    }


def convolution():
    return {
        "conv1d_same_2": one(L.Conv1D, (7, 3), filters=2, kernel_size=4, strides=2, padding="same"),
        "conv1d_causal": one(
            L.Conv1D, (7, 3), filters=2, kernel_size=3, dilation_rate=2, padding="causal"
        ),
        "conv1d_groups": one(L.Conv1D, (7, 4), filters=6, kernel_size=3, groups=2),
        "conv2d": one(L.Conv2D, (5, 7, 3), filters=2, kernel_size=(2, 3), activation="relu"),
        "conv2d_same": one(L.Conv2D, (5, 7, 3), filters=2, kernel_size=(2, 4), padding="same"),
        "conv2d_same_23": one(
            L.Conv2D,
            (5, 8, 3),
            filters=2,
            kernel_size=3,
            strides=(2, 3),
            padding="same",
            use_bias=False,
        ),
        "conv2d_dilated": one(
            L.Conv2D, (7, 8, 3), filters=2, kernel_size=3, dilation_rate=(2, 3), padding="same"
        ),
        "conv2d_dilated_valid": one(
            L.Conv2D, (7, 8, 2), filters=3, kernel_size=2, dilation_rate=(3, 2)
        ),
        "conv2d_groups": one(
            L.Conv2D, (5, 4, 4), filters=6, kernel_size=3, groups=2, strides=2, padding="same"
        ),
        "conv3d": one(L.Conv3D, (3, 4, 5, 2), filters=3, kernel_size=(1, 2, 3)),
        "conv3d_same_2": one(
            L.Conv3D, (3, 4, 5, 2), filters=3, kernel_size=2, strides=2, padding="same"
        ),
        "depthwise1d": one(L.DepthwiseConv1D, (7, 3), kernel_size=3, depth_multiplier=2, strides=2),
        "depthwise2d": one(
            L.DepthwiseConv2D, (5, 7, 3), kernel_size=(2, 3), depth_multiplier=2, padding="same"
        ),
        "depthwise2d_2": one(
            L.DepthwiseConv2D, (5, 8, 3), kernel_size=3, strides=2, padding="same"
        ),
        "depthwise2d_dilated": one(
            L.DepthwiseConv2D, (7, 8, 2), kernel_size=3, dilation_rate=2, padding="same"
        ),
        "separable1d": one(L.SeparableConv1D, (7, 3), filters=5, kernel_size=3, padding="same"),
        "separable2d": one(
            L.SeparableConv2D,
            (5, 7, 3),
            filters=4,
            kernel_size=3,
            strides=2,
            depth_multiplier=2,
            padding="same",
            activation="relu",
        ),
        "separable2d_dilated": one(
            L.SeparableConv2D, (7, 8, 3), filters=4, kernel_size=3, dilation_rate=2
        ),
    }


def transposed():
    return {
        "transposed1d": one(L.Conv1DTranspose, (4, 3), filters=2, kernel_size=3, strides=2),
        "transposed1d_same": one(
            L.Conv1DTranspose, (4, 3), filters=2, kernel_size=4, strides=3, padding="same"
        ),
        "transposed2d": one(
            L.Conv2DTranspose, (3, 4, 3), filters=2, kernel_size=(2, 3), strides=(3, 2)
        ),
        "transposed2d_same": one(
            L.Conv2DTranspose, (3, 4, 3), filters=2, kernel_size=3, strides=2, padding="same"
        ),
        "transposed2d_more": one(
            L.Conv2DTranspose,
            (3, 4, 3),
            filters=2,
            kernel_size=3,
            strides=2,
            padding="same",
            output_padding=1,
            activation="relu",
        ),
        "transposed3d": one(L.Conv3DTranspose, (2, 3, 2, 2), filters=3, kernel_size=2, strides=2),
        "transposed2d_valid_more": one(
            L.Conv2DTranspose, (3, 4, 3), filters=2, kernel_size=3, strides=2, output_padding=(1, 0)
        ),
    }


def pooling():
    return {
        "max1d": one(L.MaxPooling1D, (7, 3), pool_size=3, strides=2, padding="same"),
        "average1d": one(L.AveragePooling1D, (7, 3), pool_size=2),
        "max2d": one(L.MaxPooling2D, (5, 7, 3), pool_size=(2, 3)),
        "max2d_same": one(L.MaxPooling2D, (5, 8, 3), pool_size=3, strides=(2, 1), padding="same"),
        "average2d": one(L.AveragePooling2D, (5, 7, 3), pool_size=(2, 3), strides=1),
        "average2d_same": one(
            L.AveragePooling2D, (5, 8, 3), pool_size=(3, 4), strides=2, padding="same"
        ),
        "max3d": one(L.MaxPooling3D, (3, 4, 5, 2), pool_size=2, strides=(1, 2, 2)),
        "average3d": one(L.AveragePooling3D, (3, 4, 5, 2), pool_size=2, padding="same"),
        "global_max1d": one(L.GlobalMaxPooling1D, (7, 3)),
        "global_average1d": one(L.GlobalAveragePooling1D, (7, 3), keepdims=True),
        "global_max2d": one(L.GlobalMaxPooling2D, (5, 7, 3), keepdims=True),
        "global_average2d": one(L.GlobalAveragePooling2D, (5, 7, 3)),
        "global_max3d": one(L.GlobalMaxPooling3D, (3, 4, 5, 2)),
        "global_average3d": one(L.GlobalAveragePooling3D, (3, 4, 5, 2)),
    }


def normalization():
    return {
        "batch": one(L.BatchNormalization, (3,), momentum=0.9),
        "batch_steps": one(L.BatchNormalization, (4, 3), epsilon=0.01),
        "batch_maps": one(L.BatchNormalization, (2, 4, 3), momentum=0.8),
        "batch_first": one(L.BatchNormalization, (3, 2, 4), axis=1),
        "batch_plain": one(L.BatchNormalization, (2, 4, 3), scale=False, center=False),
        "batch_unscaled": one(L.BatchNormalization, (2, 4, 3), scale=False),
        "batch_frozen": one(L.BatchNormalization, (2, 4, 3), trainable=False),
        "layer": one(L.LayerNormalization, (4, 3)),
        "layer_axes": one(L.LayerNormalization, (2, 4, 3), axis=(1, 3), epsilon=0.01),
        "layer_unscaled": one(L.LayerNormalization, (4, 3), scale=False),
        "layer_uncentered": one(L.LayerNormalization, (4, 3), center=False),
        "group": one(L.GroupNormalization, (2, 4, 6), groups=3),
        "group_each": one(L.GroupNormalization, (2, 4, 3), groups=-1, scale=False),
        "root_mean_square": one(L.RMSNormalization, (4, 3)),
        "unit": one(L.UnitNormalization, (4, 3)),
        "unit_axis": one(L.UnitNormalization, (2, 4, 3), axis=1),
    }


def activation():
    names = ["linear", "relu", "relu6", "sigmoid", "tanh", "softmax", "log_softmax", "softplus", "softsign", "elu", "selu", "gelu", "exponential", "hard_sigmoid", "hard_silu", "silu", "mish", "leaky_relu", "celu", "hard_tanh", "log_sigmoid", "tanh_shrink", "squareplus"]
    cases = {f"by_name_{n}": one(L.Activation, (4, 3), activation=n) for n in names}
    return {
        **cases,
        "relu_layer": one(L.ReLU, (4, 3)),
        "relu_bounded": one(L.ReLU, (4, 3), max_value=1.0, negative_slope=0.1, threshold=0.3),
        "relu_max": one(L.ReLU, (4, 3), max_value=0.7),
        "relu_slope": one(L.ReLU, (4, 3), negative_slope=0.2),
        "relu_threshold": one(L.ReLU, (4, 3), threshold=0.4),
        "leaky": one(L.LeakyReLU, (4, 3)),
        "leaky_slope": one(L.LeakyReLU, (4, 3), negative_slope=0.1),
        "parametric": one(L.PReLU, (4, 3)),
        "parametric_shared": one(L.PReLU, (2, 4, 3), shared_axes=[1, 2]),
        "elu_layer": one(L.ELU, (4, 3), alpha=0.6),
        "softmax_layer": one(L.Softmax, (4, 3)),
        "softmax_axis": one(L.Softmax, (4, 3), axis=1),
    }


def regularization():
    return {
        "dropout": one(L.Dropout, (4, 3), rate=0.4, seed=7),
        "dropout_noise_shape": one(L.Dropout, (4, 3), rate=0.5, noise_shape=(None, 1, 3), seed=8),
        "dropout_none": one(L.Dropout, (4, 3), rate=0.0),
        "spatial1d": one(L.SpatialDropout1D, (4, 3), rate=0.5, seed=9),
        "spatial2d": one(L.SpatialDropout2D, (2, 4, 3), rate=0.5, seed=10),
        "spatial3d": one(L.SpatialDropout3D, (2, 2, 2, 3), rate=0.5, seed=11),
        "activity": one(L.ActivityRegularization, (4, 3), l2=0.1),
    }


def noise():
    return {
        "gaussian_noise": one(L.GaussianNoise, (4, 3), stddev=0.4, seed=1),
        "gaussian_dropout": one(L.GaussianDropout, (4, 3), rate=0.4, seed=2),
        "alpha_dropout": one(L.AlphaDropout, (4, 3), rate=0.4, seed=3),
    }


def reshaping():
    return {
        "flatten": one(L.Flatten, (2, 4, 3)),
        "flatten_first": one(L.Flatten, (3, 2, 4), data_format="channels_first"),
        "reshape": one(L.Reshape, (2, 4, 3), target_shape=(3, -1)),
        "permute": one(L.Permute, (2, 4, 3), dims=(3, 1, 2)),
        "repeat": one(L.RepeatVector, (3,), n=4),
        "pad1d": one(L.ZeroPadding1D, (4, 3), padding=(1, 2)),
        "pad2d": one(L.ZeroPadding2D, (2, 4, 3), padding=((1, 2), (3, 0))),
        "pad2d_pair": one(L.ZeroPadding2D, (2, 4, 3), padding=(1, 2)),
        "pad3d": one(L.ZeroPadding3D, (2, 1, 2, 3), padding=((0, 1), (1, 0), (2, 1))),
        "crop1d": one(L.Cropping1D, (6, 3), cropping=(1, 2)),
        "crop2d": one(L.Cropping2D, (5, 6, 3), cropping=((1, 2), (3, 0))),
        "crop3d": one(L.Cropping3D, (3, 4, 5, 2), cropping=((0, 1), (1, 0), (2, 1))),
        "up1d": one(L.UpSampling1D, (3, 2), size=3),
        "up2d": one(L.UpSampling2D, (2, 3, 2), size=(2, 3)),
        "up2d_bilinear": one(L.UpSampling2D, (2, 3, 2), size=(2, 3), interpolation="bilinear"),
        "up3d": one(L.UpSampling3D, (2, 1, 2, 2), size=(1, 3, 2)),
    }


def merging():
    three = ((4, 3),) * 3
    return {
        "add": merge(L.Add, *three),
        "add_broadcast": merge(L.Add, (4, 3), (1, 3)),
        "subtract": merge(L.Subtract, (4, 3), (4, 3)),
        "multiply": merge(L.Multiply, *three),
        "average": merge(L.Average, *three),
        "maximum": merge(L.Maximum, *three),
        "minimum": merge(L.Minimum, *three),
        "concatenate": merge(L.Concatenate, (4, 3), (4, 2)),
        "concatenate_axis": merge(L.Concatenate, (4, 3), (2, 3), axis=1),
        "dot": merge(L.Dot, (4, 3), (5, 3), axes=2),
        "dot_axes": merge(L.Dot, (4, 3), (5, 4), axes=(1, 2)),
        "dot_vectors": merge(L.Dot, (3,), (3,), axes=1),
        "dot_normalized": merge(L.Dot, (4, 3), (4, 2), axes=1, normalize=True),
    }


def recurrent():
    def embedded(recurrence):
        def build(name):
            x = inputs(name, ("int", 5))
            embedded = L.Embedding(6, 3, mask_zero=True, name=name + "_embedding")(x[0])
            return x, recurrence(name)(embedded)

        return build

    def with_state(name):
        x = inputs(name, (4, 3), (2,), (2,))
        return x, L.LSTM(2, name=name)(x[0], initial_state=x[1:])

    def seq2seq(name):
        x = inputs(name, (4, 3))
        y, h, c = L.LSTM(2, return_sequences=True, return_state=True, name=name + "_first")(x[0])
        return x, [*L.GRU(2, return_state=True, name=name)(y, initial_state=h), c]

    def stacked(name):
        x = inputs(name, (4, 3))
        cells = [L.LSTMCell(2, name=name + "_a"), L.GRUCell(3, name=name + "_b")]
        return x, L.RNN(cells, return_sequences=True, name=name)(x[0])

    def both(cell, mode, **options):
        def build(name):
            x = inputs(name, (4, 3))
            layer = L.Bidirectional(cell(2, **options), merge_mode=mode, name=name)
            return x, layer(x[0])

        return build

    both_states = both(L.LSTM, "concat", return_sequences=True, return_state=True)
    return {
        "simple": one(L.SimpleRNN, (4, 3), units=2),
        "simple_all": one(
            L.SimpleRNN, (4, 3), units=2, return_sequences=True, use_bias=False, activation="relu"
        ),
        "lstm": one(L.LSTM, (4, 3), units=2),
        "lstm_back": one(L.LSTM, (4, 3), units=2, go_backwards=True, return_sequences=True),
        "lstm_states": one(
            L.LSTM, (4, 3), units=2, return_state=True, recurrent_activation="hard_sigmoid"
        ),
        "lstm_unbiased": one(L.LSTM, (4, 3), units=2, use_bias=False),
        "gru": one(L.GRU, (4, 3), units=2),
        "gru_before": one(L.GRU, (4, 3), units=2, reset_after=False, return_sequences=True),
        "gru_unbiased": one(L.GRU, (4, 3), units=2, use_bias=False, return_state=True),
        "with_state": with_state,
        "seq2seq": seq2seq,
        "stacked": stacked,
        "both_concat": both(L.LSTM, "concat"),
        "both_sum": both(L.GRU, "sum", return_sequences=True),
        "both_ave": both(L.SimpleRNN, "ave"),
        "both_mul": both(L.LSTM, "mul", return_sequences=True),
        "both_none": both(L.GRU, None),
        "both_states": both_states,
        "masked_lstm": embedded(lambda n: L.LSTM(2, return_sequences=True, name=n)),
        "masked_zero": embedded(
            lambda n: L.GRU(2, return_sequences=True, zero_output_for_mask=True, name=n)
        ),
        "masked_back": embedded(lambda n: L.LSTM(2, go_backwards=True, name=n)),
        "masked_both": embedded(lambda n: L.Bidirectional(L.GRU(2, return_sequences=True), name=n)),
        "masked_mean": embedded(lambda n: L.GlobalAveragePooling1D(name=n)),
    }


def cells():
    """Activations that PyTorch's cells lack, cells on their own, states and masks."""

    def embedded(build):
        def case(name):
            x = inputs(name, ("int", 5))
            whole = L.Embedding(6, 3, mask_zero=True, name=name + "_embedding")(x[0])
            return x, build(name, whole)

        return case

    def given(layer_class, states, **options):
        def case(name):
            x = inputs(name, (4, 3), *[(2,)] * states)
            return x, layer_class(2, name=name, **options)(x[0], initial_state=x[1:])

        return case

    def embedded_with_state(name):
        x = inputs(name, ("int", 5), (2,), (2,))
        whole = L.Embedding(6, 3, mask_zero=True, name=name + "_embedding")(x[0])
        layer = L.LSTM(2, return_sequences=True, return_state=True, name=name)
        return x, layer(whole, initial_state=x[1:])

    def both_given(name):
        x = inputs(name, (4, 3), *[(2,)] * 4)
        inner = L.LSTM(2, return_sequences=True, return_state=True)
        return x, L.Bidirectional(inner, name=name)(x[0], initial_state=x[1:])

    def passed_on(name, x):
        x = L.Dropout(0.5, name=name + "_dropout")(x)
        x = L.TimeDistributed(L.Dense(4, name=name + "_inner"), name=name + "_steps")(x)
        return L.GRU(2, reset_after=False, name=name)(L.Dense(3, name=name + "_dense")(x))

    def masking(name):
        x = inputs(name, (4, 3))
        y = L.Masking(name=name + "_mask")(L.ReLU(threshold=1.0, name=name + "_relu")(x[0]))
        y = L.SimpleRNN(3, return_sequences=True, name=name + "_first")(y)
        return x, L.LSTM(2, recurrent_activation="hard_sigmoid", name=name)(y)

    def softmax(name):
        x = inputs(name, (2, 5), ("int", 2, 5))
        return x, L.Softmax(name=name)(x[0], mask=x[1])

    def both(inner, **options):
        return embedded(lambda n, x: L.Bidirectional(inner, name=n, **options)(x))

    def of_cells(*made, **options):
        def build(name, x):
            parts = [c(name=f"{name}_{i}") for i, c in enumerate(made)]
            return L.RNN(parts if len(parts) > 1 else parts[0], name=name, **options)(x)

        return build

    def on_steps(build):
        def case(name):
            x = inputs(name, (4, 3))
            return x, build(name, x[0])

        return case

    def lstm_cell(name):
        return L.LSTMCell(2, name=name)

    def gru_cell(name):
        return L.GRUCell(3, reset_after=False, activation="relu", name=name)

    def simple_cell(name):
        return L.SimpleRNNCell(2, name=name)

    def timed(name):
        x = inputs(name, (3, 4, 2))
        return x, L.TimeDistributed(L.LSTM(2, name=name + "_inner"), name=name)(x[0])

    def timed_images(name):
        x = inputs(name, (3, 4, 5, 2))
        inner = L.Conv2D(3, 2, strides=2, padding="same", name=name + "_inner")
        y = L.TimeDistributed(inner, name=name)(x[0])
        norm = L.BatchNormalization(name=name + "_norm_inner")
        y = L.TimeDistributed(norm, name=name + "_norm")(y)
        pool = L.GlobalMaxPooling2D(name=name + "_pool_inner")
        return x, L.TimeDistributed(pool, name=name + "_pool")(y)

    return {
        "lstm_relu": one(
            L.LSTM,
            (4, 3),
            units=2,
            activation="relu",
            recurrent_activation="hard_sigmoid",
            return_sequences=True,
        ),
        "lstm_linear": one(L.LSTM, (5, 2), units=3, activation="linear", go_backwards=True),
        "gru_softsign": one(
            L.GRU, (4, 3), units=2, activation="softsign", recurrent_activation="hard_sigmoid"
        ),
        "gru_first": one(
            L.GRU,
            (5, 3),
            units=2,
            reset_after=False,
            activation="elu",
            use_bias=False,
            go_backwards=True,
            return_sequences=True,
            return_state=True,
        ),
        "simple_sigmoid": one(L.SimpleRNN, (4, 3), units=2, activation="sigmoid"),
        "simple_selu": one(
            L.SimpleRNN, (4, 3), units=2, activation="selu", return_state=True, unroll=True
        ),
        "gru_given": given(L.GRU, 1, return_sequences=True, return_state=True),
        "gru_first_given": given(L.GRU, 1, reset_after=False),
        "simple_given": given(L.SimpleRNN, 1, return_state=True, go_backwards=True),
        "cell_gru": on_steps(of_cells(gru_cell, return_state=True)),
        "cell_lstm": on_steps(of_cells(lstm_cell, return_sequences=True, go_backwards=True)),
        "cells_states": on_steps(of_cells(lstm_cell, gru_cell, simple_cell, return_state=True)),
        "cells_masked": embedded(
            of_cells(simple_cell, lstm_cell, go_backwards=True, return_sequences=True)
        ),
        "masked_given": embedded_with_state,
        "masked_simple": embedded(lambda n, x: L.SimpleRNN(2, return_state=True, name=n)(x)),
        "masked_gru": embedded(
            lambda n, x: L.GRU(2, return_sequences=True, go_backwards=True, name=n)(x)
        ),
        "masked_on": embedded(passed_on),
        "masking": masking,
        "masked_softmax": softmax,
        "both_last": both(L.LSTM(2), merge_mode="sum"),
        "both_none": both(L.GRU(2, return_sequences=True, return_state=True), merge_mode=None),
        "both_given": both_given,
        "both_other": both(
            L.SimpleRNN(2, return_sequences=True),
            backward_layer=L.GRU(2, return_sequences=True, go_backwards=True, reset_after=False),
            merge_mode="ave",
        ),
        "both_cells": both(L.RNN(L.GRUCell(2)), merge_mode="mul"),
        "timed": timed,
        "timed_images": timed_images,
    }


def recurrent_maps():
    return {
        "two": one(
            L.ConvLSTM2D,
            (3, 4, 5, 2),
            filters=3,
            kernel_size=(2, 3),
            padding="same",
            return_sequences=True,
        ),
        "two_valid": one(
            L.ConvLSTM2D,
            (3, 6, 5, 2),
            filters=2,
            kernel_size=(2, 3),
            strides=(2, 1),
            recurrent_activation="hard_sigmoid",
            return_state=True,
            go_backwards=True,
        ),
        "one": one(
            L.ConvLSTM1D,
            (4, 6, 3),
            filters=2,
            kernel_size=3,
            dilation_rate=2,
            use_bias=False,
            padding="same",
            return_sequences=True,
            go_backwards=True,
        ),
        "three": one(
            L.ConvLSTM3D,
            (2, 3, 4, 5, 2),
            filters=2,
            kernel_size=(1, 2, 3),
            activation="relu",
            padding="same",
        ),
        "two_both": lambda name: (
            (x := inputs(name, (3, 4, 5, 2))),
            L.Bidirectional(
                L.ConvLSTM2D(2, 3, padding="same", return_sequences=True), name=name
            )(x[0]),
        ),
    }


def attention():
    def heads(*shapes, call=None, **options):
        def build(name):
            x = inputs(name, *shapes)
            layer = L.MultiHeadAttention(num_heads=2, key_dim=3, name=name, **options)
            return x, layer(*(x if len(x) > 1 else x * 2), **(call or {}))

        return build

    def masked(name):
        x = inputs(name, ("int", 5))
        embedded = L.Embedding(6, 4, mask_zero=True, name=name + "_embedding")(x[0])
        return x, L.MultiHeadAttention(2, 3, name=name)(embedded, embedded)

    def masked_dot(name):
        x = inputs(name, ("int", 5))
        embedded = L.Embedding(6, 4, mask_zero=True, name=name + "_embedding")(x[0])
        return x, L.Attention(name=name)([embedded, embedded])

    return {
        "self": heads((5, 4)),
        "cross": heads((5, 4), (3, 6), value_dim=2, output_shape=7),
        "keyed": heads((5, 4), (3, 6), (3, 2), use_bias=False),
        "causal": heads((5, 4), call={"use_causal_mask": True}),
        "scores": heads((5, 4), call={"return_attention_scores": True}),
        "masked": masked,
        "dot_attention": merge(L.Attention, (5, 4), (3, 4)),
        "dot_scaled": merge(L.Attention, (5, 4), (3, 4), (3, 4), use_scale=True),
        "dot_masked": masked_dot,
        "additive": merge(L.AdditiveAttention, (5, 4), (3, 4)),
        "additive_plain": merge(L.AdditiveAttention, (5, 4), (3, 4), use_scale=False),
    }


def preprocessing():
    return {
        "rescaling": one(L.Rescaling, (2, 4, 3), scale=0.5, offset=-1.0),
        "rescaling_each": one(
            L.Rescaling, (2, 4, 3), scale=[0.5, 0.2, 0.1], offset=[1.0, 0.0, -1.0]
        ),
        "normalized": one(
            L.Normalization, (2, 4, 3), mean=[0.1, 0.2, 0.3], variance=[0.5, 2.0, 1.5]
        ),
        "normalized_axis": one(L.Normalization, (2, 4, 3), axis=1),
        "inverted": one(L.Normalization, (4, 3), mean=0.3, variance=2.0, axis=None, invert=True),
        "resized": one(L.Resizing, (4, 5, 2), height=3, width=7),
        "resized_nearest": one(L.Resizing, (4, 5, 2), height=3, width=7, interpolation="nearest"),
        "cropped": one(L.CenterCrop, (5, 6, 2), height=2, width=3),
    }


def structure():
    def shared(name):
        x = inputs(name, (3,), (3,))
        dense = L.Dense(2, activation="tanh", name=name)
        return x, L.Subtract(name=name + "_difference")([dense(x[0]), dense(x[1])])

    def shared_batch(name):
        x = inputs(name, (3,), (3,))
        norm = L.BatchNormalization(name=name, momentum=0.7)
        return x, L.Subtract(name=name + "_difference")([norm(x[0]), norm(x[1])])

    def nested(name):
        a, b = keras.Input((3,), name=name + "_a"), keras.Input((3,), name=name + "_b")
        y = L.Add(name=name + "_add")([L.Dense(3, name=name + "_dense")(a), b])
        inner = keras.Model([a, b], [y, L.ReLU(name=name + "_relu")(y)], name=name)
        x = inputs(name, (3,))
        first = inner([x[0], x[0]])
        return x, inner([first[0], first[1]])

    def sequence(name):
        x = inputs(name, (4, 5, 2))
        inner = keras.Sequential(
            [
                L.Conv2D(3, 2, name=name + "_conv"),
                L.BatchNormalization(name=name + "_norm"),
                L.ReLU(name=name + "_relu"),
            ],
            name=name,
        )
        return x, inner(x[0])

    def steps(name):
        x = inputs(name, (4, 5, 2))
        inner = keras.Sequential(
            [L.Conv1D(3, 2, name=name + "_conv"), L.Flatten(name=name + "_flat")],
            name=name + "_inner",
        )
        return x, L.TimeDistributed(inner, name=name)(x[0])

    def steps_of_dense(name):
        x = inputs(name, (4, 3))
        return x, L.TimeDistributed(L.Dense(2, name=name + "_inner"), name=name)(x[0])

    return {
        "shared": shared,
        "shared_batch": shared_batch,
        "nested": nested,
        "sequence": sequence,
        "steps": steps,
        "steps_of_dense": steps_of_dense,
    }


def operations():
    def of(function, *shapes):
        def build(name):
            x = inputs(name, *shapes)
            return x, function(*x)

        return build

    return {
        "add_number": of(lambda x: x + 3.0, (4, 3)),
        "number_minus": of(lambda x: 2.0 - x, (4, 3)),
        "scaled": of(lambda x: x * (1.0 / 6.0), (4, 3)),
        "divided": of(lambda x: x / 127.5, (4, 3)),
        "sum_of_two": of(lambda x, y: x + y, (4, 3), (4, 3)),
        "product": of(lambda x, y: x * y, (4, 3), (1, 3)),
        "matmul": of(lambda x, y: x @ y, (4, 3), (3, 5)),
        "negated": of(lambda x: -x, (4, 3)),
        "indexed": of(lambda x: x[:, 1:3], (4, 3)),
        "mean": of(lambda x: keras.ops.mean(x, axis=1, keepdims=True), (4, 3)),
        "sum": of(lambda x: keras.ops.sum(x, axis=(1, 2)), (4, 3)),
        "max": of(lambda x: keras.ops.max(x, axis=-1), (4, 3)),
        "sqrt_exp": of(lambda x: keras.ops.sqrt(keras.ops.exp(x)), (4, 3)),
        "square": of(lambda x: keras.ops.square(x), (4, 3)),
        "power": of(lambda x: keras.ops.power(keras.ops.exp(x), 1.5), (4, 3)),
        "reshape": of(lambda x: keras.ops.reshape(x, (-1, 12)), (4, 3)),
        "transpose": of(lambda x: keras.ops.transpose(x, (0, 2, 1)), (4, 3)),
        "concatenate": of(lambda x, y: keras.ops.concatenate([x, y], axis=1), (4, 3), (2, 3)),
        "expand": of(lambda x: keras.ops.expand_dims(x, 1), (4, 3)),
        "squeeze": of(lambda x: keras.ops.squeeze(x, 1), (1, 3)),
        "softmax": of(lambda x: keras.ops.softmax(x, axis=-1), (4, 3)),
        "relu": of(lambda x: keras.ops.relu(x), (4, 3)),
        "sigmoid": of(lambda x: keras.ops.sigmoid(x), (4, 3)),
        "clip": of(lambda x: keras.ops.clip(x, -0.5, 0.5), (4, 3)),
    }


FAMILIES = (
    core,
    convolution,
    transposed,
    pooling,
    normalization,
    activation,
    regularization,
    noise,
    reshaping,
    merging,
    recurrent,
    cells,
    recurrent_maps,
    attention,
    preprocessing,
    structure,
    operations,
)
TRAINS = ("normalization", "regularization", "structure")


def values(variable, random):
    if "seed" in variable.name or variable.name == "count":
        return variable.numpy()
    if "variance" in variable.name:
        return random.uniform(0.5, 1.5, variable.shape)
    if variable.name in ("gamma", "scale"):
        return random.uniform(0.5, 1.5, variable.shape)
    return random.normal(0, 0.5, variable.shape)


def weighted(y):
    if not y.dtype.is_floating:
        return tf.constant(0.0)
    return tf.reduce_sum(y * tf.reshape(tf.cos(tf.range(1.0, float(tf.size(y)) + 1)), tf.shape(y)))


def record(model, cases, fed, prefix, training):
    tensors = {k: tf.constant(v) for k, v in fed.items()}
    floats = {k: v for k, v in tensors.items() if v.dtype == tf.float32}
    with tf.GradientTape() as tape:
        for x in floats.values():
            tape.watch(x)
        outputs = model([tensors[x.name] for x in model.inputs], training=training)
        total = tf.add_n([weighted(y) for y in outputs])
    found = {}
    for case, y in zip(cases, outputs, strict=True):
        found[f"{prefix}y/{case}"] = y.numpy()
    wanted = {**floats, **{v.path: v.value for v in model.trainable_variables}}
    try:
        gradients = tape.gradient(total, wanted)
    except LookupError:  # one of the ops has none
        gradients = {}
    for name, gradient in gradients.items():
        if gradient is not None:
            found[f"{prefix}d/{name}"] = tf.convert_to_tensor(gradient).numpy()
    return found


def deflated(path):
    with zipfile.ZipFile(path) as stored:
        parts = {i.filename: stored.read(i) for i in stored.infolist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as out:
        for name, content in parts.items():
            out.writestr(
                zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED
            )


def make(family, trains, batch=2):
    keras.utils.clear_session()
    keras.utils.set_random_seed(1)
    random = numpy.random.default_rng(1)
    ins, outs, cases = [], [], []
    for name, build in family().items():
        x, y = build(name)
        ins += x
        for i, each in enumerate(keras.tree.flatten(y)):
            outs.append(each)
            cases.append(f"{name}/{i}")
    model = keras.Model(ins, outs, name=family.__name__)
    for variable in model.variables:
        variable.assign(values(variable, random))
    for layer in model.layers:
        if isinstance(layer, L.Normalization):
            layer.finalize_state()
    fed = {}
    for x in ins:
        shape = (batch, *x.shape[1:])
        fed[x.name] = (
            random.integers(0, 6, shape).astype(numpy.int32)
            if x.dtype == "int32"
            else random.normal(0, 1, shape).astype(numpy.float32)
        )
    if family is core:
        fed["masking_x0"][0, 1] = 0.5
    path = HERE / f"{family.__name__}.keras"
    model.save(path)
    deflated(path)
    found = {f"x/{name}": value for name, value in fed.items()}
    found |= record(model, cases, fed, "", False)
    if trains:
        found |= record(model, cases, fed, "training/", True)
        for variable in model.non_trainable_variables:
            if "seed" not in variable.name:
                found[f"after/{variable.path}"] = variable.numpy()
    numpy.savez_compressed(HERE / f"{family.__name__}.npz", **found)


if __name__ == "__main__":
    for each in FAMILIES:
        if len(sys.argv) > 1 and each.__name__ not in sys.argv[1:]:
            continue
        make(each, each.__name__ in TRAINS)
        print(each.__name__, flush=True)
