"""Writes the files of torch.save, torch.jit.save and safetensors that the readers are tested on.

Run with torch 2.13.0, safetensors 0.8.0: python make_torch_files.py
Every tensor's values go to expected.json as torch reads them back: the little-endian bytes in hex,
row-major.
"""

import collections
import io
import json
import os
import warnings
import zipfile

import numpy
import torch
from safetensors.torch import save_file

warnings.filterwarnings("ignore")
HERE = os.path.dirname(os.path.abspath(__file__))
torch.manual_seed(7)
EXPECTED = {}


def described(tensor):
    t = tensor.detach().contiguous().cpu()
    raw = t.reshape(-1).view(torch.uint8).numpy().tobytes() if t.numel() else b""
    return {
        "dtype": str(t.dtype).replace("torch.", ""),
        "shape": list(t.shape),
        "bytes": raw.hex(),
    }


def keep(name, tensors):
    EXPECTED[name] = {key: described(t) for key, t in tensors.items()}


def save(name, value, tensors, **options):
    torch.save(value, os.path.join(HERE, name), **options)
    keep(name, tensors)


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = torch.nn.Conv2d(2, 3, (2, 1))
        self.bn = torch.nn.BatchNorm2d(3)
        self.fc = torch.nn.Linear(5, 4)
        self.tied = torch.nn.Linear(5, 4, bias=False)
        self.tied.weight = self.fc.weight

    def forward(self, x):
        return self.tied(x) + self.fc(x)


net = Net()
state = net.state_dict()
save("state_dict.pt", state, state)
save("protocol4.pt", state, state, pickle_protocol=4)
save("legacy.pth", state, state, _use_new_zipfile_serialization=False)
torch.serialization.set_crc32_options(False)
save("without_checksums.pt", {"a": torch.arange(6.0)}, {"a": torch.arange(6.0)})
torch.serialization.set_crc32_options(True)

dtypes = [
    "float32", "float64", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8",
    "uint16", "uint32", "uint64", "bool", "complex32", "complex64", "complex128",
    "float8_e4m3fn", "float8_e4m3fnuz", "float8_e5m2", "float8_e5m2fnuz", "float8_e8m0fnu",
]  # fmt: skip
every = {}
for name in dtypes:
    dtype = getattr(torch, name)
    size = torch.empty(0, dtype=dtype).element_size()
    raw = torch.randint(0, 256 if name != "bool" else 2, (6 * size,), dtype=torch.uint8)
    every[name] = raw.view(dtype).reshape(2, 3)
save("dtypes.pt", every, every)
every_safe = {k: v for k, v in every.items() if k not in ("complex32", "complex128")}
save_file(every_safe, os.path.join(HERE, "dtypes.safetensors"), {"format": "pt"})
keep("dtypes.safetensors", every_safe)

base = torch.arange(2 * 3 * 5 * 7, dtype=torch.float32).reshape(2, 3, 5, 7)
views = {
    "base": base,
    "permuted": base.permute(3, 1, 0, 2),
    "cut": base[1, :, 1:4, ::2],
    "row": base[1, 2, 3],
    "scalar": base[1, 2, 3, 4],
    "expanded": base[0, 0, 0, :2].reshape(2, 1).expand(2, 4),
    "windows": base.flatten()[:10].as_strided((4, 3), (2, 1)),
    "channels_last": base.clone().contiguous(memory_format=torch.channels_last),
    "empty": torch.zeros(0, 3),
    "halves_turned": torch.arange(6, dtype=torch.float16).reshape(2, 3).t(),
}
save("views.pt", views, views)

optimizer = torch.optim.Adam(net.parameters())
net(torch.ones(1, 5)).sum().backward()
optimizer.step()
training = {
    "model": net.state_dict(),
    "optimizer": optimizer.state_dict(),
    "epoch": 3,
    "big": 2**80,
    "name": "größe",
    "best": float("inf"),
    "done": False,
    "nothing": None,
    "shape": torch.Size([2, 3]),
    "device": torch.device("cpu"),
    "dtype": torch.bfloat16,
    "raw": b"\x00\x01",
    "set": {1, 2},
    "counts": collections.Counter("aab"),
    "rng": torch.arange(4, dtype=torch.uint8),
    "list": [torch.ones(1), (torch.zeros(2),)],
    "parameter": torch.nn.Parameter(torch.ones(2)),
}
flat = dict(training["model"])
for index, slots in training["optimizer"]["state"].items():
    for slot, tensor in slots.items():
        flat[f"optimizer.state.{index}.{slot}"] = tensor
flat |= {"rng": training["rng"], "list.0": torch.ones(1), "list.1.0": torch.zeros(2)}
flat["parameter"] = torch.ones(2)
save("training.pt", training, flat)

scripted = torch.jit.script(torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.BatchNorm1d(3)))
torch.jit.save(scripted, os.path.join(HERE, "scripted.pt"))
keep("scripted.pt", scripted.state_dict())

# A big-endian machine's file: the same archive, every number turned round.
turned = io.BytesIO()
little = {"f": torch.arange(4.0), "h": torch.arange(3).half(), "c": torch.tensor([1 + 2j, -3.5j])}
torch.save(little, turned)
with zipfile.ZipFile(turned) as old, zipfile.ZipFile(
    os.path.join(HERE, "big_endian.pt"), "w", zipfile.ZIP_STORED
) as new:
    widths = {"0": 4, "1": 2, "2": 4}
    for item in old.infolist():
        content = old.read(item)
        if item.filename.endswith("byteorder"):
            content = b"big"
        if "/data/" in item.filename:
            width = widths[item.filename.rsplit("/", 1)[1]]
            content = numpy.frombuffer(content, f"V{width}").tobytes()
            content = b"".join(
                content[i : i + width][::-1] for i in range(0, len(content), width)
            )
        new.writestr(zipfile.ZipInfo(item.filename), content)
loaded = torch.load(os.path.join(HERE, "big_endian.pt"), weights_only=True)
assert all(torch.equal(loaded[k], little[k]) for k in little)
keep("big_endian.pt", loaded)

torch.save(torch.nn.Linear(1, 1), os.path.join(HERE, "whole_module.pt"))
torch.save({"s": torch.eye(2).to_sparse()}, os.path.join(HERE, "sparse.pt"))
torch.save({"c": torch.tensor([1j]).conj()}, os.path.join(HERE, "conjugated.pt"))

shards = os.path.join(HERE, "sharded")
os.makedirs(shards, exist_ok=True)
first, second = {"a": base[0].clone()}, {"b": base[1].clone(), "c": torch.ones(2)}
save_file(first, os.path.join(shards, "model-00001-of-00002.safetensors"))
save_file(second, os.path.join(shards, "model-00002-of-00002.safetensors"))
with open(os.path.join(shards, "model.safetensors.index.json"), "w") as f:
    where = {k: "model-00001-of-00002.safetensors" for k in first}
    where |= {k: "model-00002-of-00002.safetensors" for k in second}
    json.dump({"metadata": {"total_size": 848}, "weight_map": where}, f, indent=1)
keep("sharded", first | second)

with open(os.path.join(HERE, "expected.json"), "w") as f:
    json.dump(EXPECTED, f, indent=1, sort_keys=True)
