"""Modules as people write them, as archives of torch.jit: NAME.pt, scripted or traced.

    python make_modules.py        (torch 2.13)

Without what an archive says of the lines that its code came from, which is most of its bytes.
"""

# ruff: noqa: UP

import pathlib
import tempfile
import warnings
import zipfile
from typing import Dict, List, NamedTuple, Optional, Tuple

warnings.simplefilter("ignore")

import torch
import torch.nn.functional as F
from torch import Tensor, nn

HERE = pathlib.Path(__file__).parent


class Block(nn.Module):
    """A residual block with a shortcut where the extents change."""

    def __init__(self, inside: int, outside: int, stride: int):
        super().__init__()
        self.conv1 = nn.Conv2d(inside, outside, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outside)
        self.conv2 = nn.Conv2d(outside, outside, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outside)
        self.downsample: Optional[nn.Module] = None
        if stride != 1:
            self.downsample = nn.Sequential(
                nn.Conv2d(inside, outside, 1, stride, bias=False), nn.BatchNorm2d(outside)
            )

    def forward(self, x: Tensor) -> Tensor:
        identity = x
        out = F.relu(self.bn1(self.conv1(x)), inplace=True)
        out = self.bn2(self.conv2(out))
        if self.downsample is not None:
            identity = self.downsample(x)
        out += identity
        return F.relu(out)


class ResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(inplace=True))
        self.stages = nn.ModuleList([Block(4, 4, 1), Block(4, 6, 2)])
        self.fc = nn.Linear(6, 5)

    def forward(self, x):
        x = F.max_pool2d(self.stem(x), 3, 2, 1)
        for stage in self.stages:
            x = stage(x)
        return self.fc(torch.flatten(F.adaptive_avg_pool2d(x, 1), 1))


class UNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.down = nn.ModuleDict(
            {"first": nn.Conv2d(2, 3, 3, padding=1), "second": nn.Conv2d(3, 5, 3, padding=1)}
        )
        self.up = nn.ConvTranspose2d(5, 3, 2, 2)
        self.out = nn.Conv2d(6, 2, 1)

    def forward(self, x: Tensor) -> Tensor:
        skips: List[Tensor] = []
        for name, conv in self.down.items():
            x = F.silu(conv(x))
            if name == "first":
                skips.append(x)
                x = F.max_pool2d(x, 2)
        x = self.up(x)
        skip = skips[-1]
        if x.shape[-2:] != skip.shape[-2:]:
            x = F.interpolate(x, size=skip.shape[-2:], mode="bilinear", align_corners=False)
        return self.out(torch.cat([skip, x], dim=1))


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(11, 8)
        layer = nn.TransformerEncoderLayer(
            8, 2, 12, batch_first=True, activation="gelu", norm_first=True
        )
        self.encoder = nn.TransformerEncoder(
            layer, 2, norm=nn.LayerNorm(8), enable_nested_tensor=False
        )
        self.head = nn.Linear(8, 3)

    def forward(self, tokens: Tensor) -> Tensor:
        places = torch.arange(tokens.shape[1], device=tokens.device).unsqueeze(0)
        x = self.embed(tokens) * 8**0.5 + self.embed(places)
        return self.head(self.encoder(x).mean(1))


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.attention = nn.MultiheadAttention(6, 3, batch_first=True)

    def forward(self, query: Tensor, memory: Tensor):
        mask = torch.ones(query.size(1), memory.size(1), dtype=torch.bool).triu(1)
        return self.attention(query, memory, memory, attn_mask=mask)


