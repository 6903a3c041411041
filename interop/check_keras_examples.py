"""Hold conversions of well-known designs, as people write them in Keras, against Keras.

    python check_keras_examples.py WORK_DIR TF2TORCH... [--only NAME,NAME]

TF2TORCH is the command that starts the converter, in one word or several. Each design is made small
and random, saved as .keras, as .h5 and as a SavedModel, and each file converted. Prints a line for
each, and exits with 1 where a conversion fails, model.py does not load its state_dict strictly, or
model.py, model.torchscript.pt or model.pt2 answers other than Keras by more than 1e-5 of the largest.
"""

import importlib.util
import json
import pathlib
import shutil
import subprocess
import sys
import warnings

import keras
import numpy
import torch
from keras import layers, ops

TOLERANCE = 1e-5


def image(*shape):
    return numpy.random.default_rng(1).random((2, *shape), dtype=numpy.float32)


def tokens(length, vocabulary):
    found = numpy.random.default_rng(2).integers(1, vocabulary, (2, length))
    found[:, -2:] = 0
    return found


def mnist_convnet():
    model = keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.Conv2D(8, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Conv2D(16, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Flatten(),
        layers.Dropout(0.5),
        layers.Dense(10, activation="softmax"),
    ])
    return model, [image(28, 28, 1)]


def augmented_classifier():
    """image_classification_from_scratch: augmentation inside, an Xception in small."""
    inputs = keras.Input((32, 32, 3))
    x = layers.RandomFlip("horizontal")(inputs)
    x = layers.RandomRotation(0.1)(x)
    x = layers.Rescaling(1 / 255)(x)
    x = layers.Conv2D(8, 3, strides=2, padding="same")(x)
    x = layers.BatchNormalization()(x)
    x = previous = layers.Activation("relu")(x)
    for size in (12, 16):
        x = layers.Activation("relu")(x)
        x = layers.SeparableConv2D(size, 3, padding="same")(x)
        x = layers.BatchNormalization()(x)
        x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
        residual = layers.Conv2D(size, 1, strides=2, padding="same")(previous)
        x = previous = layers.add([x, residual])
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dropout(0.25)(x)
    return keras.Model(inputs, layers.Dense(1, activation="sigmoid")(x)), [image(32, 32, 3) * 255]


def unet():
    """oxford_pets_image_segmentation."""
    inputs = keras.Input((32, 32, 3))
    x = layers.Conv2D(8, 3, strides=2, padding="same")(inputs)
    x = layers.BatchNormalization()(x)
    x = previous = layers.Activation("relu")(x)
    for filters in (8, 12):
        x = layers.Activation("relu")(x)
        x = layers.SeparableConv2D(filters, 3, padding="same")(x)
        x = layers.BatchNormalization()(x)
        x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
        x = previous = layers.add([x, layers.Conv2D(filters, 1, strides=2, padding="same")(previous)])
    for filters in (12, 8, 6):
        x = layers.Activation("relu")(x)
        x = layers.Conv2DTranspose(filters, 3, padding="same")(x)
        x = layers.BatchNormalization()(x)
        x = layers.UpSampling2D(2)(x)
        residual = layers.Conv2D(filters, 1, padding="same")(layers.UpSampling2D(2)(previous))
        x = previous = layers.add([x, residual])
    return keras.Model(inputs, layers.Conv2D(3, 3, activation="softmax", padding="same")(x)), [image(32, 32, 3)]


def unet_of_the_paper():
    """Valid convolutions, crops, concatenations, transposed convolutions."""
    inputs = keras.Input((60, 60, 1))
    skips, x = [], inputs
    for filters in (4, 8):
        x = layers.Conv2D(filters, 3, activation="relu")(x)
        x = layers.Conv2D(filters, 3, activation="relu")(x)
        skips.append(x)
        x = layers.MaxPooling2D()(x)
    x = layers.Conv2D(16, 3, activation="relu")(x)
    for filters, skip in zip((8, 4), reversed(skips)):
        x = layers.Conv2DTranspose(filters, 2, strides=2)(x)
        margin = (skip.shape[1] - x.shape[1]) // 2
        rest = skip.shape[1] - x.shape[1] - margin
        x = layers.concatenate([layers.Cropping2D(((margin, rest), (margin, rest)))(skip), x])
        x = layers.Conv2D(filters, 3, activation="relu")(x)
    return keras.Model(inputs, layers.Conv2D(1, 1, activation="sigmoid")(x)), [image(60, 60, 1)]


