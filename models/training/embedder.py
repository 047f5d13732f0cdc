"""Distils the embedder: its directions follow those of two teachers, on faces that no one labelled.

    python embedder.py PREPARED OUT --pairs pairs.txt --minutes 90 [--start CHECKPOINT]

PREPARED holds what prepare.py wrote. People of LFW's pairs.txt are kept out by name, and whoever looks like one
of them to the teachers is kept out of every other set too (EXCLUDE), so that LFW stays a test.
"""

import argparse
import glob
import multiprocessing as mp
import os
import time

import cv2
import numpy as np
import torch

from augment import affine, degrade, erase
from embedder_net import SIDE, TEACHERS, Embedder
from loop import arguments, learn, tensor

HELD_OUT = {"nuaa_raw", "att_faces", "yaleB_cropped"}
# Fused cosine to any picture of a person of pairs.txt above which a face is not trained on. 1 in 10^5 strangers.
EXCLUDE = 0.46
REFRESH = 420  # seconds after which sets that were prepared meanwhile are taken in
CAP = {"dfdc_faces224": 12000, "uk_mps": 12000}


def read_pairs(path):
    people = set()
    for line in open(path).read().splitlines()[1:]:
        part = line.split("\t")
        people |= {part[0]} | ({part[2]} if len(part) == 4 else set())
    return people


def teacher(table):
    return np.concatenate([table["z"], table["r"]], 1)


def lfw_reference(root, pairs):
    table = np.load(f"{root}/lfw_deepfunneled.npz")
    people = np.array([name.split("/")[0] for name in table["names"]])
    test = np.isin(people, list(read_pairs(pairs)))
    return teacher(table), test


