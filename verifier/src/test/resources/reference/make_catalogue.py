"""Record what Keras 3.15.1 on TensorFlow 2.21.0 makes of options and layers beyond the common ones.

    python make_catalogue.py [FAMILY...]

In the manner of make_reference.py, whose families these go on with.
"""

import sys

import keras
from keras import layers as L
from make_reference import inputs, make, merge, one


def heads():
    """MultiHeadAttention: x0 is the query, x1 the value, x2 the key; a mask is named so."""

    def of(*shapes, call=None, mask=None, size=(2, 3), **options):
        def build(name):
            x = inputs(name, *shapes, *([mask] if mask else []))
            layer = L.MultiHeadAttention(*size, name=name, **options)
            tensors = x[:-1] if mask else x
            named = {**(call or {}), **({"attention_mask": x[-1]} if mask else {})}
            return x, layer(*(tensors if len(tensors) > 1 else tensors * 2), **named)

        return build

    def by_name(name):
        x = inputs(name, (5, 4), (3, 6), (3, 2))
        return x, L.MultiHeadAttention(2, 3, name=name)(query=x[0], value=x[1], key=x[2])

    scores = {"return_attention_scores": True}
    causal = {"use_causal_mask": True}
    return {
        "plain": of((5, 4), size=(2, 2)),
        "plain_unbiased": of((5, 4), size=(2, 2), use_bias=False),
        "plain_dropout": of((5, 4), size=(2, 2), dropout=0.4),
        "one_head": of((5, 3), size=(1, 3)),
        "value_dim": of((5, 4), (3, 6), value_dim=2),
        "output_shape": of((5, 4), output_shape=7, use_bias=False),
        "output_shapes": of((5, 4), output_shape=(2, 3)),
        "by_name": by_name,
        "two_axes": of((3, 5, 4), (2, 3, 6), value_dim=2),
        "two_axes_scores": of((3, 5, 4), (2, 3, 4), call=scores),
        "first_axis": of((3, 5, 4), (2, 5, 4), attention_axes=(1,)),
        "second_axis": of((3, 5, 4), (3, 2, 4), attention_axes=(2,)),
        "second_axis_scores": of((3, 5, 4), (3, 2, 4), attention_axes=2, call=scores),
        "causal_cross": of((5, 4), (3, 4), call=causal),
        "causal_scores": of((5, 4), (7, 4), call={**causal, **scores}),
        "causal_dropout": of((5, 4), call=causal, dropout=0.3),
        "hidden": of((5, 4), (3, 4), mask=("int", 5, 3)),
        "hidden_of_heads": of((5, 4), (3, 4), mask=("int", 2, 5, 3)),
        "hidden_causal": of((5, 4), (5, 4), mask=("int", 5, 5), call=causal),
        "hidden_scores": of((5, 4), (3, 4), mask=("int", 5, 3), call=scores),
        "hidden_dropout": of((5, 4), (3, 4), mask=("int", 1, 3), dropout=0.2),
        "hidden_two_axes": of((2, 3, 4), (2, 2, 4), mask=("int", 2, 3, 2, 2)),
        "window": of((5, 4), sliding_window=2),
        "window_causal": of((5, 4), sliding_window=3, call={**causal, **scores}),
        "gate": of((5, 4), (3, 4), value_dim=2, use_gate=True),
        "gate_unbiased": of((5, 4), use_gate=True, use_bias=False, dropout=0.1),
    }


def queries():
    """GroupQueryAttention."""

    def of(*shapes, call=None, mask=None, size=(3, 4, 2), **options):
        def build(name):
            x = inputs(name, *shapes, *([mask] if mask else []))
            layer = L.GroupQueryAttention(*size, name=name, **options)
            tensors = x[:-1] if mask else x
            named = {**(call or {}), **({"attention_mask": x[-1]} if mask else {})}
            return x, layer(*(tensors if len(tensors) > 1 else tensors * 2), **named)

        return build

    scores = {"return_attention_scores": True}
    causal = {"use_causal_mask": True}
    return {
        "grouped": of((5, 4)),
        "grouped_one": of((5, 4), (3, 4), size=(2, 3, 1)),
        "grouped_all": of((5, 4), (3, 4), (3, 6), size=(2, 3, 3), use_bias=False),
        "grouped_causal": of((5, 4), call=causal),
        "grouped_scores": of((5, 4), (3, 4), call=scores),
        "grouped_hidden": of((5, 4), (3, 4), mask=("int", 5, 3)),
        "grouped_hidden_scores": of((5, 4), (3, 4), mask=("int", 5, 3), call=scores),
        "grouped_window": of((5, 4), sliding_window=2, dropout=0.3, call=causal),
        "grouped_gate": of((5, 4), use_gate=True),
    }