def deeplab():
    """deeplabv3_plus: dilated branches, pooled context, bilinear upsampling."""

    def block(x, filters=8, kernel=3, dilation=1, bias=False):
        x = layers.Conv2D(filters, kernel, dilation_rate=dilation, padding="same", use_bias=bias)(x)
        return keras.activations.relu(layers.BatchNormalization()(x))

    inputs = keras.Input((32, 32, 3))
    low = block(layers.Conv2D(8, 3, strides=2, padding="same")(inputs))
    x = block(layers.Conv2D(8, 3, strides=4, padding="same")(low))
    pooled = layers.AveragePooling2D(pool_size=(x.shape[-3], x.shape[-2]))(x)
    pooled = block(pooled, kernel=1, bias=True)
    pooled = layers.UpSampling2D((x.shape[-3], x.shape[-2]), interpolation="bilinear")(pooled)
    branches = [block(x, kernel=1)] + [block(x, dilation=d) for d in (2, 3)]
    x = block(layers.Concatenate(axis=-1)([pooled, *branches]), kernel=1)
    a = layers.UpSampling2D(4, interpolation="bilinear")(x)
    x = layers.Concatenate(axis=-1)([a, block(low, filters=4, kernel=1)])
    x = layers.UpSampling2D(2, interpolation="bilinear")(block(x))
    return keras.Model(inputs, layers.Conv2D(5, 1, padding="same")(x)), [image(32, 32, 3)]


def super_resolution():
    """super_resolution_sub_pixel, the depth to space by a reshape and a transpose."""
    inputs = keras.Input((12, 12, 1))
    x = layers.Conv2D(8, 5, activation="tanh", padding="same", kernel_initializer="orthogonal")(inputs)
    x = layers.Conv2D(9, 3, padding="same")(x)
    x = ops.reshape(x, (-1, 12, 12, 3, 3))
    x = ops.transpose(x, (0, 1, 3, 2, 4))
    return keras.Model(inputs, ops.reshape(x, (-1, 36, 36, 1))), [image(12, 12, 1)]


def zero_dce():
    inputs = keras.Input((None, None, 3))
    first = layers.Conv2D(8, 3, activation="relu", padding="same")(inputs)
    second = layers.Conv2D(8, 3, activation="relu", padding="same")(first)
    joined = layers.Concatenate(axis=-1)([first, second])
    curves = layers.Conv2D(6, 3, activation="tanh", padding="same")(joined)
    x = inputs
    for i in range(2):
        r = curves[:, :, :, 3 * i : 3 * i + 3]
        x = x + r * (ops.square(x) - x)
    return keras.Model(inputs, x), [image(13, 17, 3)]


def edsr():
    inputs = keras.Input((None, None, 3))
    x = layers.Rescaling(scale=1 / 255)(inputs)
    x = first = layers.Conv2D(8, 3, padding="same")(x)
    for _ in range(2):
        y = layers.Conv2D(8, 3, padding="same", activation="relu")(x)
        x = layers.Add()([x, layers.Conv2D(8, 3, padding="same")(y)])
    x = layers.Add()([first, layers.Conv2D(8, 3, padding="same")(x)])
    x = layers.UpSampling2D(2)(x)
    x = layers.Conv2D(3, 3, padding="same")(x)
    return keras.Model(inputs, layers.Rescaling(scale=255)(x)), [image(9, 11, 3) * 255]


def conv_mixer():
    def block(x):
        return layers.BatchNormalization()(keras.activations.gelu(x))

    inputs = keras.Input((32, 32, 3))
    x = layers.Rescaling(scale=1.0 / 255)(inputs)
    x = block(layers.Conv2D(16, kernel_size=2, strides=2)(x))
    for _ in range(2):
        x0 = x
        x = layers.DepthwiseConv2D(kernel_size=5, padding="same")(x)
        x = layers.Add()([block(x), x0])
        x = block(layers.Conv2D(16, kernel_size=1)(x))
    x = layers.GlobalAvgPool2D()(x)
    return keras.Model(inputs, layers.Dense(10, activation="softmax")(x)), [image(32, 32, 3) * 255]


