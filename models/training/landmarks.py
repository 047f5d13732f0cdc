"""Distils landmarks, lids and head pose from the teachers' answers, and from rendered people whose truth is known.

    python landmarks.py landmarks|lids|head_pose PREPARED OUT --minutes 25
"""

import argparse
import glob
import os

import cv2
import numpy as np
import torch

from augment import degrade, erase
from face_nets import HeadPose, Landmarks, Lids
from loop import arguments, learn, tensor

EYES = [33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246,
        263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466]
MOUTH = [61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 308, 324, 318, 402, 317, 14, 87, 178, 88, 95, 78,
         191, 80, 81, 82, 13, 312, 311, 310, 415, 185, 40, 39, 37, 0, 267, 269, 270, 409]
# Lips, corners of the mouth, its middle against its corners, lids.
SPANS = [(13, 14), (0, 17), (61, 291), (81, 178), (311, 402), (13, 61), (13, 291), (14, 61), (14, 291), (12, 15),
         (159, 145), (386, 374), (158, 153), (385, 380)]
# What yaw, roll and pitch are read from: src/biometrics/landmarks.rs, ACROSS and DOWN.
ACROSS = [(33, 263), (133, 362), (127, 356), (234, 454), (93, 323)]
DOWN = [(10, 2), (151, 2), (9, 164)]
# How far a crop may turn, shift and grow against the one that was prepared: a face that is followed is where it was
# in the picture before, and the mesh that follows it errs.
LOOSE = dict(turn=22, shift=0.09, scale=0.18)
STILL = dict(turn=0, shift=0, scale=0)
# Mirrored partner of each mesh point: see mirror.py.
MIRROR = os.path.join(os.path.dirname(os.path.abspath(__file__)), "mesh_mirror.npy")


def tables(folder):
    """Name and teachers' answers of every prepared set."""
    return [(os.path.basename(path)[:-4], np.load(path)) for path in sorted(glob.glob(f"{folder}/*.npz"))]


def everything(parts):
    """Rows (set, place in it) of all that stands in `parts`, in an order of chance that is always the same."""
    index = np.concatenate([np.stack([np.full(len(part), i), np.arange(len(part))], 1) for i, part in enumerate(parts)])
    np.random.default_rng(0).shuffle(index)
    return index


class Sampler:
    """Draws rows by weight."""

    def __init__(self, index, weight):
        self.index, self.cumulative = index, np.cumsum(weight / weight.sum())

    def __len__(self):
        return len(self.index)

    def draw(self, rng):
        return self.index[min(np.searchsorted(self.cumulative, rng.random()), len(self.index) - 1)]


def rotate(rng, out, stored, margin, turn, shift, scale):
    """Matrix from a stored crop of `stored` pixels, `margin` times as wide as the network's, to `out` pixels."""
    s = out / (stored / margin) * np.exp(rng.uniform(-scale, scale))
    a = np.deg2rad(rng.uniform(-turn, turn))
    c, d = s * np.cos(a), s * np.sin(a)
    mid = (stored - 1) / 2
    to = (out - 1) / 2 + rng.uniform(-shift, shift, 2) * out
    return np.array([[c, -d, to[0] - c * mid + d * mid], [d, c, to[1] - d * mid - c * mid]], np.float32)


