"""Which mesh point is the mirror image of which: found on the mean of many nearly frontal faces.

    python mirror.py PREPARED     writes mesh_mirror.npy beside this file
"""

import glob
import os
import sys

import numpy as np


# At the corners of the mouth points nearly coincide, so the rings of the lips are given, left to right.
RINGS = [
    [61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291], [61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291],
    [76, 184, 74, 73, 72, 11, 302, 303, 304, 408, 306], [76, 77, 90, 180, 85, 16, 315, 404, 320, 307, 306],
    [62, 183, 42, 41, 38, 12, 268, 271, 272, 407, 292], [62, 96, 89, 179, 86, 15, 316, 403, 319, 325, 292],
    [78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308], [78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308],
]


def main():
    shapes = []
    for path in glob.glob(f"{sys.argv[1]}/*.npz"):
        table = np.load(path)
        mesh = table["mp"][table["ml"] > 10].astype(np.float32)
        across = mesh[:, 263] - mesh[:, 33]
        shapes.append(mesh[np.abs(np.arctan2(across[:, 2], across[:, 0])) < np.deg2rad(6)])
    mean = np.concatenate(shapes).mean(0)
    middle = (mean[33] + mean[263]) / 2
    flat = (mean - middle) / np.linalg.norm(mean[263] - mean[33])
    turned = flat * [-1, 1, 1]
    distance = np.linalg.norm(flat[:, None] - turned[None], axis=2)
    # Both ways the same, else the closest pairs first.
    order, result = np.argsort(distance, axis=None), np.full(468, -1)
    for ring in RINGS:
        result[ring] = ring[::-1]
    for flat_index in order:
        a, b = divmod(int(flat_index), 468)
        if result[a] < 0 and result[b] < 0:
            result[a], result[b] = b, a
    print("middle points", int((result == np.arange(468)).sum()), "worst", float(distance[np.arange(468), result].max()))
    assert (result[result] == np.arange(468)).all() and result[33] == 263 and result[61] == 291 and result[1] == 1
    np.save(os.path.join(os.path.dirname(os.path.abspath(__file__)), "mesh_mirror.npy"), result)


if __name__ == "__main__":
    main()