def mlp_mixer():
    inputs = keras.Input((16, 16, 3))
    x = layers.Conv2D(12, 4, strides=4)(inputs)
    x = layers.Reshape((16, 12))(x)
    for _ in range(2):
        y = layers.LayerNormalization(epsilon=1e-6)(x)
        y = layers.Permute((2, 1))(y)
        y = layers.Dense(16, activation="gelu")(layers.Dense(24, activation="gelu")(y))
        x = x + layers.Permute((2, 1))(y)
        y = layers.LayerNormalization(epsilon=1e-6)(x)
        x = x + layers.Dense(12)(layers.Dense(24, activation="gelu")(y))
    x = layers.GlobalAveragePooling1D()(x)
    return keras.Model(inputs, layers.Dense(10)(x)), [image(16, 16, 3)]


def vision_transformer():
    """image_classification_with_vision_transformer, its patches by a convolution."""
    inputs = keras.Input((16, 16, 3))
    x = layers.Conv2D(12, 4, strides=4, padding="valid")(inputs)
    x = layers.Reshape((-1, 12))(x)
    for _ in range(2):
        y = layers.LayerNormalization(epsilon=1e-6)(x)
        y = layers.MultiHeadAttention(num_heads=3, key_dim=12, dropout=0.1)(y, y)
        x = z = layers.Add()([y, x])
        z = layers.LayerNormalization(epsilon=1e-6)(z)
        for units in (24, 12):
            z = layers.Dropout(0.1)(layers.Dense(units, activation=keras.activations.gelu)(z))
        x = layers.Add()([z, x])
    x = layers.LayerNormalization(epsilon=1e-6)(x)
    x = layers.Dropout(0.5)(layers.Flatten()(x))
    return keras.Model(inputs, layers.Dense(10)(x)), [image(16, 16, 3)]


def squeeze_and_excitation():
    inputs = keras.Input((15, 17, 3))
    x = y = layers.Conv2D(8, 3, use_bias=False, kernel_regularizer="l2")(inputs)
    y = layers.GlobalAveragePooling2D(keepdims=True)(y)
    y = layers.Dense(2, activation="relu")(y)
    y = layers.Dense(8, activation="hard_sigmoid")(y)
    x = layers.Multiply()([x, y])
    x = layers.PReLU(shared_axes=[1, 2])(x)
    x = layers.GlobalMaxPooling2D()(x)
    return keras.Model(inputs, layers.Dense(4)(x)), [image(15, 17, 3)]


def inception_module():
    inputs = keras.Input((14, 14, 6))
    a = layers.Conv2D(4, 1, activation="relu", padding="same")(inputs)
    b = layers.Conv2D(5, 3, activation="relu", padding="same")(a)
    c = layers.Conv2D(3, (1, 7), activation="relu", padding="same")(inputs)
    c = layers.Conv2D(3, (7, 1), activation="relu", padding="same")(c)
    d = layers.AveragePooling2D(3, strides=1, padding="same")(inputs)
    x = layers.concatenate([a, b, c, d], axis=3)
    x = layers.ZeroPadding2D(((1, 0), (0, 1)))(x)
    x = layers.LeakyReLU(negative_slope=0.1)(layers.Conv2D(4, 3, strides=2, groups=1)(x))
    return keras.Model(inputs, layers.GlobalAveragePooling2D()(x)), [image(14, 14, 6)]


def siamese():
    """One network called twice, and a distance."""
    inner = keras.Sequential([
        keras.Input((20, 20, 1)),
        layers.BatchNormalization(),
        layers.Conv2D(4, 5, activation="tanh"),
        layers.AveragePooling2D(2),
        layers.Conv2D(8, 5, activation="tanh"),
        layers.AveragePooling2D(2),
        layers.Flatten(),
        layers.BatchNormalization(),
        layers.Dense(10, activation="tanh"),
    ], name="embedding")
    left, right = keras.Input((20, 20, 1)), keras.Input((20, 20, 1))
    a, b = inner(left), inner(right)
    distance = ops.sqrt(ops.maximum(ops.sum(ops.square(a - b), axis=1, keepdims=True), 1e-7))
    x = layers.BatchNormalization()(distance)
    return keras.Model([left, right], layers.Dense(1, activation="sigmoid")(x)), [image(20, 20, 1), image(20, 20, 1)[::-1]]


def dcgan_generator():
    model = keras.Sequential([
        keras.Input((16,)),
        layers.Dense(4 * 4 * 8, use_bias=False),
        layers.BatchNormalization(),
        layers.LeakyReLU(),
        layers.Reshape((4, 4, 8)),
        layers.Conv2DTranspose(8, 5, strides=1, padding="same", use_bias=False),
        layers.BatchNormalization(),
        layers.LeakyReLU(),
        layers.Conv2DTranspose(4, 4, strides=2, padding="same", use_bias=False),
        layers.BatchNormalization(),
        layers.LeakyReLU(negative_slope=0.2),
        layers.Conv2DTranspose(1, 5, strides=2, padding="same", use_bias=False, activation="tanh"),
    ])
    return model, [image(16)]


