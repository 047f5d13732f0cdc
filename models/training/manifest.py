"""Writes models/manifest.toml anew: digests of the files beside it, and the figures of the comparison.

    python manifest.py LFW.json [NUAA.json ATT.json]     what `titre models bench SET --task comparison --json` printed

The first set's thresholds decide. The others are measured at those, so they are benched again after the first was
written.
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
SETS = {"lfw": "LFW deep-funneled", "nuaa": "NUAA", "att": "AT&T"}
HEAD = """# The built-in set: titre's own weights, which stand beside this file and are compiled into the program. How they were
# made stands in models/training, what each of them can do in the card beside it. Written by training/manifest.py.
#
# input: tensor shape N,C,H,W; colour order; each sample becomes (value - subtract) / divide.

schema = "titre.models/1"
"""


def number(value):
    return f"{value:.4g}".replace("e-0", "e-")


def calibration(figures):
    """A [[comparison.calibration]] entry of a set."""
    lines = ["[[comparison.calibration]]"]
    for key in ("set", "pictures", "pairs", "people", "genuine_pairs", "impostor_pairs", "date", "command"):
        if figures.get(key) is not None:
            lines.append(f"{key} = {json.dumps(figures[key])}")
    lines.append("rates = [")
    for rate in figures["rates"]:
        fields = [f"at = {rate['at']:.0e}".replace("e-0", "e-")] if rate.get("at") else []
        # Six digits: a threshold may not fall below the score that it stands above.
        fields.append(f"threshold = {math.ceil(rate['threshold'] * 1e6) / 1e6:.6f}")
        for key in ("false_match", "false_non_match"):
            low, high = rate[f"{key}_interval"]
            fields += [f"{key}_rate = {number(rate[f'{key}_rate'])}", f"{key}_interval = [{number(low)}, {number(high)}]"]
        lines.append(f"    {{ {', '.join(fields)} }},")
    return "\n".join(lines + ["]", ""])


def main():
    figures = []
    for path in sys.argv[1:]:
        measured = json.load(open(path))["result"]
        for key, way in (("all_pairs", ""), ("against_sittings", ", mean of a sitting")):
            if each := measured.get(key):
                figures.append({**each, "set": SETS.get(each["set"], each["set"]) + way})
    decide = [rate["threshold"] for rate in figures[0]["rates"] if rate.get("at")]
    for each in figures:  # thresholds of an earlier manifest say nothing any more
        each["rates"] = [rate for rate in each["rates"] if rate.get("at") or any(abs(rate["threshold"] - one) < 1e-5 for one in decide)]
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
    out.append(f"""# Higher is more alike. A demonstration: no decision on a real person may rest on it.
[comparison]
models = ["titre_embedding"]
set = {json.dumps(figures[0]["set"])}
caveat = "a demonstration: rates hold for their data set and do not transfer; install the recommended set for decisions"
match_at = 1e-5
no_match_below = 1e-3
alignment = "landmarks"
""")
    out += [calibration(each) for each in figures]
    open(os.path.join(MODELS, "manifest.toml"), "w").write("\n".join(out))


if __name__ == "__main__":
    main()
