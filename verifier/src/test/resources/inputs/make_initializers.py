"""Write initializers.npz: what the initializers of Keras and PyTorch, and Keras's spatial dropouts, draw from a seed.
python make_initializers.py      (TensorFlow 2.21.0, Keras 3.15.1, torch 2.13.0)

keras/NAME/SEED is a kernel of (3, 3, 4, 5); keras/spatialND/CALL what is kept, (N, 1.., C); keras/state/CALL the
state of SeedGenerator(11) after so many draws; torch/NAME/SEED what nn.init makes of (6, 7), or a layer of its own.
"""
import os, pathlib
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import keras, numpy as np, torch
from torch import nn
record = {}
names = ("GlorotUniform", "GlorotNormal", "HeUniform", "HeNormal", "LecunUniform", "LecunNormal", "RandomUniform",
         "RandomNormal", "TruncatedNormal")
for seed in (1, 42, 2**31 + 5):
    for name in names:
        record[f"keras/{name}/{seed}"] = np.asarray(getattr(keras.initializers, name)(seed=seed)((3, 3, 4, 5)))
    record[f"keras/VarianceScaling/{seed}"] = np.asarray(
        keras.initializers.VarianceScaling(2.5, "fan_out", "untruncated_normal", seed=seed)((3, 3, 4, 5)))
keras.utils.set_random_seed(3)
record["keras/layer/kernel"] = np.asarray(keras.Sequential([keras.Input((6,)), keras.layers.Dense(5)]).weights[0])
for rank in (1, 2, 3):
    layer = getattr(keras.layers, f"SpatialDropout{rank}D")(.3, seed=9)
    ones = np.ones((6,) + (3, 2, 4)[:rank] + (8,), np.float32)
    for call in range(2):
        kept = np.asarray(layer(ones, training=True)) != 0
        record[f"keras/spatial{rank}d/{call}"] = kept[(slice(None),) + (slice(0, 1),) * rank]
generator = keras.random.SeedGenerator(11)
for call in range(3):
    record[f"keras/state/{call}"] = np.asarray(generator.state).astype(np.int64)
    generator.next()
for seed in (0, 42, 2**32 + 7):
    def drawn(name, fill):
        torch.manual_seed(seed); w = torch.empty(6, 7); fill(w); record[f"torch/{name}/{seed}"] = w.detach().numpy()
    drawn("kaiming_uniform_", lambda w: nn.init.kaiming_uniform_(w, nonlinearity="relu"))
    drawn("kaiming_normal_", lambda w: nn.init.kaiming_normal_(w, mode="fan_out", nonlinearity="relu"))
    drawn("xavier_uniform_", nn.init.xavier_uniform_)
    drawn("xavier_normal_", nn.init.xavier_normal_)
    drawn("normal_", lambda w: nn.init.normal_(w, 3, .02))
    drawn("bernoulli", lambda w: w.copy_(torch.bernoulli(torch.full_like(w, .3))))
    torch.manual_seed(seed); linear = nn.Linear(7, 6)
    record[f"torch/Linear.weight/{seed}"], record[f"torch/Linear.bias/{seed}"] = linear.weight.detach().numpy(), linear.bias.detach().numpy()
np.savez_compressed(pathlib.Path(__file__).parent / "initializers.npz", **record)
