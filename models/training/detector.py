"""Distils the face detector: boxes and five points of YuNet at 640, learnt at 320 on composed pictures.

    python detector.py PREPARED OUT --minutes 25
"""

import argparse
import glob
import pickle

import cv2
import numpy as np
import torch

from augment import degrade
from face_nets import Detector
from loop import arguments, learn, tensor

SIDE = 320
SURE = 0.6
NEARLY = 1.3  # times the sizes that a grid answers for, up to which it may answer as well


class Pictures:
    def __init__(self, folder):
        self.records = []
        for path in sorted(glob.glob(f"{folder}/*.pkl")):
            self.records += pickle.load(open(path, "rb"))
        np.random.default_rng(0).shuffle(self.records)
        with_face = [r for r in self.records if len(r[1]) and r[1].max() > SURE]
        self.test, self.faces = with_face[:600], with_face[600:]

    def background(self, rng):
        """A piece of some picture that holds no face, blown up; or a plain colour; or noise."""
        kind = rng.random()
        if kind < 0.15:
            return np.full((SIDE, SIDE, 3), rng.integers(0, 256, 3), np.uint8)
        if kind < 0.25:
            small = rng.integers(0, 256, (int(rng.integers(2, 40)), int(rng.integers(2, 40)), 3)).astype(np.uint8)
            return cv2.resize(small, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
        jpeg, scores, boxes, _ = self.records[rng.integers(len(self.records))]
        image = cv2.imdecode(np.frombuffer(jpeg, np.uint8), 1)
        h, w = image.shape[:2]
        for _ in range(6):
            bw, bh = int(rng.uniform(0.15, 0.7) * w), int(rng.uniform(0.15, 0.7) * h)
            x, y = rng.integers(0, w - bw + 1), rng.integers(0, h - bh + 1)
            if all(b[0] > x + bw or b[0] + b[2] < x or b[1] > y + bh or b[1] + b[3] < y for b in boxes):
                return cv2.resize(image[y:y + bh, x:x + bw], (SIDE, SIDE))
        return cv2.resize(np.ascontiguousarray(image[:8]), (SIDE, SIDE))

    def compose(self, rng, test=None):
        record = test or self.faces[rng.integers(len(self.faces))]
        jpeg, scores, boxes, points = record
        image = cv2.imdecode(np.frombuffer(jpeg, np.uint8), 1)
        h, w = image.shape[:2]
        if test:
            s = SIDE / max(h, w)
            out = np.zeros((SIDE, SIDE, 3), np.uint8)
            matrix = np.array([[s, 0, 0], [0, s, 0]], np.float32)
            out = cv2.warpAffine(image, matrix, (SIDE, SIDE))
        else:
            out = self.background(rng)
            if rng.random() < 0.06:  # no face at all
                return degrade(rng, out), np.zeros(0), np.zeros((0, 4)), np.zeros((0, 5, 2))
            flip = rng.random() < 0.5
            if flip:
                image = np.ascontiguousarray(image[:, ::-1])
                boxes = np.stack([w - boxes[:, 0] - boxes[:, 2], boxes[:, 1], boxes[:, 2], boxes[:, 3]], 1)
                points = points.copy()
                points[:, :, 0] = w - 1 - points[:, :, 0]
                points = points[:, [1, 0, 2, 4, 3]]
            main = boxes[scores.argmax()]
            want = np.exp(rng.uniform(np.log(18), np.log(290)))
            s = want / max(main[2:])
            a = np.deg2rad(rng.normal(0, 8))
            c, d = s * np.cos(a), s * np.sin(a)
            mid = main[:2] + main[2:] / 2
            reach = want * 0.45
            to = [rng.uniform(min(reach, 150), max(SIDE - reach, 170)) for _ in range(2)]
            matrix = np.array([[c, -d, to[0] - c * mid[0] + d * mid[1]], [d, c, to[1] - d * mid[0] - c * mid[1]]], np.float32)
            layer = image
            if s < 0.7:  # without aliasing
                k = max(1, round(1 / s))
                layer = cv2.blur(image, (k, k))
            mask = cv2.warpAffine(np.full(image.shape[:2], 255, np.uint8), matrix, (SIDE, SIDE))
            placed = cv2.warpAffine(layer, matrix, (SIDE, SIDE), flags=cv2.INTER_LINEAR)
            out = np.where(mask[..., None] > 127, placed, out)
            corners = np.stack([boxes[:, :2], boxes[:, :2] + boxes[:, 2:] * [1, 0], boxes[:, :2] + boxes[:, 2:] * [0, 1], boxes[:, :2] + boxes[:, 2:]], 1)
            middle = corners.mean(1) @ matrix[:, :2].T + matrix[:, 2]
            size = boxes[:, 2:] * s
            boxes = np.concatenate([middle - size / 2, size], 1)
            points = points @ matrix[:, :2].T + matrix[:, 2]
            return degrade(rng, out), scores, boxes, points
        return out, scores, boxes * s, points * s

    @staticmethod
    def assign(scores, boxes, points):
        """Per stride: 1 face, 0 none, -1 does not count; the target values."""
        out = []
        for stride in Detector.STRIDES:
            n = SIDE // stride
            label = np.zeros((n, n), np.float32)
            value = np.zeros((n, n, 14), np.float32)
            order = np.argsort(-(boxes[:, 2] * boxes[:, 3])) if len(boxes) else []
            for k in order:
                x, y, w, h = boxes[k]
                side = max(w, h)
                low, high = {8: (0, 56), 16: (36, 128), 32: (90, 1e9)}[stride]
                cx, cy = x + w / 2, y + h / 2
                c0, c1 = int(np.floor(max(0, x) / stride)), int(np.ceil(min(SIDE, x + w) / stride))
                r0, r1 = int(np.floor(max(0, y) / stride)), int(np.ceil(min(SIDE, y + h) / stride))
                # A face far too large or small for this grid is background to it, or its eyes and mouth become faces.
                if scores[k] >= SURE and not (low / NEARLY <= side < high * NEARLY):
                    continue
                if scores[k] < SURE or not (low <= side < high):
                    label[r0:r1, c0:c1] = np.where(label[r0:r1, c0:c1] > 0.5, 1, -1)
                    continue
                cols, rows = np.arange(n), np.arange(n)
                # The heads predict offsets from the cell's corner: cells near the middle of the face answer.
                near = np.maximum(np.abs(cols[None] * stride - cx), np.abs(rows[:, None] * stride - cy))
                inner = near <= max(1.0 * stride, 0.18 * side)
                fringe = (near <= max(2.0 * stride, 0.34 * side)) & ~inner
                label[fringe & (label < 0.5)] = -1
                label[inner] = 1
                rr, cc = np.nonzero(inner)
                value[rr, cc, 0] = cx / stride - cc
                value[rr, cc, 1] = cy / stride - rr
                value[rr, cc, 2:4] = np.log([w / stride, h / stride])
                value[rr, cc, 4::2] = points[k][:, 0][None] / stride - cc[:, None]
                value[rr, cc, 5::2] = points[k][:, 1][None] / stride - rr[:, None]
            out.append((label.reshape(-1), value.reshape(-1, 14)))
        return out

    def batch(self, rng, size):
        images = np.empty((size, SIDE, SIDE, 3), np.uint8)
        targets = []
        for k in range(size):
            images[k], *truth = self.compose(rng)
            targets.append(self.assign(*truth))
        return images, [(torch.from_numpy(np.stack([t[i][0] for t in targets])), torch.from_numpy(np.stack([t[i][1] for t in targets]))) for i in range(3)]


def loss_of(out, targets):
    total, count = 0.0, 0
    for head, (label, value), stride in zip(out, targets, Detector.STRIDES):
        logit = head[..., 0]
        p = torch.sigmoid(logit)
        positive, negative = label > 0.5, label == 0
        # Focal: most cells are easy background.
        total = total + 0.75 * ((1 - p) ** 2 * torch.nn.functional.softplus(-logit))[positive].sum()
        total = total + 0.25 * (p ** 2 * torch.nn.functional.softplus(logit))[negative].sum()
        if positive.any():
            want, got = value[positive], head[..., 1:][positive]
            size = torch.exp(want[:, 2:4]).mean(1, keepdim=True)
            box = torch.cat([(got[:, :2] - want[:, :2]) / size * 4, got[:, 2:4] - want[:, 2:4]], 1)
            pts = (got[:, 4:] - want[:, 4:]) / size
            total = total + torch.nn.functional.smooth_l1_loss(box, torch.zeros_like(box), beta=0.1, reduction="sum") * 0.5
            total = total + torch.log1p(pts.abs() * 50).sum() * 0.08
        count += int(positive.sum())
    return total / max(count, 1)


@torch.inference_mode()
def check(net, pictures):
    found, off = 0, []
    for start in range(0, len(pictures.test), 50):
        part = [pictures.compose(None, r) for r in pictures.test[start:start + 50]]
        out = net(tensor(np.stack([p[0] for p in part])))
        for k, (_, _, _, points) in enumerate(part):
            best, place = 0, None
            for head, stride in zip(out, Detector.STRIDES):
                p = torch.sigmoid(head[k, :, 0])
                j = int(p.argmax())
                if p[j] > best:
                    best, n = float(p[j]), SIDE // stride
                    place = (head[k, j, 5:].view(5, 2).numpy() + [j % n, j // n]) * stride
            if best >= 0.6:
                d = min(np.linalg.norm(place - q, axis=1).mean() / np.linalg.norm(q[0] - q[1]).clip(4) for q in points)
                found += d < 0.3
                off.append(min(d, 1))
    return dict(found=float(found) / len(pictures.test), points_percent=100 * float(np.mean(off)), points_median=100 * float(np.median(off)))


def main():
    ask = argparse.ArgumentParser()
    ask.add_argument("prepared")
    ask.add_argument("out")
    args = arguments(ask, minutes=25, batch=48)
    rng, pictures = np.random.default_rng(args.seed), Pictures(args.prepared)
    print(len(pictures.faces), "pictures with a face", flush=True)
    learn(Detector, args, lambda: pictures.batch(rng, args.batch), loss_of, lambda net, _: check(net, pictures))


if __name__ == "__main__":
    main()
