"""PyTorch modules for TF-slim's networks that transformers has no class for.

Names are those of torchvision's ResNet and Inception3; the channels are few, since this is for tests.
What slim does otherwise than torchvision is said where it is done.
"""

import torch
import torch.nn.functional as F
from torch import nn

STEM, WIDTHS, UNITS = 6, [2, 3, 4, 5], [2, 2, 3, 1]


class Unit(nn.Module):
    """A bottleneck. Slim's strides are in conv2 of a block's last unit; an identity is subsampled."""

    def __init__(self, before, width, stride):
        super().__init__()
        self.stride = stride
        self.conv1 = nn.Conv2d(before, width, 1, bias=False)
        self.conv2 = nn.Conv2d(width, width, 3, stride, padding=1, bias=False)
        self.downsample = None

    def shortcut(self, identity, x):
        return identity[..., :: self.stride, :: self.stride] if self.downsample is None else self.downsample(x)


class UnitV1(Unit):
    def __init__(self, before, width, stride):
        super().__init__(before, width, stride)
        self.bn1, self.bn2 = nn.BatchNorm2d(width), nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, 4 * width, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(4 * width)
        if before != 4 * width:
            conv = nn.Conv2d(before, 4 * width, 1, stride, bias=False)
            self.downsample = nn.Sequential(conv, nn.BatchNorm2d(4 * width))

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = F.relu(self.bn2(self.conv2(y)))
        return F.relu(self.shortcut(x, x) + self.bn3(self.conv3(y)))


class UnitV2(Unit):
    def __init__(self, before, width, stride):
        super().__init__(before, width, stride)
        self.bn1 = nn.BatchNorm2d(before)
        self.bn2, self.bn3 = nn.BatchNorm2d(width), nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, 4 * width, 1)
        if before != 4 * width:
            self.downsample = nn.Sequential(nn.Conv2d(before, 4 * width, 1, stride))

    def forward(self, x):
        before = F.relu(self.bn1(x))
        y = F.relu(self.bn2(self.conv1(before)))
        y = F.relu(self.bn3(self.conv2(y)))
        return self.shortcut(x, before) + self.conv3(y)


class ResNet(nn.Module):
    def __init__(self, unit, classes, has_bias):
        super().__init__()
        self.conv1 = nn.Conv2d(3, STEM, 7, 2, padding=3, bias=has_bias)
        before = STEM
        for i, (width, count) in enumerate(zip(WIDTHS, UNITS)):
            strides = [1] * (count - 1) + [2 if i < 3 else 1]
            layer = [unit(before if k == 0 else 4 * width, width, s) for k, s in enumerate(strides)]
            setattr(self, f"layer{i + 1}", nn.Sequential(*layer))
            before = 4 * width
        self.fc = nn.Linear(before, classes)

    def layers(self, x):
        x = F.max_pool2d(x, 3, 2, padding=1)
        return self.layer4(self.layer3(self.layer2(self.layer1(x))))


class ResNetV1(ResNet):
    def __init__(self, classes):
        super().__init__(UnitV1, classes, has_bias=False)
        self.bn1 = nn.BatchNorm2d(STEM)

    def forward(self, x):
        return self.fc(self.layers(F.relu(self.bn1(self.conv1(x)))).mean((2, 3)))


class ResNetV2(ResNet):
    def __init__(self, classes):
        super().__init__(UnitV2, classes, has_bias=True)
        self.bn = nn.BatchNorm2d(4 * WIDTHS[-1])

    def forward(self, x):
        return self.fc(F.relu(self.bn(self.layers(self.conv1(x)))).mean((2, 3)))