def dcgan_discriminator():
    model = keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.ZeroPadding2D((2, 2)),
        layers.GaussianNoise(0.2),
        layers.Conv2D(8, 5, strides=2, padding="same"),
        layers.LeakyReLU(0.2),
        layers.SpatialDropout2D(0.3),
        layers.Conv2D(12, 5, strides=2, padding="same"),
        layers.LeakyReLU(0.2),
        layers.Flatten(),
        layers.Dense(1),
    ])
    return model, [image(28, 28, 1)]


def conv_autoencoder():
    """timeseries_anomaly_detection."""
    model = keras.Sequential([
        keras.Input((36, 1)),
        layers.Conv1D(8, 7, padding="same", strides=2, activation="relu"),
        layers.Dropout(0.2),
        layers.Conv1D(4, 7, padding="same", strides=2, activation="relu"),
        layers.Conv1DTranspose(4, 7, padding="same", strides=2, activation="relu"),
        layers.Dropout(0.2),
        layers.Conv1DTranspose(8, 7, padding="same", strides=2, activation="relu"),
        layers.Conv1DTranspose(1, 7, padding="same"),
    ])
    return model, [image(36, 1)]


def vae_encoder():
    """Two outputs with names of their own."""
    inputs = keras.Input((28, 28, 1))
    x = layers.Conv2D(8, 3, activation="relu", strides=2, padding="same")(inputs)
    x = layers.Conv2D(8, 3, activation="relu", strides=2, padding="same")(x)
    x = layers.Dense(6, activation="relu")(layers.Flatten()(x))
    return keras.Model(inputs, [layers.Dense(2, name="z_mean")(x), layers.Dense(2, name="z_log_var")(x)]), [image(28, 28, 1)]


def imdb_bidirectional():
    inputs = keras.Input((None,), dtype="int32")
    x = layers.Embedding(50, 8)(inputs)
    x = layers.Bidirectional(layers.LSTM(6, return_sequences=True))(x)
    x = layers.Bidirectional(layers.LSTM(6))(x)
    return keras.Model(inputs, layers.Dense(1, activation="sigmoid")(x)), [tokens(9, 50)]


def imdb_masked():
    model = keras.Sequential([
        keras.Input((11,), dtype="int32"),
        layers.Embedding(40, 6, mask_zero=True),
        layers.SpatialDropout1D(0.2),
        layers.GRU(5, return_sequences=True, dropout=0.1),
        layers.LSTM(4),
        layers.Dense(3, activation="softmax"),
    ])
    return model, [tokens(11, 40)]


def text_convnet():
    inputs = keras.Input((None,), dtype="int64")
    x = layers.Embedding(60, 8)(inputs)
    x = layers.Dropout(0.5)(x)
    x = layers.Conv1D(8, 7, padding="valid", activation="relu", strides=3)(x)
    x = layers.Conv1D(8, 3, padding="same", activation="relu")(x)
    x = layers.GlobalMaxPooling1D()(x)
    return keras.Model(inputs, layers.Dense(1, activation="sigmoid")(x)), [tokens(40, 60)]


def text_cnn_of_kim():
    inputs = keras.Input((20,), dtype="int32")
    x = layers.Reshape((20, 8, 1))(layers.Embedding(30, 8)(inputs))
    pooled = [
        layers.MaxPool2D((20 - k + 1, 1), strides=(1, 1))(layers.Conv2D(4, (k, 8), activation="relu")(x))
        for k in (3, 4, 5)
    ]
    x = layers.Dropout(0.5)(layers.Flatten()(layers.Concatenate(axis=1)(pooled)))
    return keras.Model(inputs, layers.Dense(2, activation="softmax")(x)), [tokens(20, 30)]


def seq2seq():
    """lstm_seq2seq: the encoder's states begin the decoder."""
    encoder_inputs = keras.Input((None, 7))
    _, h, c = layers.LSTM(6, return_state=True)(encoder_inputs)
    decoder_inputs = keras.Input((None, 5))
    decoded, _, _ = layers.LSTM(6, return_sequences=True, return_state=True)(decoder_inputs, initial_state=[h, c])
    outputs = layers.Dense(5, activation="softmax")(decoded)
    return keras.Model([encoder_inputs, decoder_inputs], outputs), [image(8, 7), image(6, 5)]