def scores():
    """Attention and AdditiveAttention."""

    def of(layer_class, *shapes, call=None, **options):
        def build(name):
            x = inputs(name, *shapes)
            return x, layer_class(name=name, **options)(x, **(call or {}))

        return build

    two, three = ((5, 4), (3, 4)), ((5, 4), (3, 2), (3, 4))
    both = {"return_attention_scores": True}
    causal = {"use_causal_mask": True}
    return {
        "scaled": of(L.Attention, *two, use_scale=True),
        "keyed": of(L.Attention, *three),
        "joined": of(L.Attention, *two, score_mode="concat"),
        "joined_scaled": of(L.Attention, *three, score_mode="concat", use_scale=True),
        "dropping": of(L.Attention, *two, dropout=0.4),
        "causal": of(L.Attention, *two, call=causal),
        "causal_longer": of(L.Attention, (3, 4), (5, 4), call={**causal, **both}),
        "scored": of(L.Attention, *three, call=both),
        "of_maps": of(L.Attention, (2, 5, 4), (2, 3, 4)),
        "added": of(L.AdditiveAttention, *three),
        "added_causal": of(L.AdditiveAttention, *two, call=causal),
        "added_scored": of(L.AdditiveAttention, *two, use_scale=False, call=both),
        "added_dropping": of(L.AdditiveAttention, *two, dropout=0.3),
    }


def einsum():
    def of(shape, equation, output_shape, **options):
        return one(L.EinsumDense, shape, equation=equation, output_shape=output_shape, **options)

    return {
        "activated": of((4, 3), "abc,cd->abd", (None, 5), bias_axes="d", activation="relu"),
        "steps_biased": of((4, 3), "abc,cd->abd", (4, 5), bias_axes="bd"),
        "row_biased": of((4, 3), "abc,cde->abde", (None, 2, 5), bias_axes="e"),
        "first_biased": of((4, 3), "abc,cde->abde", (None, 2, 5), bias_axes="d"),
        "two_contracted": of((4, 2, 3), "abcd,cde->abe", (None, 5), bias_axes="e"),
        "turned": of((4, 3), "abc,dc->adb", (5, 4), bias_axes="d"),
        "by_step": of((4, 3), "abc,bcd->abd", (4, 5), bias_axes="bd"),
        "contracted_step": of((4, 3), "abc,bd->adc", (5, 3)),
        "dots": of((2, 4, 3), "...x,xy->...y", 5, bias_axes="y"),
        "dots_activated": of((4, 3), "...x,xy->...y", 5, activation="tanh"),
        "dots_behind": of((4, 2, 3), "abc...,bd->adc...", (5, 2, 3)),
    }


