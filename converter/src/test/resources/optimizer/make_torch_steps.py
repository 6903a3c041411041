"""Writes torch_steps.json: five steps of torch.optim's own optimizers in float64, from random
gradients. Run with PyTorch 2.13:

    python make_torch_steps.py
"""

import json
import pathlib

import torch

CASES = {
    "SGD": ("SGD", {"lr": 0.1, "weight_decay": 0.01}),
    "SGD, momentum": ("SGD", {"lr": 0.1, "momentum": 0.9}),
    "SGD, Nesterov": ("SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True}),
    "Adam": ("Adam", {"lr": 0.01, "betas": [0.8, 0.95], "eps": 1e-3}),
    "Adam, amsgrad": ("Adam", {"lr": 0.01, "betas": [0.8, 0.95], "eps": 1e-3, "amsgrad": True}),
    "AdamW": ("AdamW", {"lr": 0.01, "betas": [0.9, 0.99], "eps": 1e-4, "weight_decay": 0.1}),
    "NAdam": ("NAdam", {"lr": 0.01, "betas": [0.9, 0.99], "eps": 1e-4, "momentum_decay": 1.0}),
    "Adamax": ("Adamax", {"lr": 0.01, "betas": [0.9, 0.99], "eps": 1e-2}),
    "RMSprop": ("RMSprop", {"lr": 0.01, "alpha": 0.9, "eps": 1e-2}),
    "RMSprop, all": (
        "RMSprop",
        {"lr": 0.01, "alpha": 0.9, "eps": 1e-2, "momentum": 0.9, "centered": True},
    ),
    "Adagrad": ("Adagrad", {"lr": 0.1, "eps": 1e-2}),
    "Adadelta": ("Adadelta", {"lr": 1.0, "rho": 0.9, "eps": 1e-3}),
}
generator = torch.Generator().manual_seed(7)
told = {}
for name, (kind, arguments) in CASES.items():
    p = torch.nn.Parameter(torch.randn(3, dtype=torch.float64, generator=generator))
    first = p.tolist()
    given = {k: tuple(v) if isinstance(v, list) else v for k, v in arguments.items()}
    optimizer = getattr(torch.optim, kind)([p], **given)
    gradients = []
    for _ in range(5):
        p.grad = torch.randn(3, dtype=torch.float64, generator=generator)
        gradients.append(p.grad.tolist())
        optimizer.step()
    state = {k: v.tolist() for k, v in optimizer.state[p].items() if v is not None and v.ndim}
    told[name] = {
        "class": kind,
        "arguments": arguments,
        "first": first,
        "gradients": gradients,
        "last": p.tolist(),
        "state": state,
    }
pathlib.Path(__file__).with_name("torch_steps.json").write_text(json.dumps(told, indent=1) + "\n")