class HandMade(nn.Module):
    """Attention without nn.MultiheadAttention."""

    def __init__(self):
        super().__init__()
        self.qkv = nn.Linear(6, 18, bias=False)
        self.proj = nn.Linear(6, 6)
        self.heads = 2

    def forward(self, x):
        b, t, c = x.shape
        q, k, v = (
            self.qkv(x)
            .reshape(b, t, 3, self.heads, c // self.heads)
            .permute(2, 0, 3, 1, 4)
            .unbind(0)
        )
        a = (q @ k.transpose(-2, -1)) * (c // self.heads) ** -0.5
        a = a.masked_fill(torch.tril(torch.ones(t, t)) == 0, float("-inf")).softmax(-1)
        return self.proj((a @ v).transpose(1, 2).reshape(b, t, c))


class Recurrent(nn.Module):
    def __init__(self, kind, **more):
        super().__init__()
        self.rnn = kind(3, 4, **more)

    def forward(self, x: Tensor):
        return self.rnn(x)


class Cells(nn.Module):
    """Steps by hand, backwards in the second half."""

    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTMCell(3, 4)
        self.gru = nn.GRUCell(4, 5)

    def forward(self, x: Tensor) -> Tensor:
        h = torch.zeros(x.size(0), 4)
        c = torch.zeros_like(h)
        g = x.new_zeros(x.size(0), 5)
        outs: List[Tensor] = []
        for t in range(x.size(1)):
            h, c = self.lstm(x[:, t], (h, c))
            outs.append(h)
        step = len(outs) - 1
        while step >= 0:
            g = self.gru(outs[step], g)
            outs[step] = g
            step -= 1
        return torch.stack(outs, 1)


class Functional(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.randn(4, 2, 3, 5) / 5)
        self.b = nn.Parameter(torch.randn(4))
        self.register_buffer("scale", torch.tensor([0.5, 1.5, 2.5, 3.5]))

    def forward(self, x):
        x = F.pad(x, (1, 2, 0, 1), mode="reflect")
        x = F.conv2d(x, self.w, self.b, stride=(1, 2), padding=(1, 0), dilation=(2, 1))
        x = F.group_norm(x, 2) * self.scale[None, :, None, None]
        half, rest = x[:, ::2], x[:, 1::2]
        x = torch.cat([half.sigmoid() * rest.tanh(), half - rest], 1)
        x = torch.where(x > 0, x, 0.1 * x).clamp(-1.5, 1.5)
        return torch.einsum("bchw,cd->bdhw", x, self.w[:, :, 0, 0]).amax(dim=(2, 3))


class Normed(nn.Module):
    def __init__(self):
        super().__init__()
        self.old = nn.utils.weight_norm(nn.Conv1d(3, 4, 3, padding="same"))
        self.new = nn.utils.parametrizations.weight_norm(nn.Linear(4, 5))

    def forward(self, x):
        return self.new(F.hardswish(self.old(x)).transpose(1, 2))


class Named(NamedTuple):
    logits: Tensor
    hidden: Tensor


class NamedOut(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 4)

    def forward(self, x) -> Named:
        hidden = self.fc(x)
        return Named(hidden.softmax(1), hidden)


class DictOut(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 4)
        self.tied = self.fc

    def forward(self, x) -> Dict[str, Tensor]:
        out: Dict[str, Tensor] = {}
        out["first"] = self.fc(x)
        out["second"] = self.tied(x * 2)
        for name in ["first", "second"]:
            out[name + "_sum"] = out[name].sum(-1)
        return out


class MaybeOut(nn.Module):
    def __init__(self):
        super().__init__()
        self.fcs = nn.ModuleList([nn.Linear(3, 3) for _ in range(3)])

    def forward(self, x, mask: Optional[Tensor] = None) -> Tuple[Tensor, Tensor, Tensor]:
        held: List[Tensor] = []
        for i, fc in enumerate(self.fcs):
            x = fc(x) if i % 2 == 0 else x - fc(x)
            held.append(x)
        if mask is not None:
            x = x * mask
        return x, held[0], held[-1]


@torch.jit.interface
class Step(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        pass


class Doubled(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 3)

    def forward(self, x: Tensor) -> Tensor:
        return 2 * self.fc(x)


class Interface(nn.Module):
    step: Step

    def __init__(self):
        super().__init__()
        self.step = Doubled()

    def forward(self, x: Tensor) -> Tensor:
        return self.step.forward(x) + 1


class Casts(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        whole = (x * 4).to(torch.int32)
        row = x.double().mean().float() + whole.float() / 3
        return row.type_as(x) + (x > 0).to(x.dtype) + x.long().remainder(3) + x.floor().int() // 2


class InPlace(nn.Module):
    """Changes a part of a tensor, and a tensor by its view."""

    def forward(self, x: Tensor) -> Tensor:
        y = x.clone()
        y[:, 0] = 1.0
        z = y.view(-1)
        z.mul_(2.0)
        return y


class Branch(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        if x.sum() > 0:
            x = x + 1
        return x[: int(x.abs().max()) + 1]


class Stateful(nn.Module):
    def __init__(self):
        super().__init__()
        self.calls = 0

    def forward(self, x: Tensor) -> Tensor:
        self.calls += 1
        return x * self.calls


class Odds(nn.Module):
    """Layers that are less usual."""

    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2d(4, 8, 1),
            nn.InstanceNorm2d(8, affine=True),
            nn.PReLU(8),
            nn.PixelShuffle(2),
            nn.ELU(0.5),
            nn.Upsample(scale_factor=2, mode="nearest"),
            nn.AvgPool2d(3, 2, 1, count_include_pad=False),
            nn.Softplus(),
            nn.Dropout2d(0.4),
            nn.Flatten(2),
            nn.GLU(1),
        )

    def forward(self, x):
        low, high = torch.chunk(self.net(x), 2, dim=-1)
        value, place = torch.max(high, dim=-1)
        return torch.logsumexp(low, -1) + value, place, torch.topk(low, 2, dim=-1)[0]


def models():
    yield "resnet", ResNet(), []
    yield "unet", UNet(), [torch.randn(2, 2, 8, 6)]
    yield "encoder", Encoder(), [torch.arange(14).reshape(2, 7) % 11]
    yield "attention", Attention(), []
    yield "handmade", HandMade(), [torch.randn(2, 5, 6)]
    yield "lstm", Recurrent(nn.LSTM, num_layers=2, bidirectional=True, batch_first=True), []
    yield "gru", Recurrent(nn.GRU), []
    yield "rnn", Recurrent(nn.RNN, nonlinearity="relu", bias=False, batch_first=True), [
        torch.randn(2, 5, 3)
    ]
    yield "cells", Cells(), [torch.randn(2, 5, 3)]
    yield "functional", Functional(), [torch.randn(2, 2, 7, 9)]
    yield "normed", Normed(), [torch.randn(2, 3, 7)]
    yield "named", NamedOut(), []
    yield "dict", DictOut(), []
    yield "maybe", MaybeOut(), []
    yield "interface", Interface(), []
    yield "casts", Casts(), [torch.randn(2, 3)]
    yield "inplace", InPlace(), []
    yield "branch", Branch(), []
    yield "stateful", Stateful(), []
    yield "odds", Odds(), [torch.randn(2, 4, 3, 5)]


def save(module, name):
    with tempfile.TemporaryDirectory() as folder:
        whole = pathlib.Path(folder) / "whole.pt"
        module.save(str(whole))
        with zipfile.ZipFile(whole) as read, zipfile.ZipFile(HERE / f"{name}.pt", "w") as out:
            for entry in read.infolist():
                if not entry.filename.endswith(".debug_pkl"):
                    out.writestr(
                        zipfile.ZipInfo(entry.filename.replace("whole/", "m/", 1)), read.read(entry)
                    )


def main():
    for name, model, inputs in models():
        torch.manual_seed(7)
        for tensor in list(model.parameters()) + list(model.buffers()):
            if tensor.is_floating_point():
                with torch.no_grad():
                    tensor.copy_(
                        torch.rand_like(tensor) - 0.3
                        if tensor.dim() > 1
                        else torch.rand_like(tensor) + 0.5
                    )
        model.eval()
        # what torch 2.13 has of interpolate and weight_norm is not scripted, or not read by 2.7
        if name not in ("unet", "normed", "odds"):
            save(torch.jit.script(model), name)
        if inputs:
            save(torch.jit.trace(model, *[tuple(inputs)], check_trace=False), name + "_traced")


if __name__ == "__main__":
    main()