class MeshTask:
    side = Landmarks.SIDE

    def __init__(self, folder):
        self.crops, self.points, self.logits, self.negatives, self.negative_logits = [], [], [], [], []
        self.rendered = []
        for name, table in tables(folder):
            self.rendered.append(name.startswith("rendered"))
            self.crops.append(np.load(f"{folder}/{name}.mc.npy", mmap_mode="r"))
            self.points.append(table["mp"])
            self.logits.append(table["ml"])
            if os.path.exists(f"{folder}/{name}.nc.npy"):
                self.negatives.append(np.load(f"{folder}/{name}.nc.npy", mmap_mode="r"))
                self.negative_logits.append(table["nl"])
        index = np.array([(i, j) for i, j in everything(self.logits) if self.logits[i][j] > 5])
        self.test, index = index[:1000], index[1000:]
        # Open and wide mouths are rare and are what matters.
        gap = np.array([expression(self.points[i][j].astype(np.float32)[None])[0] for i, j in index])
        chance = 1.0 + 4.0 * (gap > 0.08)
        # Rendered people are few, all gestures, and what the demonstration is made of.
        chance *= np.array([2.5 if self.rendered[i] else 1.0 for i, _ in index])
        self.index = Sampler(index, chance)
        self.others = everything(self.negative_logits)
        self.mirror = np.load(MIRROR)
        weight = np.ones(468, np.float32)
        weight[EYES] = 3
        weight[MOUTH] = 3
        self.weight = torch.from_numpy(weight / weight.mean())[None, :, None]

    def net(self):
        return Landmarks()

    def batch(self, rng, size):
        x = np.empty((size, self.side, self.side, 3), np.uint8)
        p = np.zeros((size, 468, 3), np.float32)
        logit = np.empty(size, np.float32)
        face = np.ones(size, bool)
        for k in range(size):
            if rng.random() < 0.12:
                i, j = self.others[rng.integers(len(self.others))]
                crop, logit[k], face[k] = self.negatives[i][j], self.negative_logits[i][j], False
                matrix = rotate(rng, self.side, 160, 2.0 / 1.5, 0, 0, 0)
                x[k] = degrade(rng, cv2.warpAffine(np.asarray(crop), matrix, (self.side, self.side)))
                continue
            i, j = self.index.draw(rng)
            x[k], p[k] = self.one(rng, i, j)
            logit[k] = self.logits[i][j]
        return x, (p, logit, face)

    def one(self, rng, i, j, test=False):
        crop, points = np.asarray(self.crops[i][j]), self.points[i][j].astype(np.float32)
        if not test and rng.random() < 0.5:
            crop, points = np.ascontiguousarray(crop[:, ::-1]), points[self.mirror].copy()
            points[:, 0] = 159 - points[:, 0]
        matrix = rotate(rng, self.side, 160, 2.0 / 1.5, **(STILL if test else LOOSE))
        x = cv2.warpAffine(crop, matrix, (self.side, self.side), flags=cv2.INTER_LINEAR)
        points[:, :2] = points[:, :2] @ matrix[:, :2].T + matrix[:, 2]
        points[:, 2] *= np.hypot(matrix[0, 0], matrix[0, 1])
        if not test:
            x = degrade(rng, x)
            x = erase(rng, x) if rng.random() < 0.1 else x
        return x, points

    def loss(self, out, truth):
        mesh, score = out
        p, logit, face = truth
        face = torch.from_numpy(face)
        p = torch.from_numpy(p)[face]
        off = (mesh.view(-1, 468, 3)[face] - p).abs()
        # The shape without its place counts too: expressions are small against shifts.
        shape = ((mesh.view(-1, 468, 3)[face] - mesh.view(-1, 468, 3)[face].mean(1, keepdim=True)) - (p - p.mean(1, keepdim=True))).abs()
        points = (torch.log1p(off / 0.5) * self.weight).mean() + (torch.log1p(shape / 0.5) * self.weight).mean()
        # What gestures are read from: gaps and widths between points, hardly seen in a mean over 468 of them.
        span = lambda q: torch.cat([q[:, a] - q[:, b] for a, b in SPANS], 1)
        points = points + torch.log1p((span(mesh.view(-1, 468, 3)[face]) - span(p)).abs() / 0.3).mean()
        axis = lambda q: torch.cat([sum(q[:, b] - q[:, a] for a, b in pairs) / len(pairs) for pairs in (ACROSS, DOWN)], 1)
        points = points + 0.5 * torch.log1p((axis(mesh.view(-1, 468, 3)[face]) - axis(p)).abs() / 0.3).mean()
        seen = torch.sigmoid(torch.from_numpy(logit))
        return points + 0.5 * torch.nn.functional.binary_cross_entropy_with_logits(score[:, 0], seen)

    @torch.inference_mode()
    def check(self, net):
        rng, off, io, gaps, turned = np.random.default_rng(1), [], [], [], []
        for start in range(0, len(self.test), 200):
            pairs = [self.one(rng, i, j, test=True) for i, j in self.test[start:start + 200]]
            mesh, _ = net(tensor(np.stack([x for x, _ in pairs])))
            p = np.stack([p for _, p in pairs])
            d = np.linalg.norm(mesh.view(-1, 468, 3).numpy()[:, :, :2] - p[:, :, :2], axis=2)
            eyes = np.linalg.norm(p[:, 33, :2] - p[:, 263, :2], axis=1)
            off.append(d.mean(1) / eyes)
            turned += [angles(mesh.view(-1, 468, 3).numpy()), angles(p)]
            gaps.append(np.stack([expression(mesh.view(-1, 468, 3).numpy()), expression(p)], 1))
            io.append(d[:, EYES + MOUTH].mean(1) / eyes)
        off, io, gaps = np.concatenate(off), np.concatenate(io), np.concatenate(gaps)
        a, b = np.concatenate(turned[0::2]), np.concatenate(turned[1::2])
        return dict(yaw_error=float(np.abs(a - b)[:, 0].mean()), pitch_error=float(np.abs(a - b)[:, 1].mean()), roll_error=float(np.abs(a - b)[:, 2].mean()), mouth_gap_error=float(np.abs(gaps[:, 0] - gaps[:, 1]).mean()), mouth_gap_correlation=float(np.corrcoef(gaps.T)[0, 1]), nme_percent=100 * float(off.mean()), nme_median=100 * float(np.median(off)), eyes_mouth_percent=100 * float(io.mean()))


