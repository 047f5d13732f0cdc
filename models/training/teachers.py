"""The teachers: third-party networks, run by OpenVINO, with the crops that each of them expects.

Input and output conventions are those of models/recommended.toml; alignment is that of src/biometrics/embed.rs.
"""

import os

import cv2
import numpy as np
import openvino

BATCH = 16
ARCFACE = np.array([[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]], np.float32)
REID = (ARCFACE - [8, 0]) * [128 / 96, 128 / 112]
STRIDES = (8, 16, 32)
HEADS = [f"{kind}_{stride}" for kind in ("cls", "obj", "bbox", "kps") for stride in STRIDES]
# The subject's right eye (on the left of the picture), the left one: outer and inner corner in the mesh.
EYES = ((33, 133), (362, 263))


class Teachers:
    def __init__(self, folder):
        self.core, self.folder = openvino.Core(), folder
        self.zqcnn = self.load("mobilefacenet_zqcnn_y1.onnx", BATCH, (3, 112, 112), "bf16")
        self.reid = self.load("face-reidentification-retail-0095_fp32.onnx", BATCH, (3, 128, 128), "bf16")
        self.yunet = {n: self.load(f"yunet_n_{n}_{n}.onnx") for n in (320, 640)}
        self.mesh_net = self.load("mediapipe_face_landmark_192.onnx", 1, (3, 192, 192))
        self.iris_net = self.load("mediapipe_iris_landmark_64.onnx", 1, (3, 64, 64))
        self.pose_nets = [self.load(f"fsanet-{kind}-iter-688590.onnx", 1, (3, 64, 64)) for kind in ("1x1", "var")]

    def load(self, file, batch=None, shape=None, precision="f32"):
        model = self.core.read_model(os.path.join(self.folder, file))
        if shape:
            model.reshape([batch, *shape])
        # Pinning would put every process on the first core.
        settings = {"INFERENCE_NUM_THREADS": 1, "NUM_STREAMS": 1, "ENABLE_CPU_PINNING": False, "INFERENCE_PRECISION_HINT": precision}
        return self.core.compile_model(model, "CPU", settings)

    def faces(self, image, side=320, least=0.6):
        """All faces: (score, box x y w h, five points), best first."""
        h, w = image.shape[:2]
        s = min(side / h, side / w)
        nh, nw = max(1, round(h * s)), max(1, round(w * s))
        canvas = np.zeros((side, side, 3), np.uint8)
        canvas[:nh, :nw] = cv2.resize(image, (nw, nh), interpolation=cv2.INTER_AREA if s < 1 else cv2.INTER_LINEAR)
        out = self.yunet[side](planes(canvas))
        out = {name: out[name][0] for name in HEADS}
        found = []
        for stride in STRIDES:
            score = np.sqrt(np.clip(out[f"cls_{stride}"][:, 0], 0, 1) * np.clip(out[f"obj_{stride}"][:, 0], 0, 1))
            for k in np.flatnonzero(score > least):
                at = np.array([k % (side // stride), k // (side // stride)])
                box = out[f"bbox_{stride}"][k]
                size, middle = np.exp(box[2:]) * stride, (at + box[:2]) * stride
                points = (out[f"kps_{stride}"][k].reshape(5, 2) + at) * stride
                found.append((score[k], np.r_[middle - size / 2, size] / s, (points / s).astype(np.float32)))
        found.sort(key=lambda face: -face[0])
        kept = []
        for face in found:
            if all(overlap(face[1], other[1]) < 0.3 for other in kept):
                kept.append(face)
        return kept

    def main_face(self, image):
        """The face that is large and sure; tight crops are tried with a border. None, or (score, box, points)."""
        best = max(self.faces(image), key=weight, default=None)
        h, w = image.shape[:2]
        if best is None or best[1][2] > 0.72 * w or best[1][3] > 0.85 * h:
            border = int(0.35 * max(h, w))
            framed = cv2.copyMakeBorder(image, *[border] * 4, cv2.BORDER_CONSTANT)
            again = max(self.faces(framed), key=weight, default=None)
            if again is not None:
                best = (again[0], again[1] - [border, border, 0, 0], again[2] - np.float32(border))
        return best

    def embeddings(self, image_points):
        """Directions of both teachers for aligned pairs of crops, N,384, each part of length one."""
        ours, theirs = zip(*image_points)
        return np.concatenate([batched(self.zqcnn, np.stack(ours)), batched(self.reid, np.stack(theirs))], 1)

    def mesh(self, image, centre, side, angle):
        """468 points x, y, z in pixels of the image, and the logit that it is a face."""
        matrix = square(centre, side, angle, 192)
        out = self.mesh_net(planes(warp(image, matrix, 192)[:, :, ::-1]) / 255)
        parts = sorted((out[i].reshape(-1) for i in range(2)), key=len)
        points, back = parts[1].reshape(468, 3).copy(), cv2.invertAffineTransform(matrix)
        points[:, :2] = apply(back, points[:, :2])
        points[:, 2] *= np.hypot(back[0, 0], back[0, 1])
        return points, float(parts[0][0])

    def contour(self, crop):
        """71 points x, y in pixels of an eye crop of 64."""
        out = self.iris_net(planes(np.ascontiguousarray(crop[:, :, ::-1])) / 255)
        return max((out[i].reshape(-1) for i in range(2)), key=len).reshape(71, 3)[:, :2]

    def pose(self, crop):
        """Yaw, pitch, roll of a crop of 64: the mean of both networks."""
        x = (planes(crop) - 127.5) / 128
        return np.mean([net(x)[0].reshape(-1)[:3] for net in self.pose_nets], 0)


def planes(image):
    return image.transpose(2, 0, 1)[None].astype(np.float32)


def weight(face):
    return face[0] * np.sqrt(face[1][2] * face[1][3])


def overlap(a, b):
    w = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    h = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    return 0 if w <= 0 or h <= 0 else w * h / (a[2] * a[3] + b[2] * b[3] - w * h)


def batched(net, images):
    out = []
    for start in range(0, len(images), BATCH):
        part = images[start:start + BATCH]
        full = np.concatenate([part, np.repeat(part[-1:], BATCH - len(part), 0)])
        out.append(net(full)[0].reshape(BATCH, -1)[:len(part)].copy())
    out = np.concatenate(out)
    return out / np.linalg.norm(out, axis=1, keepdims=True)


def similarity(points, template):
    """The least-squares similarity, as a matrix of two rows."""
    a, b = points.mean(0), template.mean(0)
    p, q = points - a, template - b
    n = (p * p).sum()
    c, d = (p * q).sum() / n, (p[:, 0] * q[:, 1] - p[:, 1] * q[:, 0]).sum() / n
    return np.array([[c, -d, b[0] - c * a[0] + d * a[1]], [d, c, b[1] - d * a[0] - c * a[1]]], np.float32)


def square(centre, side, angle, out):
    """From a turned square of the picture to `out` pixels a side."""
    c, d, half = out / side * np.cos(angle), -out / side * np.sin(angle), (out - 1) / 2
    return np.array([[c, -d, half - c * centre[0] + d * centre[1]], [d, c, half - d * centre[0] - c * centre[1]]], np.float32)


def warp(image, matrix, side):
    return cv2.warpAffine(image, matrix, (side, side), flags=cv2.INTER_LINEAR)


def apply(matrix, points):
    return points @ matrix[:, :2].T + matrix[:, 2]