def addition_rnn():
    model = keras.Sequential([
        keras.Input((7, 12)),
        layers.LSTM(10),
        layers.RepeatVector(4),
        layers.LSTM(10, return_sequences=True),
        layers.TimeDistributed(layers.Dense(12, activation="softmax")),
    ])
    return model, [image(7, 12)]


def seq2seq_with_attention():
    """Luong's attention between a GRU's outputs."""
    source, target = keras.Input((None,), dtype="int32"), keras.Input((None,), dtype="int32")
    encoded, state = layers.GRU(8, return_sequences=True, return_state=True)(layers.Embedding(20, 6)(source))
    decoded = layers.GRU(8, return_sequences=True)(layers.Embedding(22, 6)(target), initial_state=state)
    context = layers.Attention(use_scale=True)([decoded, encoded])
    joined = layers.Concatenate()([context, decoded])
    return keras.Model([source, target], layers.Dense(22, activation="softmax")(joined)), [tokens(9, 20), tokens(7, 22)]


def timeseries_transformer():
    inputs = keras.Input((20, 1))
    x = inputs
    for _ in range(2):
        y = layers.MultiHeadAttention(key_dim=8, num_heads=2, dropout=0.25)(x, x)
        y = layers.LayerNormalization(epsilon=1e-6)(layers.Dropout(0.25)(y))
        x = y + x
        y = layers.Conv1D(filters=4, kernel_size=1, activation="relu")(x)
        y = layers.Conv1D(filters=x.shape[-1], kernel_size=1)(layers.Dropout(0.25)(y))
        x = layers.LayerNormalization(epsilon=1e-6)(y) + x
    x = layers.GlobalAveragePooling1D(data_format="channels_last")(x)
    return keras.Model(inputs, layers.Dense(3, activation="softmax")(x)), [image(20, 1)]


def causal_language_model():
    """Positions by an embedding of a range, a causal attention, a head tied to nothing."""
    inputs = keras.Input((10,), dtype="int32")
    positions = layers.Embedding(10, 8)(ops.arange(0, 10))
    x = layers.Embedding(30, 8)(inputs) + positions
    y = layers.MultiHeadAttention(2, 4)(x, x, use_causal_mask=True)
    x = layers.LayerNormalization(epsilon=1e-6)(x + layers.Dropout(0.1)(y))
    y = layers.Dense(8)(layers.Dense(16, activation="relu")(x))
    x = layers.LayerNormalization(epsilon=1e-6)(x + y)
    return keras.Model(inputs, layers.Dense(30)(x)), [tokens(10, 30)]


def wavenet():
    """Dilated causal convolutions, gates, skips."""
    inputs = keras.Input((None, 1))
    x, skips = layers.Conv1D(8, 2, padding="causal")(inputs), []
    for dilation in (1, 2, 4):
        gate = layers.Conv1D(8, 2, padding="causal", dilation_rate=dilation, activation="sigmoid")(x)
        value = layers.Conv1D(8, 2, padding="causal", dilation_rate=dilation, activation="tanh")(x)
        z = layers.Multiply()([value, gate])
        skips.append(layers.Conv1D(8, 1)(z))
        x = layers.Add()([x, layers.Conv1D(8, 1)(z)])
    x = layers.Activation("relu")(layers.Add()(skips))
    return keras.Model(inputs, layers.Conv1D(4, 1, activation="softmax")(x)), [image(19, 1)]


def speaker_recognition():
    inputs = keras.Input((64, 1))
    x = inputs
    for filters, count in ((4, 2), (8, 3)):
        s = layers.Conv1D(filters, 1, padding="same")(x)
        for _ in range(count - 1):
            x = layers.Activation("relu")(layers.Conv1D(filters, 3, padding="same")(x))
        x = layers.Conv1D(filters, 3, padding="same")(x)
        x = layers.Activation("relu")(layers.Add()([x, s]))
        x = layers.MaxPool1D(pool_size=2, strides=2)(x)
    x = layers.AveragePooling1D(pool_size=3, strides=3)(x)
    x = layers.Flatten()(x)
    return keras.Model(inputs, layers.Dense(5, activation="softmax")(x)), [image(64, 1)]