def norms():
    """Normalization over inner axes and over several."""
    return {
        "layer_inner": one(L.LayerNormalization, (2, 4, 3), axis=1),
        "layer_inner_plain": one(L.LayerNormalization, (4, 3), axis=1, scale=False, center=False),
        "layer_two": one(L.LayerNormalization, (2, 4, 3), axis=(-2, -1), epsilon=0.01),
        "layer_two_inner": one(L.LayerNormalization, (2, 4, 3), axis=(1, 2), center=False),
        "layer_all": one(L.LayerNormalization, (2, 4, 3), axis=(1, 2, 3)),
        "layer_vector": one(L.LayerNormalization, (5,), scale=False),
        "layer_of_squares": one(L.LayerNormalization, (4, 3), rms_scaling=True),
        "layer_of_squares_inner": one(L.LayerNormalization, (2, 4, 3), axis=1, rms_scaling=True),
        "group_steps": one(L.GroupNormalization, (4, 6), groups=2),
        "group_one": one(L.GroupNormalization, (2, 4, 3), groups=1, center=False),
        "group_first": one(L.GroupNormalization, (4, 2, 3), groups=2, axis=1, epsilon=0.01),
        "group_inner": one(L.GroupNormalization, (2, 4, 3), groups=2, axis=2),
        "group_plain": one(L.GroupNormalization, (2, 4, 6), groups=3, scale=False, center=False),
        "group_volume": one(L.GroupNormalization, (2, 3, 2, 4), groups=2),
        "square_vector": one(L.RMSNormalization, (5,), epsilon=0.01),
        "square_axes": one(L.RMSNormalization, (2, 4, 3), axis=(2, 3)),
        "square_maps": one(L.RMSNormalization, (2, 4, 3)),
        "unit_axes": one(L.UnitNormalization, (2, 4, 3), axis=(1, 3)),
        "unit_vector": one(L.UnitNormalization, (5,)),
        "batch_inner": one(L.BatchNormalization, (2, 4, 3), axis=2, momentum=0.7),
        "batch_steps_first": one(L.BatchNormalization, (4, 3), axis=1, momentum=0.7),
        "batch_volume": one(L.BatchNormalization, (2, 3, 2, 4), momentum=0.7, epsilon=0.01),
        "batch_volume_first": one(L.BatchNormalization, (4, 2, 3, 2), axis=1, center=False),
    }


def adapted():
    """Normalization by statistics: given, and stored as if adapted."""
    return {
        "given_inner": one(
            L.Normalization, (2, 3, 4), axis=2, mean=[0.1, 0.2, 0.3], variance=[0.5, 2.0, 1.5]
        ),
        "given_two": one(
            L.Normalization,
            (2, 5, 3),
            axis=(1, 3),
            mean=[[0.1, 0.2, 0.3], [0.4, -0.5, 0.6]],
            variance=[[0.5, 2.0, 1.5], [0.7, 0.8, 0.9]],
        ),
        "stored": one(L.Normalization, (4, 3)),
        "stored_inner": one(L.Normalization, (2, 3, 4), axis=1),
        "stored_two": one(L.Normalization, (2, 5, 3), axis=(1, 3), invert=True),
        "stored_whole": one(L.Normalization, (4, 3), axis=None),
        "of_whole_numbers": one(
            L.Normalization, ("int", 3), axis=-1, mean=[0.1, 0.2, 0.3], variance=[0.5, 2.0, 1.5]
        ),
    }


def spectral():
    return {
        "spectral_dense": one(L.SpectralNormalization, (4, 3), layer=L.Dense(5, name="inside")),
        "spectral_conv": one(
            L.SpectralNormalization,
            (5, 6, 3),
            layer=L.Conv2D(4, (2, 3), activation="relu", name="inside"),
            power_iterations=2,
        ),
    }


def images():
    """Resizing and cropping."""

    def size(height, width, shape=(5, 6, 2), **options):
        return one(L.Resizing, shape, height=height, width=width, **options)

    return {
        "smaller": size(3, 4),
        "larger": size(8, 13),
        "nearest_larger": size(8, 13, interpolation="nearest"),
        "bicubic": size(7, 4, interpolation="bicubic"),
        "lanczos3": size(7, 4, interpolation="lanczos3"),
        "lanczos5": size(3, 9, interpolation="lanczos5"),
        "smaller_smooth": size(2, 4, antialias=True),
        "larger_smooth": size(8, 9, antialias=True),
        "bicubic_smooth": size(2, 4, interpolation="bicubic", antialias=True),
        "cut": size(3, 2, crop_to_aspect_ratio=True),
        "cut_wide": size(2, 7, crop_to_aspect_ratio=True, interpolation="nearest"),
        "filled": size(6, 12, pad_to_aspect_ratio=True, fill_value=0.5),
        "filled_high": size(14, 4, pad_to_aspect_ratio=True, interpolation="nearest"),
        "resized_first": size(3, 7, shape=(2, 5, 6), data_format="channels_first"),
        "centre": one(L.CenterCrop, (5, 6, 2), height=4, width=3),
        "centre_whole": one(L.CenterCrop, (5, 6, 2), height=5, width=6),
        "centre_first": one(
            L.CenterCrop, (2, 5, 6), height=2, width=3, data_format="channels_first"
        ),
        "centre_of_smaller": one(L.CenterCrop, (4, 3, 2), height=5, width=2),
        "up_nearest_first": one(
            L.UpSampling2D, (2, 3, 4), size=(3, 2), data_format="channels_first"
        ),
        "up_bilinear_first": one(
            L.UpSampling2D,
            (2, 3, 4),
            size=(3, 2),
            interpolation="bilinear",
            data_format="channels_first",
        ),
        "up_bicubic": one(L.UpSampling2D, (3, 4, 2), size=(2, 3), interpolation="bicubic"),
        "up_lanczos3": one(L.UpSampling2D, (3, 4, 2), size=2, interpolation="lanczos3"),
    }