class LidTask:
    side = Lids.SIDE

    def __init__(self, folder):
        self.crops, self.points = [], []
        for name, table in tables(folder):
            self.crops.append(np.load(f"{folder}/{name}.ec.npy", mmap_mode="r"))
            self.points.append(table["ep"])
        index = everything(self.points)
        self.test, index = index[:1500], index[1500:]
        opening = np.array([ratio(self.points[i][j].astype(np.float32)[None])[0] for i, j in index])
        # Closed and half closed eyes are rare and are what matters.
        chance = np.where(opening < 0.15, 6.0, np.where(opening < 0.22, 2.5, 1.0))
        self.index = Sampler(index, chance)

    def net(self):
        return Lids()

    def one(self, rng, i, j, test=False):
        crop, p = np.asarray(self.crops[i][j]), self.points[i][j].astype(np.float32)
        matrix = rotate(rng, self.side, 96, 1.4, 0 if test else 12, 0 if test else 0.05, 0 if test else 0.12)
        x = cv2.warpAffine(crop, matrix, (self.side, self.side), flags=cv2.INTER_LINEAR)
        return (x if test else degrade(rng, x)), p @ matrix[:, :2].T + matrix[:, 2]

    def batch(self, rng, size):
        pairs = [self.one(rng, *self.index.draw(rng)) for _ in range(size)]
        return np.stack([x for x, _ in pairs]), np.stack([p for _, p in pairs])

    def loss(self, out, truth):
        p = torch.from_numpy(truth)
        off = (out.view(-1, 71, 3)[:, :, :2] - p).abs()
        weight = torch.ones(71)
        weight[:16] = 4
        gap = lambda q: torch.stack([(q[:, k] - q[:, k + 8]) for k in (3, 4, 5)], 1)
        opening = (gap(out.view(-1, 71, 3)[:, :, :2]) - gap(p)).abs()
        return (torch.log1p(off / 0.5) * weight[None, :, None]).mean() / 1.7 + torch.log1p(opening / 0.5).mean() + out.view(-1, 71, 3)[:, :, 2].abs().mean() * 0.01

    @torch.inference_mode()
    def check(self, net):
        rng, got, want = np.random.default_rng(1), [], []
        for start in range(0, len(self.test), 300):
            pairs = [self.one(rng, i, j, test=True) for i, j in self.test[start:start + 300]]
            out = net(tensor(np.stack([x for x, _ in pairs]))).view(-1, 71, 3)[:, :, :2].numpy()
            got.append(out), want.append(np.stack([p for _, p in pairs]))
        got, want = np.concatenate(got), np.concatenate(want)
        a, b = ratio(got), ratio(want)
        off = np.linalg.norm(got - want, axis=2)[:, :16].mean(1) / np.linalg.norm(want[:, 0] - want[:, 8], axis=1)
        return dict(lids_percent_of_eye=100 * float(off.mean()), opening_error=float(np.abs(a - b).mean()), correlation=float(np.corrcoef(a, b)[0, 1]), closed=int((b < 0.15).sum()), closed_found=float((a[b < 0.15] < 0.19).mean()))


