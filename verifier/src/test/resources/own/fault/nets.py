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


class Levels(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 4, (3, 3), stride=2)
        self.norm = nn.BatchNorm2d(4, eps=1.5e-4, momentum=0.01)
        self.deep = nn.Conv2d(4, 4, 3, padding=1)
        self.joined = nn.Conv2d(8, 4, 1)
        self.head = nn.Linear(4, 3)

    def forward(self, image):
        x = self.norm(self.stem(F.pad(image, (0, 1, 1, 1))))
        x = F.max_pool2d(F.pad(x, (0, 1, 1, 1), value=-float("inf")), 3, 2)
        y = self.deep(x)
        z = self.joined(torch.cat([x, y], dim=1))
        x = F.relu(z + y)
        x = F.interpolate(x, scale_factor=2.0, mode="nearest")
        x = F.avg_pool2d(x, 3, 1)
        return self.head(x.mean((2, 3)))


class Painter(nn.Module):
    def __init__(self):
        super().__init__()
        self.mean = nn.Linear(5, 4)
        self.noise = nn.Linear(5, 4)
        self.spread = nn.Linear(4, 72)
        self.grow = nn.ConvTranspose2d(6, 2, 3, stride=2)

    def forward(self, code):
        mean, noise = self.mean(code), self.noise(code)
        x = F.relu(self.spread(mean)).view(-1, 6, 4, 3)
        x = self.grow(x)[:, :, :-1, :-1]
        return x, mean, noise


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.query = nn.Linear(4, 4)
        self.key = nn.Linear(4, 4)
        self.value = nn.Linear(4, 4)
        self.attention_output = nn.Linear(4, 4)

    def split(self, x):
        b, t, _ = x.shape
        return x.view(b, t, 2, 2).transpose(1, 2)

    def forward(self, x):
        b, t, c = x.shape
        q, k, v = (
            self.split(self.query(x)),
            self.split(self.key(x)),
            self.split(self.value(x)),
        )
        w = torch.softmax(q @ k.transpose(-2, -1) / 2**0.5, dim=-1)
        x = (w @ v).transpose(1, 2)
        return self.attention_output(x.reshape(b, t, c))


class Steps(nn.Module):
    def __init__(self):
        super().__init__()
        self.attention = Attention()
        self.gru = nn.GRU(4, 4, batch_first=True)
        self.lstm = nn.LSTM(4, 3, batch_first=True)
        self.head = nn.Linear(3, 2)

    def forward(self, steps):
        x, _ = self.gru(self.attention(steps))
        x, (h, c) = self.lstm(x)
        last = x[:, -1]
        return self.head(last)