def categories():
    bounds = [-0.7, 0.1, 0.6]

    def counted(name):
        x = inputs(name, ("int", 4), (4,))
        return x, L.CategoryEncoding(6, output_mode="count", name=name)(x[0], count_weights=x[1])

    def binned(shape, **options):
        return one(L.Discretization, shape, bin_boundaries=bounds, **options)

    def encoded(shape, **options):
        return one(L.CategoryEncoding, shape, num_tokens=6, **options)

    def looked_up(shape=("int", 4), words=(4, 1, 3), **options):
        return one(L.IntegerLookup, shape, vocabulary=list(words), **options)

    return {
        "bins": binned((4, 3)),
        "bins_of_whole_numbers": one(L.Discretization, ("int", 4), bin_boundaries=[1.0, 3.0]),
        "bins_float": binned((4, 3), dtype="float32"),
        "bins_one_hot": binned((3,), output_mode="one_hot"),
        "bins_one_hot_column": binned((4, 1), output_mode="one_hot"),
        "bins_multi_hot": binned((3,), output_mode="multi_hot"),
        "bins_multi_hot_steps": binned((4, 3), output_mode="multi_hot"),
        "bins_count": binned((3,), output_mode="count"),
        "one_hot": encoded(("int", 1), output_mode="one_hot"),
        "one_hot_steps": encoded(("int", 4), output_mode="one_hot"),
        "multi_hot": encoded(("int", 4)),
        "multi_hot_steps": encoded(("int", 4, 2)),
        "count": encoded(("int", 4), output_mode="count"),
        "count_weighted": counted,
        "lookup": looked_up(),
        "lookup_masked": looked_up(mask_token=0),
        "lookup_two_unknown": looked_up(num_oov_indices=2),
        "lookup_three_unknown": looked_up(num_oov_indices=3, mask_token=2),
        "lookup_known": looked_up(words=(4, 1, 3, 0, 2, 5), num_oov_indices=0),
        "lookup_inverted": looked_up(invert=True),
        "lookup_inverted_masked": looked_up(invert=True, mask_token=0),
        "lookup_one_hot": looked_up(("int", 1), output_mode="one_hot"),
        "lookup_multi_hot": looked_up(output_mode="multi_hot"),
        "lookup_count": looked_up(output_mode="count"),
        "lookup_count_padded": looked_up(output_mode="count", max_tokens=7, pad_to_max_tokens=True),
        "lookup_weighted": looked_up(output_mode="tf_idf", idf_weights=[0.5, 2.0, 1.5]),
    }


def adaptive():
    cases = {}
    for kind in ("Average", "Max"):
        layers = [getattr(L, f"Adaptive{kind}Pooling{n}D") for n in (1, 2, 3)]
        low = kind.lower()
        cases |= {
            f"{low}1d": one(layers[0], (7, 3), output_size=3),
            f"{low}1d_even": one(layers[0], (6, 2), output_size=3),
            f"{low}1d_first": one(layers[0], (2, 7), output_size=4, data_format="channels_first"),
            f"{low}2d": one(layers[1], (5, 7, 3), output_size=(2, 3)),
            f"{low}2d_square": one(layers[1], (6, 8, 2), output_size=2),
            f"{low}2d_same": one(layers[1], (5, 7, 3), output_size=(5, 4)),
            f"{low}3d": one(layers[2], (3, 5, 4, 2), output_size=(2, 3, 2)),
        }
    return cases