def expression(p):
    """Gap of the lips in distances of the eyes' outer corners, as src/biometrics/landmarks.rs has it."""
    return np.linalg.norm(p[:, 13] - p[:, 14], axis=1) / np.maximum(np.linalg.norm(p[:, 33] - p[:, 263], axis=1), 1)


def angles(p):
    """Yaw, pitch and roll in degrees, as src/biometrics/landmarks.rs has them."""
    across, down = (sum(p[:, b] - p[:, a] for a, b in pairs) for pairs in (ACROSS, DOWN))
    yaw = np.arctan2(across[:, 2], np.hypot(across[:, 0], across[:, 1]))
    pitch = np.arctan2(down[:, 2], np.hypot(down[:, 0], down[:, 1]))
    return np.rad2deg(np.stack([yaw, pitch, np.arctan2(across[:, 1], across[:, 0])], 1))


def ratio(p):
    """Height of the gap over the width of the eye, as src/biometrics/landmarks.rs has it."""
    gap = np.mean([np.linalg.norm(p[:, k] - p[:, k + 8], axis=1) for k in (3, 4, 5)], 0)
    return gap / np.maximum(np.linalg.norm(p[:, 0] - p[:, 8], axis=1), 1)


class PoseTask:
    side = HeadPose.SIDE

    def __init__(self, folder):
        self.crops, self.angles = [], []
        for name, table in tables(folder):
            self.crops.append(np.load(f"{folder}/{name}.pc.npy", mmap_mode="r"))
            self.angles.append(table["pp"])
        index = everything(self.angles)
        self.test, index = index[:1500], index[1500:]
        yaw = np.array([abs(self.angles[i][j][0]) for i, j in index])
        self.index = Sampler(index, 1 + np.clip(yaw / 12, 0, 5))

    def net(self):
        return HeadPose()

    def one(self, rng, i, j, test=False):
        crop, a = np.asarray(self.crops[i][j]), self.angles[i][j].astype(np.float32).copy()
        if not test and rng.random() < 0.5:
            crop = np.ascontiguousarray(crop[:, ::-1])
            a[0], a[2] = -a[0], -a[2]
        matrix = rotate(rng, self.side, 96, 2.0 / 1.6, 0, 0 if test else 0.06, 0 if test else 0.12)
        x = cv2.warpAffine(crop, matrix, (self.side, self.side), flags=cv2.INTER_LINEAR)
        return (x if test else degrade(rng, x)), a

    def batch(self, rng, size):
        pairs = [self.one(rng, *self.index.draw(rng)) for _ in range(size)]
        return np.stack([x for x, _ in pairs]), np.stack([p for _, p in pairs])

    def loss(self, out, truth):
        return torch.nn.functional.smooth_l1_loss(out, torch.from_numpy(truth), beta=2.0)

    @torch.inference_mode()
    def check(self, net):
        rng, got, want = np.random.default_rng(1), [], []
        for start in range(0, len(self.test), 300):
            pairs = [self.one(rng, i, j, test=True) for i, j in self.test[start:start + 300]]
            got.append(net(tensor(np.stack([x for x, _ in pairs]))).numpy())
            want.append(np.stack([p for _, p in pairs]))
        off = np.abs(np.concatenate(got) - np.concatenate(want))
        turned = np.abs(np.concatenate(want)[:, 0]) > 20
        return dict(yaw=float(off[:, 0].mean()), pitch=float(off[:, 1].mean()), roll=float(off[:, 2].mean()), yaw_turned=float(off[turned, 0].mean()), turned=int(turned.sum()))


def main():
    ask = argparse.ArgumentParser()
    ask.add_argument("what", choices=["landmarks", "lids", "head_pose"])
    ask.add_argument("prepared")
    ask.add_argument("out")
    args = arguments(ask, minutes=20, batch=128)
    rng = np.random.default_rng(args.seed)
    task = {"landmarks": MeshTask, "lids": LidTask, "head_pose": PoseTask}[args.what](args.prepared)
    print(args.what, len(task.index), "to learn from", flush=True)
    learn(task.net, args, lambda: task.batch(rng, args.batch), task.loss, lambda net, _: task.check(net))


if __name__ == "__main__":
    main()
