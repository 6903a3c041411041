"""python resume.py: 15 more steps in PyTorch from the files that a conversion left beside this one."""

import model as converted
import numpy as np
import torch
from model import Model, load_optimizer, loss

digits = np.load("digits.npz")
images = torch.from_numpy(digits["images"]).permute(0, 3, 1, 2).float() / 255
labels = torch.from_numpy(digits["labels"]).long()

model = Model()
model.load_state_dict(torch.load("model.pt", weights_only=True))
saved = torch.load("optimizer.pt", weights_only=True)["class"]
kind = getattr(converted, saved, None) or getattr(torch.optim, saved)
optimizer = kind(model.parameters(), lr=0.1)  # load_optimizer brings what TensorFlow had
load_optimizer(optimizer, model, "optimizer.pt")
for start in range(15 * 16, 30 * 16, 16):
    optimizer.zero_grad()
    value = loss(model.train()(images[start : start + 16]), labels[start : start + 16])
    value.backward()
    optimizer.step()
    print(f"{value.item():.9g}")
