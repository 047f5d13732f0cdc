"""What is known of rendered people: `titre specimen pictures` writes truth.json beside them, with eight points of the
face in pixels. A teacher that learnt on photographs sees their mouths too small; its mesh is bent to the truth."""

import json
import os

import numpy as np

# Points of the mesh, by their names in truth.json: src/specimen/person/points.rs.
POINTS = {"right_eye_outer": 33, "right_eye_inner": 133, "left_eye_inner": 362, "left_eye_outer": 263,
          "right_mouth": 61, "left_mouth": 291, "upper_lip": 13, "lower_lip": 14}
# Reach of one known point over the mesh, and how far a mesh may be off, in distances of the outer corners of the eyes.
REACH, FAR = 0.22, 0.4


def of(folder):
    """Known points by file name: {file: {name: [x, y]}}; empty where the folder has no truth.json."""
    path = os.path.join(folder, "truth.json")
    if not os.path.exists(path):
        return {}
    with open(path) as file:
        return {picture["file"]: picture["points"] for picture in json.load(file)["pictures"]}


def bend(mesh, known):
    """The mesh, 468 x (x, y, z) in pixels, with known points where they are and their surroundings gone along;
    None where the mesh is too far off to be of this face."""
    index = [POINTS[name] for name in known]
    shift = np.float64([known[name] for name in known]) - mesh[index, :2]
    unit = np.linalg.norm(mesh[33, :2] - mesh[263, :2])
    if np.linalg.norm(shift, axis=1).max() > FAR * unit:
        return None
    near = lambda a, b: np.exp(-(np.linalg.norm(a[:, None] - b[None], axis=2) / (REACH * unit)) ** 2)
    # A little give: the lips of a closed mouth are one place and may be asked to go two ways.
    give = 0.02 * np.eye(len(index))
    weights = np.linalg.solve(near(mesh[index, :2], mesh[index, :2]) + give, shift)
    bent = mesh.copy()
    bent[:, :2] += near(mesh[:, :2], mesh[index, :2]) @ weights
    return bent
