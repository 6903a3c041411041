"""The page of the documentation that check_optimizers.py --write makes of what it has measured."""

import keras
import tensorflow
import torch

PAGE = """# Optimizers

Written by `interop/check_optimizers.py --write docs/optimizers.md` ({versions}; CPU).

For each line TensorFlow trains a small network for ten steps, saves it, and trains ten more. The
saved file is converted, and PyTorch trains its own ten steps from that. The numbers are the largest
differences between both at the end: of a parameter, and of what the optimizer keeps (slots, counters,
averages; in units of the largest element of a tensor where that is above 1). The limits are 1e-12 in
float64 and 1e-6 in float32; a dash is a type that TensorFlow's own kernel does not have. The last
column is what `--stock-optimizer` takes in the place of a class of `model.py`, and by how much of
itself the next step of an element may be another then (10 steps after the start: for Adam's epsilon
it falls with the steps, to 0.01 at step 3918).

tf1 is `tf.compat.v1.train`, keras2 what `tf.keras` had up to TensorFlow 2.10, keras2.11 what it had in
TensorFlow 2.11 to 2.15 (run from the sources of tf_keras 2.21, which kept it), keras3 Keras 3. BERT,
LAMB, Mesh Adafactor and AdaMax are the formulas of their repositories, in TensorFlow's ops.

{optimizers}

An epsilon that is added in another place counts where gradients are as small as it is: the bound is
for such elements, and `conversion.json` says (`lossy`) from where on it is below 1 %. A velocity of
Keras and of RMSprop has the learning rate in it, PyTorch's has not; the stock optimizer takes the
same steps while the rate stays, and the conversion says what to multiply `momentum_buffer` by when it
changes. At a rate of 0 it can't be taken along so, and `--stock-optimizer` is refused. No stock
optimizer stands in for Ftrl, Lion, Lamb and the proximal ones, for Adafactor with an `epsilon_1` above
1e-20 or means along other axes than the last two; the message says which it is.

## Around the step

What TensorFlow does with a loss, gradients and weights around the optimizer's own step:

| in TensorFlow | in PyTorch |
|---|---|
| `clipnorm`, `clipvalue`, `weight_decay` of Keras | an argument of the class in `model.py`; a line of `apply_gradients(optimizer)` beside a stock optimizer |
| `global_clipnorm`, `loss_scale_factor`, `gradient_accumulation_steps` of Keras | lines of `apply_gradients(optimizer)`, which goes in the place of `optimizer.step()`; gradients that were gathered are in the state |
| `use_ema`, `ema_momentum`, `ema_overwrite_frequency` | the same; the averages are in `optimizer.state[p]["average"]` |
| `tf.clip_by_global_norm`, `clip_by_norm`, `clip_by_value` in a TF1 graph | the same; any other change of a gradient is said under `assumed` |
| `LossScaleOptimizer`, dynamic | `grad_scaler()`, a `torch.amp.GradScaler` with the scale and the count of TensorFlow (Keras 2 has them in checkpoints and SavedModels, and in no `.h5` or `.keras`: it begins at `initial_scale` again, and so does the scaler); `apply_gradients(optimizer, scaler)` where there is more around the step |
| `LossScaleOptimizer`, fixed | `loss_scale_factor`: multiply the loss, `apply_gradients` divides |
| variables with another rate; BERT's exclusions from weight decay | groups: `parameter_groups(model)`; of a `.meta`, those that its train op decays, else those that BERT's names say |
| `extend_with_decoupled_weight_decay` in a TF1 graph | the optimizer as a class of `model.py`, `SGDDecoupledDecay` and the like, whose `weight_decay` no rate scales; one that is computed from steps is said under `assumed` |
| `exclude_from_weight_decay` of Keras | in no file: set `weight_decay` of a group of your own to 0, as the conversion says |
| variables that are not trained | in no group |
| `amsgrad` | a tensor of the state (`vhat`, `max_exp_avg_sq`) |
| weight constraints | left over: they are the layer's, and not carried |

{around}

## Learning rates

A schedule becomes a class of `torch.optim.lr_scheduler` where that has the same rate at every step,
else `LambdaLR` with a function in `model.py`. `scheduler = lr_scheduler(optimizer)` is at the step of
the source; call `scheduler.step()` behind each step. TensorFlow computes the rate in float32 whatever
the type of the weights, PyTorch in float64, so that the limit in float64 is that of float32 here.

{schedules}

PyTorch's `CosineAnnealingLR` rises again behind its end and Keras's `CosineDecay` stays there, so that
it is a function. Of `tf.train`, the graphs of `exponential_decay`, `natural_exp_decay`,
`inverse_time_decay`, `polynomial_decay` (without cycle) and `cosine_decay` are known by name. Any other
rate that a graph computes from `global_step` and constants alone, by arithmetic, comparisons, `tf.cond`
and `tf.case`, becomes a function with the same operations, rounded to float32 as there: so do
`piecewise_constant`, restarts, cycles and the warm-up of BERT's training. Of one that takes anything
else (random numbers, another variable), the value at the checkpoint is taken and said under `assumed`.

A rate that changes behind the hand-over, or that is 0 there as in a warm-up, and grows:

{rates}

## In the verification

Of a `.meta` that trains, `verify` runs the graph's own train op on its own loss. A source with an
optimizer and no loss (a Keras file, a SavedModel, a checkpoint with a graph that does not train) is
trained on by a synthetic loss, which the report says, and by its own optimizer: in TensorFlow by
`ResourceApplyMomentum`, `ResourceApplyFtrl` and the others of training_ops.cc, or by operations in the
order of Keras's `update_step` and of BERT's, LAMB's and Mesh's repositories, from the source's slots and
counters; in PyTorch from `optimizer.pt`. Every optimizer of the first table goes so, with what
`conversion.json` has around its steps (clipping, gathered batches, averages, a loss scale) and at the
rates of its scheduler, of which 200 are held against TensorFlow's. Where both part, the cause is searched
for: a slot lost, swapped or scaled, a number, the place of epsilon or of decay, what goes around the step.
What TensorFlow is stepped by is held against the recorded steps of this page by itself, in float64.

What `--stock-optimizer` took makes one step, in float64: what gradients add to each element's step has to
be as near to TensorFlow's as the conversion says, and where epsilon is the reason, the same step without
epsilon on either side has to be the same but for TensorFlow's float32 betas (1e-5 of the largest). The
steps of torch.optim are those of its own code, held against recorded ones (PyTorch 2.13).

`weights` leads `optimizer.pt` back to the source, slots bit for bit and settings of each group, and holds
`arguments`, `step` and `grad_scaler` of `conversion.json` against it: `load_state_dict` takes the file's
settings in the place of the constructor's without a word.

Not seen so: ProximalGradientDescent, which keeps nothing, so that only a graph that trains tells of it;
two optimizers of different kinds; the Adafactor of torch.optim. They train by a synthetic SGD with
momentum, and the report says why.

The functions of model.py are run as what `conversion.json` says of them, in libtorch, `LambdaLR`'s as its
formula. With `--python` they are run themselves: model.py's class or torch.optim's, `load_optimizer`,
`apply_gradients`, `lr_scheduler` and `grad_scaler` make the same steps in that Python ("model.py training").

## An optimizer that has no rule

Its slots are all in `optimizer.pt`, laid out as the parameters are that they belong to:

    {{"kind": "Muon",
     "settings": {{optimizer: {{setting: value}}}},
     "slots": {{parameter: {{slot: tensor}}}},
     "variables": {{name: tensor}}}}

`variables` has counters, and slots that are not laid out as a parameter is, as they are stored. The
same holds where optimizers of two kinds step one model; a slot then goes by `optimizer/slot`. A
parameter that lacks a slot, or has one of another shape, starts afresh, and `assumed` of
`conversion.json` and the terminal say which and why.
"""