def augmentation():
    """What is drawn in training, at inference."""
    shape = (3, 5, 3)
    plain = {
        "RandomBrightness": {"factor": 0.3},
        "RandomContrast": {"factor": 0.3},
        "RandomCrop": {"height": 2, "width": 3},
        "RandomFlip": {},
        "RandomHue": {"factor": 0.3},
        "RandomRotation": {"factor": 0.2},
        "RandomSaturation": {"factor": 0.3},
        "RandomShear": {"x_factor": 0.3},
        "RandomTranslation": {"height_factor": 0.2, "width_factor": 0.2},
        "RandomZoom": {"height_factor": 0.2},
        "RandomColorDegeneration": {"factor": 0.3},
        "RandomColorJitter": {"brightness_factor": 0.3},
        "RandomElasticTransform": {},
        "RandomErasing": {},
        "RandomGaussianBlur": {},
        "RandomGrayscale": {},
        "RandomInvert": {},
        "RandomPerspective": {},
        "RandomPosterization": {"factor": 4},
        "RandomSharpness": {"factor": 0.3},
        "Solarization": {},
        "AugMix": {},
        "CutMix": {},
        "MixUp": {},
        "RandAugment": {},
    }
    return {
        "of_" + name.lower(): one(getattr(L, name), shape, **options)
        for name, options in plain.items()
    }


def others():
    def reversed_embedding(tie, cap):
        def build(name):
            x = inputs(name, ("int", 4))
            layer = L.ReversibleEmbedding(6, 3, tie_weights=tie, logit_soft_cap=cap, name=name)
            return x, layer(layer(x[0]), reverse=True)

        return build

    def piped(name):
        x = inputs(name, (5, 6, 2))
        stages = [L.CenterCrop(4, 3, name=name + "_crop"), L.Rescaling(0.5, name=name + "_scale")]
        return x, L.Pipeline(stages, name=name)(x[0])

    def masked_softmax(name):
        x = inputs(name, (4, 3), ("int", 4, 3))
        return x, L.Softmax(name=name)(x[0], mask=x[1])

    return {
        "identity": one(L.Identity, (4, 3)),
        "activity_l1": one(L.ActivityRegularization, (4, 3), l1=0.2),
        "embedding_only": one(L.ReversibleEmbedding, ("int", 4), input_dim=6, output_dim=3),
        "embedding_back": reversed_embedding(True, None),
        "embedding_back_own": reversed_embedding(False, None),
        "embedding_back_capped": reversed_embedding(True, 0.5),
        "piped": piped,
        "softmax_axes": one(L.Softmax, (2, 4, 3), axis=(1, 3)),
        "softmax_masked": masked_softmax,
        "average_of_one": merge(L.Add, (4, 3), (4, 3), (1, 3)),
        "dot_inner": merge(L.Dot, (4, 3, 2), (5, 3), axes=2),
        "dot_negative": merge(L.Dot, (4, 3), (3, 5), axes=(-1, 1), normalize=True),
        "dot_both": merge(L.Dot, (4, 3), (4, 3), axes=(2, -1)),
        "depthwise1d_plain": one(
            L.DepthwiseConv1D, (8, 3), kernel_size=4, padding="same", use_bias=False
        ),
        "depthwise1d_dilated": one(
            L.DepthwiseConv1D, (9, 2), kernel_size=3, dilation_rate=2, depth_multiplier=3
        ),
        "depthwise2d_relu": one(
            L.DepthwiseConv2D,
            (6, 7, 2),
            kernel_size=(3, 2),
            strides=2,
            depth_multiplier=3,
            use_bias=False,
            activation="relu",
        ),
        "separable1d_2": one(
            L.SeparableConv1D,
            (9, 3),
            filters=5,
            kernel_size=3,
            strides=2,
            depth_multiplier=2,
            use_bias=False,
        ),
        "separable1d_dilated": one(
            L.SeparableConv1D, (9, 3), filters=4, kernel_size=3, dilation_rate=2, padding="same"
        ),
        "separable2d_plain": one(
            L.SeparableConv2D, (5, 8, 3), filters=4, kernel_size=(2, 3), use_bias=False
        ),
        "separable2d_same_2": one(
            L.SeparableConv2D,
            (5, 8, 2),
            filters=3,
            kernel_size=4,
            strides=2,
            padding="same",
            depth_multiplier=3,
            activation="tanh",
        ),
        "noise_shape_last": one(L.Dropout, (4, 3), rate=0.5, noise_shape=(None, 4, 1)),
    }


