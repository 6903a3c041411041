"""Writes tensors.safetensors with safetensors 0.8.0 and torch 2.13."""
import torch
from safetensors.torch import save_file

save_file(
    {
        "kernel": torch.arange(6, dtype=torch.float32).reshape(2, 3),
        "half": torch.tensor([0.5, -1.5], dtype=torch.bfloat16),
        "empty": torch.zeros(0, 3),
        "steps": torch.tensor(2**40),
        "größe": torch.tensor([True]),
    },
    "tensors.safetensors",
    metadata={"format": "pt"},
)