def deep_speech():
    """ctc_asr: convolutions over a spectrogram, then recurrent layers."""
    inputs = keras.Input((None, 33))
    x = layers.Reshape((-1, 33, 1))(inputs)
    x = layers.Conv2D(4, (11, 21), strides=(2, 2), padding="same", use_bias=False)(x)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    x = layers.Conv2D(4, (11, 11), strides=(1, 2), padding="same", use_bias=False)(x)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    x = layers.Reshape((-1, x.shape[-2] * x.shape[-1]))(x)
    for i in range(2):
        recurrent = layers.GRU(6, return_sequences=True, reset_after=True, name=f"gru_{i}")
        x = layers.Bidirectional(recurrent, merge_mode="concat", name=f"bidirectional_{i}")(x)
        if i < 1:
            x = layers.Dropout(rate=0.5)(x)
    x = layers.ReLU(name="dense_1_relu")(layers.Dense(12, name="dense_1")(x))
    return keras.Model(inputs, layers.Dense(9, activation="softmax")(x)), [image(24, 33)]


def ocr_columns():
    """captcha_ocr without its loss: columns of an image become steps."""
    inputs = keras.Input((24, 12, 1))
    x = layers.Conv2D(4, 3, activation="relu", kernel_initializer="he_normal", padding="same")(inputs)
    x = layers.MaxPooling2D(2)(x)
    x = layers.Reshape((12, 24))(x)
    x = layers.Dense(8, activation="relu")(x)
    x = layers.Bidirectional(layers.LSTM(6, return_sequences=True, dropout=0.25))(x)
    return keras.Model(inputs, layers.Dense(11, activation="softmax")(x)), [image(24, 12, 1)]


def volumes():
    """3D_image_classification."""
    inputs = keras.Input((16, 16, 12, 1))
    x = layers.Conv3D(4, 3, activation="relu")(inputs)
    x = layers.BatchNormalization()(layers.MaxPool3D(2)(x))
    x = layers.Conv3D(6, 3, activation="relu", padding="same", strides=(2, 1, 1))(x)
    x = layers.GlobalAveragePooling3D()(x)
    return keras.Model(inputs, layers.Dense(1, activation="sigmoid")(x)), [image(16, 16, 12, 1)]


def next_frame():
    """conv_lstm."""
    inputs = keras.Input((None, 10, 10, 1))
    x = layers.ConvLSTM2D(4, (5, 5), padding="same", return_sequences=True, activation="relu")(inputs)
    x = layers.BatchNormalization()(x)
    x = layers.ConvLSTM2D(4, (1, 1), padding="same", return_sequences=True, activation="relu")(x)
    return keras.Model(inputs, layers.Conv3D(1, 3, activation="sigmoid", padding="same")(x)), [image(4, 10, 10, 1)]


def video_cnn_rnn():
    frames = keras.Input((5, 12, 12, 3))
    cnn = keras.Sequential([
        keras.Input((12, 12, 3)),
        layers.Conv2D(4, 3, activation="relu"),
        layers.BatchNormalization(),
        layers.GlobalAveragePooling2D(),
    ])
    x = layers.TimeDistributed(cnn)(frames)
    x = layers.GRU(6, return_sequences=True)(x)
    x = layers.GRU(4)(x)
    return keras.Model(frames, layers.Dense(3, activation="softmax")(layers.Dropout(0.4)(x))), [image(5, 12, 12, 3)]


def wide_and_deep():
    wide, deep = keras.Input((6,), name="wide"), keras.Input((4,), name="deep")
    category = keras.Input((1,), name="category", dtype="int32")
    x = layers.Flatten()(layers.Embedding(12, 3)(category))
    x = layers.concatenate([deep, x])
    for units in (8, 4):
        x = layers.Dense(units)(x)
        x = layers.BatchNormalization()(x)
        x = layers.ReLU()(x)
        x = layers.Dropout(0.1)(x)
    merged = layers.concatenate([layers.BatchNormalization()(wide), x])
    model = keras.Model([wide, deep, category], layers.Dense(2, activation="softmax")(merged))
    return model, [image(6), image(4), tokens(3, 12)[:, :1]]


def factorization():
    """Matrix factorization with biases."""
    user, item = keras.Input((1,), dtype="int64"), keras.Input((1,), dtype="int64")
    u, i = layers.Embedding(9, 4)(user), layers.Embedding(8, 4)(item)
    dot = layers.Dot(axes=2, normalize=True)([u, i])
    x = layers.Add()([layers.Flatten()(dot), layers.Flatten()(layers.Embedding(9, 1)(user))])
    return keras.Model([user, item], ops.sigmoid(x)), [tokens(3, 9)[:, :1], tokens(3, 8)[:, :1]]


