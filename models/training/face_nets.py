"""The small networks around the embedder: landmarks, lids, head pose, detector. All of dense 3x3 convolutions after
a space-to-depth step, for the same reason as the embedder's."""

import torch
from torch import nn

from embedder_net import Residual, conv

MESH, CONTOUR = 468, 71


class Trunk(nn.Sequential):
    """N,3,S,S to N,channels[-1],S/16,S/16."""

    def __init__(self, channels, blocks):
        layers, width = [nn.PixelUnshuffle(4)], 48
        for stage, (out, count) in enumerate(zip(channels, blocks)):
            layers.append(conv(width, out, stride=1 if stage == 0 else 2))
            layers += [Residual(out) for _ in range(count)]
            width = out
        super().__init__(*layers)


class Points(nn.Module):
    """A trunk, all places side by side, and two linear layers."""

    def __init__(self, side, channels, blocks, hidden, squeeze=32):
        super().__init__()
        self.trunk = Trunk(channels, blocks)
        self.squeeze = nn.Sequential(nn.Conv2d(channels[-1], squeeze, 1, bias=False), nn.BatchNorm2d(squeeze), nn.ReLU())
        self.hidden = nn.Sequential(nn.Linear(squeeze * (side // 16) ** 2, hidden), nn.ReLU())

    def forward(self, x):
        return self.hidden(self.squeeze(self.trunk(x)).flatten(1))


class Landmarks(nn.Module):
    """N,3,112,112 RGB as (v - 127.5) / 128 to the mesh, N,1404 (x, y, z in pixels of the input), and a logit that it
    is a face, N,1. The crop is a square of 1.5 long sides of the face, eyes level."""

    SIDE = 112

    def __init__(self, channels=(32, 64, 96), blocks=(1, 2, 1), hidden=128):
        super().__init__()
        self.body = Points(self.SIDE, channels, blocks, hidden)
        self.mesh = nn.Linear(hidden, 3 * MESH)
        self.score = nn.Linear(hidden, 1)

    def forward(self, x):
        x = self.body(x).float()
        return self.mesh(x) * 16 + 56, self.score(x)


class Lids(nn.Module):
    """N,3,64,64 RGB to the contour of lids and brow, N,213 (x, y and an unused z). The crop is a square of 2.3
    widths of the eye; the subject's right eye is mirrored."""

    SIDE = 64

    def __init__(self, channels=(24, 48, 64), blocks=(1, 1, 1), hidden=96):
        super().__init__()
        self.body = Points(self.SIDE, channels, blocks, hidden)
        self.contour = nn.Linear(hidden, 3 * CONTOUR)

    def forward(self, x):
        return self.contour(self.body(x).float()) * 8 + 32


class HeadPose(nn.Module):
    """N,3,64,64 RGB to yaw, pitch, roll in degrees, N,3, in the convention of 300W-LP. The crop is an upright square
    of 1.6 long sides of the face."""

    SIDE = 64

    def __init__(self, channels=(24, 48, 64), blocks=(1, 1, 1), hidden=64):
        super().__init__()
        self.body = Points(self.SIDE, channels, blocks, hidden, squeeze=24)
        self.angles = nn.Linear(hidden, 3)

    def forward(self, x):
        return self.angles(self.body(x).float()) * 30


class Detector(nn.Module):
    """N,3,S,S RGB to the twelve heads of YuNet: cls, obj, bbox, kps at strides 8, 16, 32; cls equals obj."""

    STRIDES = (8, 16, 32)

    def __init__(self, channels=(24, 32, 48, 64), blocks=(0, 1, 2, 2)):
        super().__init__()
        self.stem = nn.Sequential(nn.PixelUnshuffle(4), conv(48, channels[0]), *[Residual(channels[0]) for _ in range(blocks[0])])
        self.stages = nn.ModuleList(
            nn.Sequential(conv(channels[i], channels[i + 1], 2), *[Residual(channels[i + 1]) for _ in range(blocks[i + 1])])
            for i in range(3)
        )
        self.across = nn.ModuleList(nn.Conv2d(channels[i + 1], 48, 1) for i in range(3))
        self.heads = nn.ModuleList(nn.Sequential(conv(48, 48), nn.Conv2d(48, 15, 1)) for _ in range(3))
        for head in self.heads:
            nn.init.constant_(head[-1].bias, 0)
            head[-1].bias.data[0] = -4.0

    def forward(self, x):
        x, levels = self.stem(x), []
        for stage in self.stages:
            x = stage(x)
            levels.append(x)
        out, above = [None] * 3, None
        for i in (2, 1, 0):
            here = self.across[i](levels[i])
            if above is not None:
                here = here + nn.functional.interpolate(above, scale_factor=2, mode="nearest")
            above = torch.relu(here)
            out[i] = self.heads[i](above).flatten(2).transpose(1, 2).float()
        return out  # per stride: N, cells, (logit, 4 of the box, 10 of the points)
