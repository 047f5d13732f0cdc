"""Writes models/manifest.toml anew: digests of the files beside it, and the figures of the comparison.

    python manifest.py FIGURES.json     what calibrate.py --json wrote
"""

import hashlib
import json
import math
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
MODELS = os.path.dirname(HERE)
NETWORKS = [
    ("titre_face_detection", "face_detection", "yunet", "face_detection.onnx", 320, "cls, obj, bbox, kps at strides 8, 16, 32; score = sqrt(cls * obj); five points"),
    ("titre_landmarks", "landmarks", "mediapipe_mesh", "landmarks.onnx", 112, "468 points (x, y, z) in crop pixels; logit that it is a face"),
    ("titre_lids", "iris", "mediapipe_iris", "lids.onnx", 64, "71 points of lids and brow, in crop pixels"),
    ("titre_head_pose", "head_pose", "fsanet", "head_pose.onnx", 64, "yaw, pitch, roll in degrees"),
    ("titre_embedding", "embedding", "embedding_arcface", "embedding.onnx", 80, "384 values: the directions of both teachers, one behind the other"),
]
HEAD = """# The built-in set: titre's own weights, which stand beside this file and are compiled into the program. How they were
# made stands in models/training, what each of them can do in the card beside it. Written by training/manifest.py.
#
# input: tensor shape N,C,H,W; colour order; each sample becomes (value - subtract) / divide.

schema = "titre.models/1"
"""


def wilson(errors, trials):
    z, share = 1.959964, errors / trials
    middle = (share + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z / (1 + z * z / trials) * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    return f"[{max(0, middle - half):.4g}, {middle + half:.4g}]"


def main():
    figures = json.load(open(sys.argv[1]))
    out = [HEAD]
    for name, task, decoder, file, side, output in NETWORKS:
        digest = hashlib.sha256(open(os.path.join(MODELS, file), "rb").read()).hexdigest()
        out.append(f"""[[model]]
name = "{name}"
task = "{task}"
maturity = "demonstration"
decoder = "{decoder}"
file = "{file}"
sha256 = "{digest}"
licence = "MIT OR Apache-2.0"
source = "models/training, see models/{file[:-5]}.md"
training_data = "the sets of models/training/data.toml, by answers of the recommended set's networks"
input = {{ shape = [1, 3, {side}, {side}], colour = "rgb", subtract = 127.5, divide = 128.0 }}
output = "{output}"
""")
    genuine, impostor = figures["genuine"], figures["impostor"]
    out.append(f"""# Higher is more alike. A demonstration: no decision on a real person may rest on it.
[comparison]
models = ["titre_embedding"]
set = "LFW deep-funneled"
caveat = "a demonstration: rates hold for their data set and do not transfer; install the recommended set for decisions"
match_at = 1e-5
no_match_below = 1e-3

[[comparison.calibration]]
set = "LFW deep-funneled"
pictures = "colour_stills"
pairs = "every two of {figures['images']:,} single images"
genuine_pairs = {genuine}
impostor_pairs = {impostor}
date = "{figures['date']}"
command = "{figures['command']}"
rates = [""")
    for rate in figures["rates"]:
        fmr, fnmr = rate["false_matches"] / impostor, rate["false_non_matches"] / genuine
        out.append(f"    {{ at = {rate['at']:.0e}, threshold = {rate['threshold']:.4f}, false_match_rate = {fmr:.4g}, false_match_interval = {wilson(rate['false_matches'], impostor)}, "
                   f"false_non_match_rate = {fnmr:.4g}, false_non_match_interval = {wilson(rate['false_non_matches'], genuine)} }},".replace("e-0", "e-"))
    out.append("]\n")
    open(os.path.join(MODELS, "manifest.toml"), "w").write("\n".join(out))


if __name__ == "__main__":
    main()
