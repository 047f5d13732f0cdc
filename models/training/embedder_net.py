"""The embedder: a small residual network of dense 3x3 convolutions on a face of 80 by 80.

Dense convolutions at a low resolution were chosen over the usual depthwise ones because matrix units make them
several times cheaper to train on a CPU, and because tract runs them at full speed (see README, "Shapes").
"""

import torch
from torch import nn

SIDE = 80          # the ArcFace template of 112 by 112, scaled
TEACHERS = (128, 256)  # lengths of the teachers' embeddings


def conv(inputs, outputs, stride=1, act=True):
    layers = [nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs)]
    return nn.Sequential(*layers, nn.ReLU()) if act else nn.Sequential(*layers)


class Residual(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.body = nn.Sequential(conv(channels, channels), conv(channels, channels, act=False))
        self.act = nn.ReLU()

    def forward(self, x):
        return self.act(x + self.body(x))


class Embedder(nn.Module):
    """N,3,80,80 RGB as (v - 127.5) / 128 to N,384: the directions of both teachers, one behind the other."""

    def __init__(self, channels=(64, 128, 224), blocks=(2, 3, 2)):
        super().__init__()
        layers = [nn.PixelUnshuffle(4)]
        width = 48
        for stage, (out, count) in enumerate(zip(channels, blocks)):
            layers.append(conv(width, out, stride=1 if stage == 0 else 2))
            layers += [Residual(out) for _ in range(count)]
            width = out
        self.features = nn.Sequential(*layers)
        # Where in the face something stands matters, so no average over places.
        self.places = nn.Conv2d(width, width, SIDE // 16, groups=width, bias=False)
        self.norm = nn.BatchNorm2d(width)
        self.head = nn.Linear(width, sum(TEACHERS))

    def forward(self, x):
        x = self.norm(self.places(self.features(x))).flatten(1)
        parts = self.head(x).split(TEACHERS, 1)
        return torch.cat([nn.functional.normalize(part.float(), dim=1) for part in parts], 1)
