"""Networks as people write them again in PyTorch, layer by layer beside their Keras model."""

import torch
import torch.nn.functional as F
from torch import nn


class Image(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 4, 3, stride=2)
        self.norm = nn.BatchNorm2d(4, eps=1e-3, momentum=0.1)
        self.wide = nn.Conv2d(4, 4, 3, padding=2, dilation=2)
        self.hidden = nn.Linear(36, 8)
        self.layer_norm = nn.LayerNorm(8, eps=1e-3)
        self.first = nn.Linear(8, 8)
        self.second = nn.Linear(8, 8)
        self.head = nn.Linear(8, 5)
        self.dropout = nn.Dropout(0.3)

    def forward(self, image):
        x = F.pad(image, (0, 1, 0, 1))
        x = F.leaky_relu(self.norm(self.stem(x)), 0.2)
        x = F.avg_pool2d(x, 3, stride=1, padding=1, count_include_pad=False)
        x = torch.relu(self.wide(x))
        x = F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)
        x = F.max_pool2d(x, 4, 3)
        x = torch.flatten(x, 1)
        x = F.gelu(self.hidden(x))
        x = self.layer_norm(x)
        x = torch.tanh(self.first(x))
        x = self.dropout(x)
        x = torch.tanh(self.second(x))
        return torch.softmax(self.head(x), dim=1)


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 6, 3, padding=1)
        self.down = nn.Conv2d(6, 6, 3, stride=2)
        self.depthwise = nn.Conv2d(6, 6, 3, padding=1, groups=6)
        self.pointwise = nn.Conv2d(6, 6, 1)
        self.norm = nn.BatchNorm2d(6, eps=1e-3, momentum=0.01)
        self.head = nn.Linear(6, 4)

    def forward(self, image):
        x = image / 127.5 - 1.0
        x = F.relu6(self.stem(x))
        x = F.silu(self.down(F.pad(x, (0, 1, 0, 1))))
        y = self.norm(self.pointwise(self.depthwise(x)))
        x = F.elu(x + y)
        x = F.max_pool2d(F.pad(x, (0, 1, 0, 1), value=float("-inf")), 3, 2)
        x = x.mean(dim=(2, 3))
        return torch.sigmoid(self.head(x))


class Words(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(20, 6)
        self.lstm = nn.LSTM(6, 5, batch_first=True, bidirectional=True)
        self.gru = nn.GRU(10, 4, batch_first=True)
        self.query = nn.Linear(4, 4)
        self.key = nn.Linear(4, 4)
        self.head = nn.Linear(4, 3)

    def forward(self, words):
        x = self.embedding(words)
        x, _ = self.lstm(x)
        x, _ = self.gru(x)
        scores = self.query(x) @ self.key(x).transpose(1, 2) / 2.0
        x = torch.softmax(scores, dim=-1) @ x
        x = torch.amax(x, dim=1)
        return torch.log_softmax(self.head(x), dim=-1)


class Cell(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(5, 4, batch_first=True)
        self.head = nn.Linear(4, 2)

    def forward(self, steps):
        _, last = self.gru(steps)
        return self.head(last[0])