HEAD = """| TensorFlow | PyTorch | parameters, float64 | float32 | state, float64 | float32 |{more}
|---|---|---|---|---|---|{line}
"""


def write(path, rows):
    """Writes the page at path; rows has for each case its numbers by dtype, and the stock entry."""
    parts = {"optimizers": [], "around": [], "schedules": [], "rates": []}
    for name, row in rows.items():
        hows = [row[dtype][2] for dtype in ("float64", "float32") if dtype in row]
        if not hows:
            raise ValueError("nothing was measured of " + name)
        parts[part(name, hows[0])].append(line(name, row, hows[0]))
    more = HEAD.format(more=" stock: by how much |", line="---|")
    plain = HEAD.format(more="", line="")
    tables = {k: (more if k == "optimizers" else plain) + "\n".join(v) for k, v in parts.items()}
    versions = ", ".join(f"{m.__name__} {m.__version__}" for m in (tensorflow, keras, torch))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(PAGE.format(versions=versions, **tables))


def part(name, how):
    if "rate" in name.split(",")[-1].split() and "two" not in name:
        return "rates"
    if "scheduler" in how:
        return "schedules"
    words = ("norm", "clip", "accumul", "average", "oss", "exclusions", "frozen", "two rates")
    return "around" if any(w in name for w in words) else "optimizers"


def line(name, row, how):
    cells = [name, "`" + (how["scheduler"]["class"] if "scheduler" in how else built(how)) + "`"]
    for index in (0, 1):
        for dtype in ("float64", "float32"):
            cells.append(f"{row[dtype][index]:.0e}".replace("e-0", "e-") if dtype in row else "-")
    cells = ["0" if c == "0e+00" else c for c in cells]
    if part(name, how) == "optimizers":
        cells.append(stock(how, row["stock"]))
    return "| " + " | ".join(cells) + " |"


def built(how):
    return ("torch.optim." if how["module"] == "torch.optim" else "") + how["class"]


def stock(how, found):
    if how["module"] == "torch.optim":
        return "is one"
    if isinstance(found, str):
        return "none"
    error = found.get("step_error", 0)
    size = f"{error:.2g}" if error else "rounding"
    changes = any(
        "lr" in said.split("momentum: ")[-1] and "momentum: " in said for said in found["lossy"]
    )
    return f"`{found['class']}`: {size}" + (" while the rate stays" if changes else "")