def tabular():
    """structured_data_classification's numbers and integer categories."""
    ages, kinds = keras.Input((1,), name="age"), keras.Input((1,), name="kind", dtype="int64")
    normal = layers.Normalization()
    normal.adapt(numpy.array([[20.0], [40.0], [77.0]]))
    lookup = layers.IntegerLookup(output_mode="one_hot", vocabulary=[1, 3, 5])
    x = layers.concatenate([normal(ages), lookup(kinds)])
    x = layers.Dense(8, activation="relu")(x)
    return keras.Model([ages, kinds], layers.Dense(1, activation="sigmoid")(x)), [image(1) * 80, tokens(3, 6)[:, :1]]


def gated_residuals():
    inputs = keras.Input((9,))
    x = layers.Dense(6, activation="elu")(inputs)
    y = layers.Dense(6, activation="silu")(x)
    gate = layers.Dense(6, activation="sigmoid")(y)
    x = layers.LayerNormalization()(x + layers.Multiply()([layers.Dense(6)(y), gate]))
    x = layers.UnitNormalization()(layers.Dense(5, activation="softplus")(x))
    return keras.Model(inputs, layers.Softmax()(layers.GroupNormalization(groups=-1)(x))), [image(9)]


def deep_q():
    """Atari: channels are moved before the first convolution."""
    model = keras.Sequential([
        keras.Input((4, 36, 36)),
        layers.Permute((2, 3, 1)),
        layers.Conv2D(4, 8, strides=4, activation="relu"),
        layers.Conv2D(6, 4, strides=2, activation="relu"),
        layers.Flatten(),
        layers.Dense(16, activation="relu"),
        layers.Dense(4, activation="linear"),
    ])
    return model, [image(4, 36, 36)]


def dueling_q():
    inputs = keras.Input((8,))
    x = layers.Dense(12, activation="relu")(inputs)
    value, advantage = layers.Dense(1)(x), layers.Dense(4)(x)
    q = value + (advantage - ops.mean(advantage, axis=1, keepdims=True))
    return keras.Model(inputs, q), [image(8)]


def nerf():
    """Positions by sines and cosines, a skip halfway."""
    inputs = keras.Input((7, 3))
    encoded = [inputs]
    for i in range(3):
        encoded += [ops.sin(2.0**i * inputs), ops.cos(2.0**i * inputs)]
    x = encoded = layers.Concatenate()(encoded)
    for i in range(4):
        x = layers.Dense(8, activation="relu")(x)
        if i == 2:
            x = layers.concatenate([x, encoded], axis=-1)
    return keras.Model(inputs, layers.Dense(4)(x)), [image(7, 3)]


def transfer_learning():
    """A frozen network of keras.applications under a head."""
    base = keras.applications.MobileNetV2(input_shape=(32, 32, 3), alpha=0.35, include_top=False, weights=None)
    base.trainable = False
    inputs = keras.Input((32, 32, 3))
    x = keras.applications.mobilenet_v2.preprocess_input(inputs)
    x = layers.GlobalAveragePooling2D()(base(x, training=False))
    return keras.Model(inputs, layers.Dense(2)(layers.Dropout(0.2)(x))), [image(32, 32, 3) * 255]


def yolo_head():
    """Two scales, detections by reshapes and slices."""
    inputs = keras.Input((32, 32, 3))
    x = layers.Conv2D(8, 3, strides=4, padding="same", activation="mish")(inputs)
    small = layers.Conv2D(8, 3, strides=2, padding="same", activation="mish")(x)
    large = layers.Concatenate()([layers.UpSampling2D(2)(small), x])
    found = []
    for features in (small, large):
        y = layers.Conv2D(3 * 7, 1)(features)
        y = layers.Reshape((-1, 7))(y)
        boxes, scores = ops.sigmoid(y[..., :2]), ops.softmax(y[..., 4:], axis=-1)
        found.append(layers.Concatenate()([boxes, ops.exp(y[..., 2:4]), scores]))
    return keras.Model(inputs, layers.Concatenate(axis=1)(found)), [image(32, 32, 3)]


