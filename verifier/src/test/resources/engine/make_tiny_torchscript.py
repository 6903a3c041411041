"""Write the TorchScript archives single.pt, tuple.pt, dict.pt (float64) and their answers, torch.npz.

    python make_tiny_torchscript.py      (torch 2.13.0)
"""
import pathlib, numpy as np, torch
here = pathlib.Path(__file__).parent
class Single(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.bn, self.drop = torch.nn.Conv2d(3, 2, 3), torch.nn.BatchNorm2d(2, eps=1e-3), torch.nn.Dropout(.5)
    def forward(self, x): return self.drop(torch.relu(self.bn(self.conv(x)))).permute(0, 2, 3, 1)
class Tuple(torch.nn.Module):
    def forward(self, x, y): return x + y, x * y
class Dict(torch.nn.Module):
    def forward(self, x): return {"z": x + 1, "a": x * 2, "m": x}
torch.manual_seed(0)
net = Single().double(); x = torch.rand(2, 3, 4, 5, dtype=torch.float64)
net(x)  # so that the statistics are not zeros and ones; the archive is saved in training mode
torch.jit.script(net).save(here / "single.pt"); torch.jit.script(Tuple()).save(here / "tuple.pt"); torch.jit.script(Dict()).save(here / "dict.pt")
net.eval(); np.savez(here / "torch.npz", x=x.numpy(), single=net(x).detach().contiguous().numpy())
