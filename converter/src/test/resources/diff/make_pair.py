"""Writes a.pt and b.pt, and what NumPy finds of their differences, to expected.json.

Run with torch 2.13.0, numpy 2: python make_pair.py
"""

import json
import os

import numpy
import torch

HERE = os.path.dirname(os.path.abspath(__file__))
rng = numpy.random.default_rng(11)
torch.manual_seed(11)
INTS = {1: numpy.int8, 2: numpy.int16, 4: numpy.int32, 8: numpy.int64}

a, b, expected = {}, {}, {}


def real(t):
    if t.dtype.is_complex:
        return torch.view_as_real(t).double().numpy().reshape(-1)
    return t.double().numpy().reshape(-1)


def ulps(x, y):
    if x.dtype.is_complex:
        x, y = torch.view_as_real(x.contiguous()), torch.view_as_real(y.contiguous())
    size = x.element_size()

    def ranks(t):
        bits = numpy.frombuffer(t.contiguous().reshape(-1).view(torch.uint8).numpy().tobytes(), INTS[size])
        if t.dtype == torch.float8_e8m0fnu:
            return [int(v) & 0xFF for v in bits]
        return [int(v) if v >= 0 else -(int(v) & ((1 << (8 * size - 1)) - 1)) for v in bits]

    return numpy.array([abs(p - q) for p, q in zip(ranks(x), ranks(y))], dtype=object)


def pair(name, x, y):
    a[name], b[name] = x, y
    p, q = real(x), real(y)
    with numpy.errstate(all="ignore"):
        equal = (p == q) | (numpy.isnan(p) & numpy.isnan(q))
        finite = numpy.isfinite(p) & numpy.isfinite(q)
        difference = numpy.where(finite & ~equal, numpy.abs(p - q), 0)
        relative = numpy.where(difference > 0, difference / numpy.maximum(numpy.abs(p), numpy.abs(q)), 0)
    row = {
        "differing": int((~equal).sum()),
        "misplaced": int((~equal & ~finite).sum()),
        "largest": float(difference.max()),
        "relative": float(relative.max()),
        "ulps": 0.0,
    }
    if x.dtype == y.dtype and (x.dtype.is_floating_point or x.dtype.is_complex):
        row["ulps"] = float(numpy.where(finite & ~equal, ulps(x, y), 0).max())
    expected[name] = row


def near(t, low=0, high=6):
    """Moves some elements by a few steps of their type."""
    raw = t.clone().contiguous()
    ints = raw.reshape(-1).view({1: torch.uint8, 2: torch.int16, 4: torch.int32, 8: torch.int64}[t.element_size()])
    steps = torch.from_numpy(rng.integers(low, high, ints.numel()))
    ints += steps.to(ints.dtype)
    return raw


for dtype in (torch.float32, torch.float64, torch.float16, torch.bfloat16):
    x = torch.randn(7, 5).to(dtype)
    pair(str(dtype)[6:], x, near(x))
for dtype in (torch.float8_e4m3fn, torch.float8_e5m2, torch.float8_e4m3fnuz, torch.float8_e5m2fnuz, torch.float8_e8m0fnu):
    x = torch.rand(7, 5).to(dtype)
    pair(str(dtype)[6:], x, near(x, 0, 3))
x = torch.tensor([1.0, -1e-45, float("nan"), float("nan"), float("inf"), float("inf"), 0.0, 3e38, 5.0])
y = torch.tensor([1.0, 1e-45, float("nan"), 1.0, float("inf"), float("-inf"), -0.0, -3e38, float("nan")])
pair("special", x, y)
pair("wide", torch.tensor([1.7e308, 2.0], dtype=torch.float64), torch.tensor([1.6e308, 2.0], dtype=torch.float64))
x = torch.randn(3, 4, dtype=torch.complex64)
pair("complex64", x, x * (1 + 1e-6))
pair("int64", torch.tensor([1, -5, 1 << 62]), torch.tensor([1, 7, (1 << 62) + 1024]))
pair("uint8", torch.tensor([0, 255], dtype=torch.uint8), torch.tensor([255, 255], dtype=torch.uint8))
pair("bool", torch.tensor([True, False]), torch.tensor([False, False]))
pair("mixed", torch.linspace(0, 1, 9), torch.linspace(0, 1, 9).bfloat16())
pair("same", torch.ones(3), torch.ones(3))
torch.save(a, os.path.join(HERE, "a.pt"))
torch.save(b, os.path.join(HERE, "b.pt"))
with open(os.path.join(HERE, "expected.json"), "w") as f:
    json.dump(expected, f, indent=1)