def spatial_transformer_features():
    """Attention over the places of an image, by einsum and matmul."""
    inputs = keras.Input((6, 7, 4))
    q, k = layers.Conv2D(3, 1)(inputs), layers.Conv2D(3, 1)(inputs)
    q, k = ops.reshape(q, (-1, 42, 3)), ops.reshape(k, (-1, 42, 3))
    weights = ops.softmax(ops.matmul(q, ops.transpose(k, (0, 2, 1))) / 3**0.5)
    v = ops.reshape(layers.Conv2D(4, 1)(inputs), (-1, 42, 4))
    x = ops.reshape(ops.einsum("bij,bjc->bic", weights, v), (-1, 6, 7, 4))
    return keras.Model(inputs, inputs + x), [image(6, 7, 4)]


DESIGNS = [
    made for name, made in list(globals().items())
    if callable(made) and getattr(made, "__module__", "") == __name__ and name not in ("image", "tokens")
]


def randomize(model):
    """Statistics and gammas that are not 0 and 1 alone, so that a mistake in one of them shows."""
    rng = numpy.random.default_rng(3)
    for variable in model.weights:
        if "seed" in variable.path or not variable.dtype.startswith("float"):
            continue
        value = variable.numpy()
        if numpy.ptp(value) == 0:
            value = value + rng.uniform(0.1, 0.6, value.shape)
        variable.assign(value)
    for layer in model.layers:
        if isinstance(layer, layers.Normalization):
            layer.finalize_state()


def tensors(answer):
    if isinstance(answer, dict):
        return list(answer.values())
    return list(answer) if isinstance(answer, (list, tuple)) else [answer]


def compare(folder, given, expected):
    account = json.loads((folder / "conversion.json").read_text())
    spec = importlib.util.spec_from_file_location("model", folder / "model.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    model = getattr(module, account["model"]["class"])()
    model.load_state_dict(torch.load(folder / "model.pt", weights_only=True), strict=True)
    inputs = []
    for i, entry in enumerate(account["inputs"]):
        # a SavedModel has its inputs in the order of their names
        value = numpy.transpose(given.get(entry["name"], list(given.values())[i]), entry["axes"])
        value = torch.from_numpy(numpy.ascontiguousarray(value))
        inputs.append(value.to(getattr(torch, entry["dtype"])))
    runs = {"model.py": model.eval(), "torchscript": torch.jit.load(folder / "model.torchscript.pt").eval()}
    if (folder / "model.pt2").exists():
        runs["pt2"] = torch.export.load(folder / "model.pt2").module()
    errors = {}
    for name, run in runs.items():
        with torch.no_grad():
            answers = tensors(run(*inputs))
        error = 0.0
        for answer, entry, wanted in zip(answers, account["outputs"], expected, strict=True):
            wanted = numpy.transpose(wanted, entry["axes"])
            error = max(error, numpy.abs(answer.numpy() - wanted).max() / numpy.abs(wanted).max())
        errors[name] = float(error)
    return errors


def main():
    warnings.simplefilter("ignore")
    arguments = sys.argv[1:]
    only = set()
    if "--only" in arguments:
        at = arguments.index("--only")
        only = set(arguments[at + 1].split(","))
        del arguments[at : at + 2]
    work, tf2torch = pathlib.Path(arguments[0]), arguments[1:]
    failed = False
    for design in DESIGNS:
        name = design.__name__
        if only and name not in only:
            continue
        keras.backend.clear_session()
        keras.utils.set_random_seed(7)
        model, given = design()
        randomize(model)
        expected = [numpy.asarray(answer) for answer in tensors(model.predict(given, verbose=0))]
        folder = work / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        model.save(folder / "model.keras")
        model.save(folder / "model.h5")
        model.export(folder / "saved_model", verbose=False)
        for source in ("model.keras", "model.h5", "saved_model"):
            out = folder / f"out-{source}"
            run = subprocess.run(
                [*tf2torch, "convert", folder / source, "-o", out], capture_output=True, text=True, check=False)
            if run.returncode:
                failed = True
                print(f"{name:28} {source:12} status {run.returncode}: {run.stderr.strip()[-300:]}", flush=True)
                continue
            errors = compare(out, dict(zip((i.name for i in model.inputs), given)), expected)
            bad = [e for e in errors.values() if not e <= TOLERANCE]
            failed |= bool(bad)
            shown = " ".join(f"{k} {e:.1e}" for k, e in errors.items())
            print(f"{name:28} {source:12} {shown}{'  DIFFERS' if bad else ''}", flush=True)
        shutil.rmtree(folder)
    sys.exit(failed)


if __name__ == "__main__":
    main()