def load(root, pairs, rng):
    """Every set there is: crops (memory-mapped), rows that may be used, teachers' directions."""
    reference, test = lfw_reference(root, pairs)
    reference = reference[test]
    sets = []
    for path in sorted(glob.glob(f"{root}/*.npz")):
        name = os.path.basename(path)[:-4]
        if name in HELD_OUT:
            continue
        cache = f"{root}/{name}.rows.npy"
        table = np.load(path)
        target = teacher(table)
        if name == "lfw_deepfunneled":
            rows = np.flatnonzero(~test)
        elif os.path.exists(cache):
            rows = np.load(cache)
        else:
            keep = np.concatenate([(part @ reference.T).max(1) / 2 < EXCLUDE for part in np.array_split(target, max(1, len(target) // 500))])
            rows = np.flatnonzero(keep & (table["score"] > 0.7))
            np.save(cache, rows)
            print(f"{name}: {len(target)} faces, {(~keep).sum()} look like people of the test", flush=True)
        if len(rows) > CAP.get(name, 10**9):
            rows = rng.choice(rows, CAP[name], replace=False)
        sets.append((np.load(f"{root}/{name}.crops.npy", mmap_mode="r"), rows, target.astype(np.float32)))
    return sets


def feeder(queue, root, pairs, batch, seed, refresh):
    cv2.setNumThreads(1)
    rng = np.random.default_rng(seed)
    cv2.setRNGSeed(seed)
    while True:
        sets = load(root, pairs, rng)
        index = np.concatenate([np.stack([np.full(len(rows), i), rows], 1) for i, (_, rows, _) in enumerate(sets)])
        print(f"{len(index)} faces of {len(sets)} sets", flush=True)
        began = time.time()
        while time.time() - began < refresh:
            rng.shuffle(index)
            for start in range(0, len(index) - batch + 1, batch):
                images = np.empty((batch, SIDE, SIDE, 3), np.uint8)
                targets = np.empty((batch, sum(TEACHERS)), np.float32)
                for k, (s, row) in enumerate(index[start:start + batch]):
                    crops, _, target = sets[s]
                    crop = np.asarray(crops[row])
                    if rng.random() < 0.5:
                        crop = crop[:, ::-1]
                    easy = rng.random() < 0.15
                    x = cv2.warpAffine(np.ascontiguousarray(crop), affine(rng, SIDE), (SIDE, SIDE), flags=cv2.INTER_LINEAR)
                    if not easy:
                        x = degrade(rng, x)
                        if rng.random() < 0.15:
                            x = erase(rng, x)
                    images[k] = x
                    targets[k] = target[row]
                queue.put((images, targets))
                if time.time() - began > refresh:
                    break


def clean(crops):
    """Prepared crops, unmoved, at the input's size."""
    s = SIDE / 112.0
    move = (SIDE - 1) / 2 - s * (8 + 55.5)
    matrix = np.array([[s, 0, move], [0, s, move]], np.float32)
    return np.stack([cv2.warpAffine(np.asarray(c), matrix, (SIDE, SIDE), flags=cv2.INTER_LINEAR) for c in crops])


@torch.inference_mode()
def embed(net, crops, rows, flip=False):
    out = []
    for start in range(0, len(rows), 256):
        x = clean([crops[r] for r in rows[start:start + 256]])
        with torch.autocast("cpu", torch.bfloat16):
            y = net(tensor(x))
            if flip:
                y = y + net(tensor(x[:, :, ::-1]))
        out.append(torch.nn.functional.normalize(y.float(), dim=1))
    return torch.cat(out).numpy()


def lfw(net, root, pairs, flip=False):
    """Ten-fold accuracy on the 6,000 pairs and the false non-match rate at 1e-3 over them."""
    table = np.load(f"{root}/lfw_deepfunneled.npz")
    where = {name: i for i, name in enumerate(table["names"])}
    left, right, same, lost = [], [], [], 0
    file = lambda person, number: where.get(f"{person}/{person}_{int(number):04d}.jpg")
    for line in open(pairs).read().splitlines()[1:]:
        p = line.split("\t")
        a, b = (file(p[0], p[1]), file(p[0], p[2])) if len(p) == 3 else (file(p[0], p[1]), file(p[2], p[3]))
        lost += a is None or b is None
        left.append(a), right.append(b), same.append(len(p) == 3)
    crops = np.load(f"{root}/lfw_deepfunneled.crops.npy", mmap_mode="r")
    rows = sorted({r for r in left + right if r is not None})
    place = {r: i for i, r in enumerate(rows)}
    vectors = embed(net, crops, rows, flip)
    score = np.array([vectors[place[a]] @ vectors[place[b]] if a is not None and b is not None else -1.0 for a, b in zip(left, right)])
    same = np.array(same)
    folds, right_of = np.repeat(np.arange(10), 600), []
    grid = np.unique(score)
    for fold in range(10):
        train = folds != fold
        best = max(grid[::8], key=lambda t: ((score[train] >= t) == same[train]).mean())
        right_of.append(((score[~train] >= best) == same[~train]).mean())
    threshold = np.sort(score[~same])[::-1][3]
    return dict(lfw=float(np.mean(right_of)), std=float(np.std(right_of)), fnmr_1e3=float((score[same] <= threshold).mean()), pairs_without_face=lost, flip=flip)


def loss_of(y, truth):
    y, t = y.float(), torch.from_numpy(truth)
    cosine = sum(1 - (a * b).sum(1) for a, b in zip(y.split(TEACHERS, 1), t.split(TEACHERS, 1))).mean()
    relation = ((y @ y.T - t @ t.T) / 2).pow(2).mean()
    return cosine + 8 * relation


def main():
    ask = argparse.ArgumentParser()
    ask.add_argument("prepared")
    ask.add_argument("out")
    ask.add_argument("--pairs", required=True, help="pairs.txt of LFW")
    args = arguments(ask, minutes=90, batch=256)
    queue = mp.Queue(6)
    mp.Process(target=feeder, args=(queue, args.prepared, args.pairs, args.batch, args.seed, REFRESH), daemon=True).start()

    def check(net, last):
        net.to(memory_format=torch.channels_last)
        return lfw(net, args.prepared, args.pairs, flip=last)

    learn(Embedder, args, queue.get, loss_of, check, decay=0.05)


if __name__ == "__main__":
    main()
