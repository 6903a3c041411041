"""Record what Keras 3.15.1 on TensorFlow 2.21.0 makes of recurrent cells that drop in training.

    python make_dropping.py

In the manner of make_reference.py, training alone. The masks that Keras drew stand beside, under
mask/CASE/n as the modules of PyTorch take them, in the order of their calls.
"""

import keras
import numpy
from keras import layers as L
from keras.src import backend
from make_reference import HERE, deflated, inputs, one, record, values

STEPS = (4, 3)
MAPS = (3, 4, 5, 2)


def dropping():
    both = {"dropout": 0.4, "recurrent_dropout": 0.3}

    def masked(layer, **options):
        def build(name):
            x = inputs(name, STEPS)
            return x, layer(2, name=name, **options)(L.Masking(0.5, name=name + "_mask")(x[0]))

        return build

    def stacked(name):
        x = inputs(name, STEPS)
        parts = [L.LSTMCell(2, seed=21, **both), L.GRUCell(3, seed=22, dropout=0.2)]
        return x, L.RNN(parts, name=name)(x[0])

    def two_ways(name):
        x = inputs(name, STEPS)
        return x, L.Bidirectional(L.GRU(2, seed=23, return_sequences=True, **both), name=name)(x[0])

    def scored(layer, **options):
        def build(name):
            x = inputs(name, STEPS, (5, 3))
            call = layer(dropout=0.4, name=name, **options)
            return x, call([x[0], x[1]], return_attention_scores=True)

        return build

    return {
        "lstm": one(L.LSTM, STEPS, units=2, seed=1, dropout=0.4),
        "lstm_state": one(L.LSTM, STEPS, units=2, seed=2, recurrent_dropout=0.3),
        "lstm_both": one(L.LSTM, STEPS, units=2, seed=3, return_sequences=True, **both),
        "lstm_unbiased": one(L.LSTM, STEPS, units=2, seed=4, use_bias=False, **both),
        "lstm_hard": one(
            L.LSTM, STEPS, units=2, seed=5, recurrent_activation="hard_sigmoid", **both
        ),
        "lstm_states": one(L.LSTM, STEPS, units=2, seed=6, return_state=True, **both),
        "lstm_masked": masked(L.LSTM, seed=7, **both),
        "gru": one(L.GRU, STEPS, units=2, seed=9, dropout=0.4),
        "gru_both": one(L.GRU, STEPS, units=2, seed=10, go_backwards=True, **both),
        "gru_first": one(L.GRU, STEPS, units=2, seed=11, reset_after=False, **both),
        "gru_masked": masked(L.GRU, seed=12, reset_after=False, recurrent_dropout=0.3),
        "simple": one(L.SimpleRNN, STEPS, units=2, seed=13, **both),
        "simple_relu": one(L.SimpleRNN, STEPS, units=2, seed=14, activation="relu", **both),
        "maps": one(L.ConvLSTM2D, MAPS, filters=2, kernel_size=3, seed=15, dropout=0.4),
        "maps_both": one(
            L.ConvLSTM2D, MAPS, filters=2, kernel_size=2, padding="same", seed=16, **both
        ),
        "maps_state": one(
            L.ConvLSTM1D, (3, 5, 2), filters=2, kernel_size=3, seed=17, recurrent_dropout=0.3
        ),
        "stacked": stacked,
        "two_ways": two_ways,
        "noise_shape": one(L.Dropout, STEPS, rate=0.4, seed=18, noise_shape=(None, 1, None)),
        "noise_of_maps": one(L.Dropout, (3, 4, 2), rate=0.4, seed=19, noise_shape=(None, 1, 4, 1)),
        "scored": scored(L.Attention, seed=24, use_scale=True),
        "scored_sums": scored(L.AdditiveAttention, seed=25),
    }


def generators(layer):
    """What draws for a layer, and the cell or layer that it draws for, in the order of calls."""
    if isinstance(layer, L.Bidirectional):
        return generators(layer.forward_layer) + generators(layer.backward_layer)
    if isinstance(layer, L.StackedRNNCells):
        return [(c.seed_generator, c) for c in layer.cells]
    if hasattr(layer, "cell"):
        return generators(layer.cell)
    return [(layer.seed_generator, layer)]


def arranged(cell, drawn):
    """The masks of one call as PyTorch's modules take them: the input's first, then the state's."""
    kind = type(cell).__name__
    if kind in ("Dropout", "Attention", "AdditiveAttention"):
        return drawn
    gates = 4 if "LSTM" in kind else 3 if "GRU" in kind else 1
    if kind.startswith("GRU") and len(drawn) % 3 == 0:  # z, r, h to r, z, h
        drawn = [drawn[i + j] for i in range(0, len(drawn), 3) for j in (1, 0, 2)]
    if len(drawn) % gates:
        gates = 1
    groups = [numpy.stack(drawn[i : i + gates]) for i in range(0, len(drawn), gates)]
    places = (["input"] if cell.dropout else []) + (["state"] if cell.recurrent_dropout else [])
    return [placed(mask, place, kind) for mask, place in zip(groups, places, strict=True)]


def placed(mask, place, kind):
    """(gates, N, ...) as the module has it."""
    if kind.startswith("ConvLSTM"):
        joined = numpy.concatenate(list(mask), -1)
        return joined[:, None] if place == "input" else numpy.moveaxis(joined, -1, 1)
    mask = mask[:, :, None] if place == "input" else mask
    return mask[0] if len(mask) == 1 else mask


def main():
    keras.utils.set_random_seed(1)
    random = numpy.random.default_rng(1)
    ins, outs, cases = [], [], []
    for name, build in dropping().items():
        x, y = build(name)
        ins += x
        for i, each in enumerate(keras.tree.flatten(y)):
            outs.append(each)
            cases.append(f"{name}/{i}")
    model = keras.Model(ins, outs, name="dropping")
    for variable in model.variables:
        variable.assign(values(variable, random))
    fed = {x.name: random.normal(0, 1, (2, *x.shape[1:])).astype("float32") for x in ins}
    for name in ("lstm_masked_x0", "gru_masked_x0"):
        fed[name][0, 1] = 0.5
    path = HERE / "dropping.keras"
    model.save(path)
    deflated(path)
    found = {f"x/{name}": value for name, value in fed.items()}
    found |= record(model, cases, fed, "", False)

    masks, drop = {}, backend.random.dropout

    def remembered(x, rate, noise_shape=None, seed=None):
        y = drop(x, rate, noise_shape=noise_shape, seed=seed)
        masks.setdefault(id(seed), []).append((y / x).numpy())
        return y

    of = {name: generators(model.get_layer(name)) for name in dropping()}
    for each in of.values():
        for generator, _ in each:
            generator.state.assign([generator._initial_seed, 0])
    backend.random.dropout = remembered
    found |= record(model, cases, fed, "training/", True)
    for name, each in of.items():
        drawn = [m for generator, cell in each for m in arranged(cell, masks[id(generator)])]
        found |= {f"mask/{name}/{i}": mask for i, mask in enumerate(drawn)}
    numpy.savez_compressed(HERE / "dropping.npz", **found)


if __name__ == "__main__":
    main()