def signals():
    """Sound, contrast, and dropout of whole maps."""

    def heard(shape=(23, 2), **options):
        return one(L.STFTSpectrogram, shape, frame_length=8, **options)

    def flat(name):
        x = inputs(name, (1, 1, 3))  # its gradient is NaN
        return x, L.AutoContrast((0, 1), name=name)(keras.ops.stop_gradient(x[0]))

    return {
        "stft_" + mode: heard(mode=mode)
        for mode in ("log", "magnitude", "psd", "angle", "stft")
    } | {
        "stft_real": heard(mode="real", trainable=False),
        "stft_imag": heard(mode="imag", trainable=False),
        "stft_step": heard(frame_step=3, fft_length=16, padding="same"),
        "stft_wide": heard(expand_dims=True, scaling=None, window="hamming"),
        "stft_first": heard((2, 23), data_format="channels_first", mode="magnitude"),
        "stft_first_wide": heard((2, 23), data_format="channels_first", expand_dims=True),
        "contrast": one(L.AutoContrast, (4, 5, 3)),
        "contrast_of_shares": one(L.AutoContrast, (4, 5, 3), value_range=(-2, 1)),
        "contrast_of_one": flat,
        "spatial1d": one(L.SpatialDropout1D, (4, 3), rate=0.4),
        "spatial2d": one(L.SpatialDropout2D, (4, 5, 3), rate=0.4),
        "spatial3d": one(L.SpatialDropout3D, (2, 4, 5, 3), rate=0.4),
    }


def mels():
    """MelSpectrogram; the frequencies are few, and so are the bands."""

    def of(samples=37, fft_length=16, sequence_stride=5, num_mel_bins=4, **options):
        sizes = dict(sampling_rate=100, min_freq=3.0, num_mel_bins=num_mel_bins)
        steps = dict(fft_length=fft_length, sequence_stride=sequence_stride)
        return one(L.MelSpectrogram, (samples,), **sizes, **steps, **options)

    return {
        "mel": of(sequence_stride=3),
        "mel_plain": of(power_to_db=False, max_freq=40.0, num_mel_bins=3),
        "mel_magnitude": of(power_to_db=False, mag_exp=1.0, window=None, fft_length=15),
        "mel_short": of(sequence_length=11, window="hamming", top_db=7.0, ref_power=0.5),
        "mel_bounded": of(min_power=2.0, ref_power=0.3, mag_exp=1.5),
    }


def called():
    """Layers that are called with training, under a model that says training=False, as predict does."""

    def of(layer_class, training, *options):
        def build(name):
            x = inputs(name, (4, 3))
            return x, layer_class(*options, name=name)(x[0], training=training)

        return build

    def model(name):
        x = inputs(name, (3,))
        inner = keras.Sequential([keras.Input((3,)), L.Dense(4), L.Dropout(0.5)], name=name)
        return x, inner(x[0], training=True)

    return {
        "dropout_true": of(L.Dropout, True, 0.5),
        "dropout_false": of(L.Dropout, False, 0.5),
        "norm_true": of(L.BatchNormalization, True),
        "norm_false": of(L.BatchNormalization, False),
        "model_true": model,
    }


FAMILIES = {
    f.__name__: f
    for f in (
        heads,
        queries,
        scores,
        einsum,
        norms,
        adapted,
        spectral,
        images,
        categories,
        adaptive,
        augmentation,
        others,
        signals,
        mels,
        called,
    )
}
TRAINS = ("norms",)

if __name__ == "__main__":
    assert keras.__version__ == "3.15.1"
    for each in sys.argv[1:] or FAMILIES:
        make(FAMILIES[each], each in TRAINS)
        print(each, flush=True)