def depth(channels):
    return max(channels // 32, 3)


class BasicConv2d(nn.Module):
    def __init__(self, before, out, size, **more):
        super().__init__()
        self.conv = nn.Conv2d(before, depth(out), size, bias=False, **more)
        self.bn = nn.BatchNorm2d(depth(out), eps=0.001)
        self.out = depth(out)

    def forward(self, x):
        return F.relu(self.bn(self.conv(x)))


def same(size):
    return tuple(s // 2 for s in size) if isinstance(size, tuple) else size // 2


class Mixed(nn.Module):
    """Branches of convolutions side by side, and a pooling; a branch may fork at its end."""

    def __init__(self, before, pool, **branches):
        super().__init__()
        self.branches, self.pool, self.out = [], pool, 0
        for name, convs in branches.items():
            width, chain = before, []
            for at, (out, size, *stride) in enumerate(convs):
                number = f"_{at + 1}" if len(convs) > 1 else ""
                sizes = size if isinstance(size, list) else [size]
                fork = []
                for letter, each in zip("ab", sizes):
                    full = f"{name}{number}{letter}" if len(sizes) > 1 else f"{name}{number}"
                    more = {"stride": 2} if stride else {"padding": same(each)}
                    setattr(self, full, BasicConv2d(width, out, each, **more))
                    fork.append(full)
                width = depth(out) * len(sizes)
                chain.append(fork)
            self.branches.append(chain)
            self.out += width
        if pool == "max":
            self.out += before
        else:
            self.branch_pool = BasicConv2d(before, pool, 1)
            self.out += depth(pool)

    def forward(self, x):
        parts = []
        for chain in self.branches:
            y = x
            for fork in chain:
                y = torch.cat([getattr(self, name)(y) for name in fork], 1)
            parts.append(y)
        if self.pool == "max":
            parts.append(F.max_pool2d(x, 3, 2))
        else:
            # torchvision counts the padding
            average = F.avg_pool2d(x, 3, 1, padding=1, count_include_pad=False)
            parts.append(self.branch_pool(average))
        return torch.cat(parts, 1)


def mixed_5(before, pool):
    return Mixed(
        before,
        pool,
        branch1x1=[(64, 1)],
        branch5x5=[(48, 1), (64, 5)],
        branch3x3dbl=[(64, 1), (96, 3), (96, 3)],
    )


def mixed_6(before, mid):
    across, down = (1, 7), (7, 1)
    return Mixed(
        before,
        192,
        branch1x1=[(192, 1)],
        branch7x7=[(mid, 1), (mid, across), (192, down)],
        branch7x7dbl=[(mid, 1), (mid, down), (mid, across), (mid, down), (192, across)],
    )


def mixed_7(before):
    both = [(1, 3), (3, 1)]
    return Mixed(
        before,
        192,
        branch1x1=[(320, 1)],
        branch3x3=[(384, 1), (384, both)],
        branch3x3dbl=[(448, 1), (384, 3), (384, both)],
    )


class Auxiliary(nn.Module):
    def __init__(self, before, classes):
        super().__init__()
        self.conv0 = BasicConv2d(before, 128, 1)
        self.conv1 = BasicConv2d(depth(128), 768, 5)
        self.fc = nn.Linear(depth(768), classes)


class Inception3(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.Conv2d_1a_3x3 = BasicConv2d(3, 32, 3, stride=2)
        self.Conv2d_2a_3x3 = BasicConv2d(depth(32), 32, 3)
        self.Conv2d_2b_3x3 = BasicConv2d(depth(32), 64, 3, padding=1)
        self.Conv2d_3b_1x1 = BasicConv2d(depth(64), 80, 1)
        self.Conv2d_4a_3x3 = BasicConv2d(depth(80), 192, 3)
        self.names = []
        width = depth(192)
        for letter, pool in zip("bcd", (32, 64, 64)):
            width = self.add(f"Mixed_5{letter}", mixed_5(width, pool))
        third = [(64, 1), (96, 3), (96, 3, 2)]
        width = self.add("Mixed_6a", Mixed(width, "max", branch3x3=[(384, 3, 2)], branch3x3dbl=third))
        for letter, mid in zip("bcde", (128, 160, 160, 192)):
            width = self.add(f"Mixed_6{letter}", mixed_6(width, mid))
        self.AuxLogits = Auxiliary(width, classes)
        long = [(192, 1), (192, (1, 7)), (192, (7, 1)), (192, 3, 2)]
        short = [(192, 1), (320, 3, 2)]
        width = self.add("Mixed_7a", Mixed(width, "max", branch3x3=short, branch7x7x3=long))
        for letter in "bc":
            width = self.add(f"Mixed_7{letter}", mixed_7(width))
        self.fc = nn.Linear(width, classes)

    def add(self, name, module):
        setattr(self, name, module)
        self.names.append(name)
        return module.out

    def forward(self, x):
        x = self.Conv2d_2b_3x3(self.Conv2d_2a_3x3(self.Conv2d_1a_3x3(x)))
        x = F.max_pool2d(x, 3, 2)
        x = F.max_pool2d(self.Conv2d_4a_3x3(self.Conv2d_3b_1x1(x)), 3, 2)
        for name in self.names:
            x = getattr(self, name)(x)
        return self.fc(x.mean((2, 3)))
