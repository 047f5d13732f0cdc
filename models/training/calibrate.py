"""Thresholds of the embedder over all pairs of LFW, as models/manifest.toml lists them, from prepared crops.

    python calibrate.py CHECKPOINT WORK/faces

The figures that the documentation cites come from `titre models bench`, which aligns and runs as titre does; this
is the quick look while training.
"""

import datetime
import json
import sys

import numpy as np
import torch

from embedder import embed
from embedder_net import Embedder
from loop import weights


def all_pairs(vectors, people, rates):
    order = np.argsort(people, kind="stable")
    vectors, people = vectors[order], people[order]
    genuine, tops, impostors = [], np.zeros(0, np.float32), 0
    keep = 400_000
    for start in range(0, len(vectors), 512):
        block = vectors[start:start + 512] @ vectors[start:].T
        same = people[start:start + 512, None] == people[None, start:]
        upper = np.arange(start, len(vectors))[None] > np.arange(start, min(start + 512, len(vectors)))[:, None]
        genuine.append(block[same & upper])
        other = block[~same & upper]
        impostors += len(other)
        tops = np.concatenate([tops, other[other > 0.1]])
        if len(tops) > 4 * keep:
            tops = np.partition(tops, len(tops) - keep)[-keep:]
    genuine, tops = np.concatenate(genuine), np.sort(tops)[::-1]
    found = []
    for rate in rates:
        # The smallest threshold, in the manifest's four digits, that at most this share of the impostors reaches.
        threshold = np.ceil(tops[int(rate * impostors)] * 1e4) / 1e4
        found.append(dict(at=rate, threshold=float(threshold), false_matches=int((tops >= threshold).sum()), false_non_matches=int((genuine < threshold).sum())))
    return dict(genuine=len(genuine), impostor=int(impostors), rates=found)


def main():
    checkpoint, prepared = sys.argv[1:3]
    torch.set_num_threads(1)
    net = Embedder().to(memory_format=torch.channels_last).eval()
    net.load_state_dict(weights(checkpoint))
    table = np.load(f"{prepared}/lfw_deepfunneled.npz")
    crops = np.load(f"{prepared}/lfw_deepfunneled.crops.npy", mmap_mode="r")
    people = np.array([name.split("/")[0] for name in table["names"]])
    vectors = embed(net, crops, np.arange(len(crops)))
    # As titre compares: both directions as one vector of length one.
    found = all_pairs(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), people, (1e-3, 1e-4, 1e-5))
    print(json.dumps(dict(images=len(crops), date=str(datetime.date.today()), command="python models/training/calibrate.py", **found)))


if __name__ == "__main__":
    main()
